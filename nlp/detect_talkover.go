package nlp

import (
	"earshot/models"
	"earshot/models/script"
)

func init() {
	register(spec{
		Name: "talkover",
		Doc:  "Both parties speak at once for talkover.least or more. The party is the one who started while the other spoke. Short answers such as 嗯 or yes are no interruption.",
		Kinds: []Kind{{Name: "talkover", Doc: "one party talked over the other", Value: "the overlap in milliseconds",
			Label: "the party that was interrupted"}},
		new: func(d *data) detector { return &talkover{config: d.config.Talkover} },
		Finds: []Example{
			{Dialogue: "[0-10] C: 我跟你说这个事情已经三天了你们到底什么时候处理\n[6-12] A: 先生您先听我说", Kind: "talkover", Label: "customer"},
			{Dialogue: "[0-10] A: our policy says that we can only\n[4-9] C: I do not care about your policy", Kind: "talkover", Label: "agent"},
		},
		Ignores: []Example{
			{Dialogue: "[0-10] C: 我跟你说这个事情已经三天了\n[6-6.8] A: 嗯嗯", Kind: "talkover"},
			{Dialogue: "[0-10] C: I called three days ago\n[9.8-12] A: I see, let me look", Kind: "talkover"},
		},
	})
}

type talkover struct{ config TalkoverConfig }

var backchannels = wordSet(`嗯 嗯嗯 啊 哦 噢 对 对对 好 好的 是 是的 行 喂 呃 嗯好的 明白
	yes yeah yep ok okay right sure uh_huh mm mhm mm_hmm hmm i_see no oh ah uh um`)

// longestBackchannel is how many letters the longest of them has.
const longestBackchannel = 5

func (t *talkover) turn(c *Conversation) {
	i, turn := c.Last()
	if !c.Spoken() || turn.Party != models.Agent && turn.Party != models.Customer || backchannel(c) {
		return
	}
	turns := c.Transcript().Turns
	for k := i - 1; k >= max(0, i-200); k-- {
		before := &turns[k]
		overlap := min(before.End, turn.End) - turn.Start
		if before.Party != other(turn.Party) || overlap.Duration() < t.config.Least {
			continue
		}
		c.emit(models.Finding{Kind: "talkover", Party: turn.Party, Score: 1, Value: float64(overlap), Label: string(before.Party),
			Evidence: []models.Evidence{models.Stretch(i, turn.Start, turn.Start+overlap)}})
		return
	}
}

func (*talkover) close(*Conversation) {}

// backchannel reports whether the last turn only shows that its speaker
// listens.
func backchannel(c *Conversation) bool {
	letters := 0
	for _, r := range c.folded.Runes {
		if script.Letter(r) || r == '\'' {
			letters++
		}
		if letters > longestBackchannel {
			return false
		}
	}
	var memory [4 * longestBackchannel]byte
	said := appendWords(memory[:0], c.folded.Runes)
	return len(said) == 0 || backchannels[string(said)]
}
