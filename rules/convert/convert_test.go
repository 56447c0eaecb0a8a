package convert

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"earshot/models"
	"earshot/rules"
)

// imported imports a file and returns the set of its rules.
func imported(t *testing.T, format, text string) (*rules.Set, *Result) {
	t.Helper()
	im, err := From(format, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Compile(fstest.MapFS{"i.yaml": {Data: im.YAML}})
	if err != nil {
		t.Fatalf("%v\n%s", err, im.YAML)
	}
	return set, im
}

func outcome(t *testing.T, set *rules.Set, channel models.Channel, dialogue string, attributes map[string]string) models.Outcome {
	t.Helper()
	in := &models.Interaction{Channel: channel, Attributes: attributes, Queue: attributes["queue"], Transcript: models.MustParse(dialogue)}
	verdicts := set.Evaluate(in)
	if len(verdicts) != 1 {
		return ""
	}
	return verdicts[0].Outcome
}

const connectRefund = `{
  "Name": "Refund in the VIP queue",
  "Function": "{\"Version\":\"2022-11-25\",\"RuleFunction\":{\"Operator\":\"AND\",\"Operands\":[{\"Operator\":\"CONTAINS_ANY\",\"Operands\":[\"refund\"],\"ComparisonValue\":\"$.ContactLens.PostCall.ExactMatch.Transcript\",\"FilterClause\":{\"LogicOperator\":\"AND\",\"Filters\":[{\"Type\":\"ParticipantRole\",\"Data\":\"CUSTOMER\"},{\"Type\":\"PostCallContactPeriodSeconds\",\"Data\":{\"First\":30}}]},\"Negate\":false},{\"Operator\":\"CONTAINS_ANY\",\"Operands\":[\"vip-1\"],\"ComparisonValue\":\"$.ContactLens.PostCall.Queue.QueueId\",\"Negate\":false}]}}"
}`

func TestImportConnect(t *testing.T) {
	set, im := imported(t, "connect", connectRefund)
	if len(im.Left) != 0 || im.Rules != 1 || set.Rules()[0].ID != "refund_in_the_vip_queue" {
		t.Errorf("%+v, rules %v", im.Left, set.Rules()[0].ID)
	}
	vip := map[string]string{"queue": "vip-1"}
	for dialogue, want := range map[string]models.Outcome{
		"C: I want a refund":               models.Hit,
		"A: a refund?\nC: hm":              models.Miss,
		"C: hi\n[0:40] C: I want a refund": models.Miss,
	} {
		if got := outcome(t, set, models.Phone, dialogue, vip); got != want {
			t.Errorf("%q: %s, want %s", dialogue, got, want)
		}
	}
	if got := outcome(t, set, models.Phone, "C: refund", map[string]string{"queue": "other"}); got != models.Miss {
		t.Errorf("another queue: %s", got)
	}
	if got := outcome(t, set, models.WebChat, "C: refund", vip); got != "" {
		t.Errorf("a rule for calls applies to a chat: %s", got)
	}
}

func connectFunction(operands string) string {
	return `[{"Name": "r", "Function": {"RuleFunction": {"Operator": "AND", "Operands": [` + operands + `]}}}]`
}

func TestImportConnectPatterns(t *testing.T) {
	pattern := func(parts string) string {
		return connectFunction(`{"Operator": "CONTAINS_ANY", "ComparisonValue": "$.ContactLens.RealTimeCall.PatternMatch.Transcript", "Operands": [[` + parts + `]]}`)
	}
	set, _ := imported(t, "connect", pattern(`{"Type":"LIST","Value":[{"Type":"PLAIN","Value":"cancel"},{"Type":"PLAIN","Value":"close"}]},{"Type":"PROXIMITY","Value":{"Distance":2,"IsWithin":true}},{"Type":"PLAIN","Value":"account"}`))
	for dialogue, want := range map[string]models.Outcome{"C: close my old account": models.Hit, "C: close the door, then my account": models.Miss} {
		if got := outcome(t, set, models.Phone, dialogue, nil); got != want {
			t.Errorf("%q: %s", dialogue, got)
		}
	}
	set, _ = imported(t, "connect", pattern(`{"Type":"PLAIN","Value":"credit"},{"Type":"PROXIMITY","Value":{"Distance":1,"IsWithin":false}},{"Type":"PLAIN","Value":"card"}`))
	for dialogue, want := range map[string]models.Outcome{"C: my credit is bad": models.Hit, "C: my credit card": models.Miss, "C: credit and card": models.Miss} {
		if got := outcome(t, set, models.Phone, dialogue, nil); got != want {
			t.Errorf("%q: %s", dialogue, got)
		}
	}
	set, _ = imported(t, "connect", pattern(`{"Type":"NUMERICAL","Value":{"Decimal":false}},{"Type":"PLAIN","Value":"days"}`))
	if got := outcome(t, set, models.Phone, "A: in 14 days", nil); got != models.Hit {
		t.Errorf("a number: %s", got)
	}
}

func TestImportConnectShares(t *testing.T) {
	set, _ := imported(t, "connect", connectFunction(`{"Operator": "NumberGreaterOrEqualTo", "Operands": [40], "ComparisonValue": "$.ContactLens.PostCall.Agent.NonTalkTimePct", "Negate": false}`))
	if got := outcome(t, set, models.Phone, "[0-10] A: hi\n[90-100] C: hi", nil); got != models.Hit {
		t.Errorf("80%% silence: %s", got)
	}
	if got := outcome(t, set, models.Phone, "[0-10] A: hi\n[11-20] C: hi", nil); got != models.Miss {
		t.Errorf("5%% silence: %s", got)
	}
}

// What cannot be carried over is listed, and the rule it is part of with it.
func TestImportLeavesNothingSilently(t *testing.T) {
	exact := `{"Operator": "CONTAINS_ANY", "Operands": ["x"], "ComparisonValue": "$.ContactLens.PostCall.ExactMatch.Transcript"`
	for name, c := range map[string]struct{ format, text, want string }{
		"value":      {"connect", connectFunction(`{"Operator": "CONTAINS_ANY", "Operands": ["x"], "ComparisonValue": "$.ContactLens.PostCall.Moon.Phase"}`), "Moon.Phase: there is no translation"},
		"other":      {"connect", connectFunction(`{"Operator": "CONTAINS_ANY", "Operands": ["x"], "ComparisonValue": "$.Metrics.Queue"}`), "not a value of Contact Lens"},
		"field":      {"connect", connectFunction(exact + `, "Weight": 3}`), "fields that are not known: Weight"},
		"filter":     {"connect", connectFunction(exact + `, "FilterClause": {"Filters": [{"Type": "Mood", "Data": 1}]}}`), `filter "Mood"`},
		"role":       {"connect", connectFunction(exact + `, "FilterClause": {"Filters": [{"Type": "ParticipantRole", "Data": "BOSS"}]}}`), `participant role "BOSS"`},
		"no words":   {"connect", connectFunction(`{"Operator": "CONTAINS_ANY", "Operands": [], "ComparisonValue": "$.ContactLens.PostCall.ExactMatch.Transcript"}`), "give any, all, at_least or none"},
		"operator":   {"sca", scaFile(`{"oid": "1", "type": "GRAVITY_CHECK", "param": {}}`, "1"), "GRAVITY_CHECK: there is no translation"},
		"parameter":  {"sca", scaFile(`{"oid": "1", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["a"], "moon": 3}}`, "1"), "param.moon"},
		"lambda":     {"sca", scaFile(`{"oid": "1", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["a"]}}`, "1&&2"), `names operator "2", which is missing`},
		"unbalanced": {"sca", scaFile(`{"oid": "1", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["a"]}}`, "(1"), "( without )"},
		"regex":      {"sca", scaFile(`{"oid": "1", "type": "REGULAR_EXPRESSION", "param": {"regex": "a(?=b)"}}`, "1"), "error parsing regexp"},
	} {
		im, err := From(c.format, []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var left []string
		for _, l := range im.Left {
			left = append(left, l.String())
		}
		if im.Rules != 0 || im.YAML != nil || !strings.Contains(strings.Join(left, "\n"), c.want) {
			t.Errorf("%s: %d rules, left %q, want %q", name, im.Rules, left, c.want)
		}
	}
}

// scaFile is a file with one rule over one condition.
func scaFile(operators, lambda string) string {
	return `{"conditions": [{"cid": "1", "check_range": {"role": "客服"}, "operators": [` + operators + `], "lambda": "` + lambda + `"}],
		"rules": [{"rid": "1", "name": "规则一", "triggers": ["1"]}]}`
}

func TestImportSCA(t *testing.T) {
	const text = `{"appKey": "x",
	  "conditions": [
	    {"cid": "1", "check_range": {"role": "客户"}, "lambda": "1", "operators": [{"oid": "1", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["投诉", "不满意"], "in_sentence": true}}]},
	    {"cid": "2", "check_range": {"role": "客服", "anchor": {"cid": "1", "location": "AFTER", "hit_time": 1}, "range": {"from": 1, "to": 2}}, "lambda": "1||2",
	     "operators": [{"oid": "1", "type": "INCLUDE_KEYWORDS", "param": {"keywords": ["抱歉", "理解"], "keywordMatchSize": 1}}, {"oid": "2", "type": "REGULAR_EXPRESSION", "param": {"regex": "对不.{0,1}起", "notRegex": "对不上起"}}]}],
	  "rules": [{"rid": "7", "name": "投诉未安抚", "triggers": ["1&&!2"]}]}`
	set, im := imported(t, "sca", text)
	if len(im.Left) != 0 || set.Rules()[0].Name.In("zh") != "投诉未安抚" {
		t.Errorf("left %v, name %v", im.Left, set.Rules()[0].Name)
	}
	for dialogue, want := range map[string]models.Outcome{
		"C: 我要投诉\nA: 单号\nC: 1\nA: 好":   models.Hit,
		"C: 我要投诉\nA: 非常抱歉":             models.Miss,
		"C: 我要投诉\nA: 对不住起":             models.Miss,
		"C: 我要投诉\nA: 单号\nA: 稍等\nA: 抱歉": models.Hit,
		"A: 抱歉\nC: 你好":                 models.Miss,
	} {
		if got := outcome(t, set, models.Phone, dialogue, nil); got != want {
			t.Errorf("%q: %s, want %s\n%s", dialogue, got, want, im.YAML)
		}
	}
}

func TestImportSCAOperators(t *testing.T) {
	for name, c := range map[string]struct{ operator, hit, miss string }{
		"all":      {`"INCLUDE_KEYWORDS", "param": {"keywords": ["甲", "乙"], "in_sentence": true}`, "A: 甲和乙", "A: 甲\nA: 乙"},
		"n of":     {`"INCLUDE_KEYWORDS", "param": {"keywords": ["甲", "乙", "丙"], "keywordMatchSize": 2}`, "A: 甲\nA: 丙", "A: 甲甲"},
		"times":    {`"HIT_ANY_KEYWORDS", "param": {"keywords": ["甲"], "threshold": 3}`, "A: 甲甲\nA: 甲", "A: 甲甲"},
		"synonyms": {`"HIT_ANY_KEYWORDS", "param": {"keywords": ["甲"], "synonyms": {"甲": ["首"]}}`, "A: 首", "A: 乙"},
		"silence":  {`"INTERVAL_GREATER", "param": {"interval": 2000, "compareOperator": "gt"}`, "C: 喂\n... 3s\nA: 在", "C: 喂\n... 1s\nA: 在"},
		"speed":    {`"SPEECH_SPEED_CHECK", "param": {"velocityInMint": 280, "minWordSize": 5}`, "[0-1] A: 一二三四五六七八九十您好请问什么", "[0-20] A: 您好请问有什么可以帮您的"},
		"repeat":   {`"ADVANCED_REPEAT_DETECT", "param": {"from": 3, "similarity_threshold": 0.6, "hit_time": 2, "threshold": 4}`, "A: 请您提供单号谢谢\nA: 请您提供单号谢谢", "A: 请您提供单号谢谢\nA: 今天天气真的不错"},
		"similar":  {`"SIMILAR_MATCH", "param": {"score": 70, "similarlySentences": ["请问还有什么可以帮您"]}`, "A: 请问您还有什么可以帮您", "A: 单号是多少"},
	} {
		set, im := imported(t, "sca", scaFile(`{"oid": "1", "type": `+c.operator+`}`, "1"))
		if got := outcome(t, set, models.Phone, c.hit, nil); got != models.Hit {
			t.Errorf("%s: %q: %s\n%s", name, c.hit, got, im.YAML)
		}
		if got := outcome(t, set, models.Phone, c.miss, nil); got != models.Miss {
			t.Errorf("%s: %q: %s\n%s", name, c.miss, got, im.YAML)
		}
	}
}

func TestImportBadFiles(t *testing.T) {
	for _, c := range [][2]string{
		{"connect", ""}, {"connect", "3"}, {"connect", `{"Name": "a"}`}, {"connect", `{"Function": "{"}`}, {"sca", "[]"}, {"sca", "{}"}, {"sca", `{"rules": [3]}`},
		{"sca", `{"conditions": [{"cid": "1"}, {"cid": "1"}], "rules": []}`}, {"nothing", "{}"},
	} {
		if _, err := From(c[0], []byte(c[1])); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s %s: %v", c[0], c[1], err)
		}
	}
	deep := strings.Repeat(`{"Operator":"AND","Operands":[`, 5000) + strings.Repeat("]}", 5000)
	im, err := From("connect", []byte(`{"Name":"deep","Function":{"RuleFunction":`+deep+`}}`))
	if err == nil && im.Rules != 0 {
		t.Error("5,000 levels are accepted")
	}
}

func FuzzImport(f *testing.F) {
	f.Add("connect", connectRefund)
	f.Add("sca", scaFile(`{"oid": "1", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["a"]}}`, "1"))
	f.Fuzz(func(t *testing.T, format, text string) {
		im, err := From(format, []byte(text))
		if err != nil {
			if !errors.Is(err, models.ErrBadInput) {
				t.Fatal(err)
			}
			return
		}
		if im.Rules == 0 {
			return
		}
		if _, err := rules.Compile(fstest.MapFS{"i.yaml": {Data: im.YAML}}); err != nil {
			t.Fatalf("%v\n%s", err, im.YAML)
		}
	})
}
