package rules

import (
	"testing"

	"earshot/models"
)

// What a verdict says in its sentence: nothing twice, and in the language of
// the conversation.
func TestBecause(t *testing.T) {
	set := mustCompile(t, `rules:
  - id: apology_missing
    version: "1"
    name: {en: No apology, zh: 未致歉}
    names: {complaint: {en: complaint, zh: 投诉}, apology: {en: apology, zh: 致歉}}
    conditions:
      complaint:
        any:
          - words: {any: [投诉, complain*], party: customer}
          - finding: {kind: word.complaint, party: customer}
      apology:
        any:
          - words: {any: [抱歉, sorry], party: agent, after: complaint, within: 2 turns}
          - finding: {kind: word.apology, party: agent, after: complaint, within: 2 turns}
    when: {all: [complaint, {not: apology}]}
  - id: by_channel
    version: "1"
    name: {en: Slow, zh: 慢}
    when:
      any:
        - all: [{channel: [web_chat]}, {response_time: {time: over 60s}}]
        - all: [{channel: [wechat]}, {response_time: {time: over 10m}}]
  - id: heard
    version: "1"
    name: {en: Swearing, zh: 脏话}
    when: {words: {any: [damn, 妈的]}}
`)
	for name, c := range map[string]struct {
		rule, dialogue string
		change         func(*models.Interaction)
		want           string
	}{
		"hit": {"apology_missing", "C: 我要投诉\nA: 单号", nil, "未致歉：“投诉” (客户 0:00.0)；未发现：致歉（坐席 投诉之后 2 句内 “抱歉”等 2 个词）"},
		"miss": {"apology_missing", "C: I complain\nA: I am sorry", nil,
			"No apology: found “sorry” (agent 0:01.0)"},
		"nothing to look after": {"apology_missing", "C: hello\nA: hi", nil, "No apology: not found: complaint (“complain*” and 1 more by the customer)"},
		"a finding on the very words": {"apology_missing", "C: 我要投诉\nA: 单号", func(in *models.Interaction) {
			in.Findings = []models.Finding{{Kind: "word.complaint", Party: models.Customer, Score: 1, Evidence: []models.Evidence{in.Transcript.QuoteTurn(0)}}}
		}, "未致歉：“投诉” (客户 0:00.0)；未发现：致歉（坐席 投诉之后 2 句内 “抱歉”等 2 个词）"},
		"other channels": {"by_channel", "C: hi\nA: hello", func(in *models.Interaction) { in.Channel = models.WeChat },
			"Slow: not found: answer by the agent > 10m, nearest (agent 0:00.0–0:00.5) the value does not fit"},
		"doubt": {"heard", "A: damn it", func(in *models.Interaction) { in.Transcript.Turns[0].Confidence = 0.2 },
			"Swearing: unsure: “damn” (agent 0:00.0) heard with a confidence of 0.20"},
	} {
		in := &models.Interaction{ID: "b", Channel: models.Phone, Transcript: models.MustParse(c.dialogue)}
		if c.change != nil {
			c.change(in)
		}
		for _, v := range set.Evaluate(in) {
			if v.Rule == c.rule && v.Because != c.want {
				t.Errorf("%s:\ngot  %s\nwant %s", name, v.Because, c.want)
			}
		}
	}
}
