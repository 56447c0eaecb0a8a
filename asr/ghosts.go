package asr

import (
	"strings"
)

// ghosts are what Whisper hears in silence, music and noise: the closing words
// of the videos it learned from. They are dropped only where the voice
// detector, too, doubts that somebody speaks; people do say thank you.
var ghosts = ghostTable(
	"thank you", "thank you very much", "thank you so much", "thanks", "thank you for watching", "thanks for watching",
	"thank you so much for watching", "please subscribe", "please subscribe to my channel", "don't forget to subscribe",
	"subscribe to my channel", "like and subscribe", "see you next time", "see you in the next video", "bye", "bye bye",
	"you", "okay", "oh", "hmm", "uh", "so", "the", "bell", "i'm sorry", "music", "applause", "laughter", "silence", "blank audio",
	"subtitles by the amara.org community", "subtitles by", "transcription by castingwords", "transcribed by", "www.mooji.org",
	"謝謝", "谢谢", "谢谢观看", "谢谢收看", "谢谢大家", "谢谢你们的观看", "感谢观看", "感谢收看", "感谢您的观看", "谢谢观赏",
	"字幕", "字幕由amara.org社区提供", "字幕志愿者", "中文字幕志愿者", "字幕制作", "字幕by索兰娅", "字幕志愿者李宗盛", "中文字幕志愿者杨茜茜",
	"请不吝点赞订阅转发打赏支持明镜与点点栏目", "请点赞订阅", "订阅我的频道", "点赞订阅转发打赏", "优优独播剧场yoyotelevisionseriesexclusive",
	"下期再见", "我们下期再见", "拜拜", "嗯", "啊", "哦", "好", "对", "音乐", "掌声", "完",
)

// Limits above which somebody did speak.
const (
	surelyVoice  = 0.8 // voice probability of the phrase's clearer frames
	surelySilent = 0.8 // probability that nobody speaks
	surelyHeard  = 0.5 // confidence
)

func ghostTable(list ...string) map[string]bool {
	out := map[string]bool{}
	for _, g := range list {
		out[letters(g)] = true
	}
	return out
}

// isGhost tells whether a phrase is one that nobody said.
func isGhost(p phrase) bool {
	var b strings.Builder
	sum := 0.0
	for _, w := range p.Words {
		b.WriteString(w.Text)
		sum += w.Confidence
	}
	text := letters(b.String())
	if text == "" {
		return true
	}
	doubt := p.Voice < surelyVoice || p.NoSpeech > surelySilent
	if doubt && ghosts[text] {
		return true
	}
	// Neither the detector nor the recogniser is sure of what it heard.
	return p.Voice < 0.6 && sum/float64(len(p.Words)) < surelyHeard
}
