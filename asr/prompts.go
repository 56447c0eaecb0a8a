package asr

import (
	"regexp"
	"strings"

	"earshot/models"
)

// announcements are what machines say and people do not: menus, recording
// notices, queue announcements, the network's own messages.
var announcements = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`\bpress (\d|one|two|three|four|five|six|seven|eight|nine|zero|star|pound|hash)\b`, `followed by the (pound|hash) (key|sign)`,
	`\byour call (is (very )?important|(may|will) be (recorded|monitored))`, `calls? (may|will) be (recorded|monitored)`,
	`for (quality|training) (and|or|assurance) `, `you have reached`, `the number you (have )?(dial(l)?ed|called)`,
	`(leave|record) (a|your) message after the (tone|beep)`, `at the tone`, `please (stay|remain) on the line`,
	`all (of )?our (agents|representatives|operators) are (currently )?busy`, `you are (caller )?number .{1,10} in the queue`,
	`请按\s*[0-9一二三四五六七八九零井星#*]`, `[0-9一二三四五六七八九零]\s*请按`, `按\s*[0-9一二三四五六七八九零井星#*]+\s*(号)?键`,
	`(通话|来电|电话)(可能|将|会)+被?录音`, `您所?拨打的`, `请在.{0,4}(提示音|嘀声|滴声|哔声)(之)?后`, `听到.{0,4}(提示音|嘀声|滴声)后`,
	`(客服|座席|坐席|线路|话务员)(全部)?(正)?(忙|繁忙).{0,6}(请|稍|等)`, `为了(保证|提高|提升)(服务)?质量.{0,12}录音`,
}, "|"))

// machine marks the phrases of a channel that a machine says. A phrase
// between two of them, without a pause, belongs to the announcement as well.
func machine(phrases []phrase) []bool {
	const between = models.Millis(3000)
	out := make([]bool, len(phrases))
	last := -1
	for i, p := range phrases {
		var b strings.Builder
		for _, w := range p.Words {
			b.WriteString(w.Text)
		}
		if !announcements.MatchString(b.String()) {
			continue
		}
		out[i] = true
		if last >= 0 && i-last == 2 && phrases[i].Start-phrases[last].End <= between+phrases[i-1].End-phrases[i-1].Start {
			out[i-1] = true
		}
		last = i
	}
	return out
}
