package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"earshot/models"
)

func init() {
	register(operator{
		name: "finding",
		doc: "What a detector found: a sensitive word, an emotion, a promise, private data, an entity. " +
			"A kind covers all kinds below it: word covers word.threat.",
		params: func() params { return new(finding) },
		examples: []example{
			{rule: "finding: {kind: emotion.anger, party: customer, score: 0.6}", hit: "C: 你们太过分了", miss: "C: 谢谢",
				only: "findings: [{kind: emotion.anger, turn: 1, score: 0.8}]"},
			{rule: "finding: {kind: word, label: [曝光], count: 2}", hit: "C: 我要曝光，一定曝光", miss: "C: 我要曝光",
				only: "findings: [{kind: word.threat, quote: 曝光, label: 曝光}, {kind: word.threat, quote: 一定曝光, label: 曝光}]"},
		},
	})
}

// LateKinds are the kinds of findings, and with them all kinds below, that
// judge a conversation as a whole and become known only when it is over.
var LateKinds = []string{"llm", "summary", "talk", "emotion.score", "satisfaction", "disposition", "cause", "reason", "conversation"}

func isLate(kind string) bool {
	return slices.ContainsFunc(LateKinds, func(late string) bool { return kindIn(kind, late) })
}

// kindIn reports whether a kind is one or lies below it.
func kindIn(kind, above string) bool {
	return strings.HasPrefix(kind, above) && (len(kind) == len(above) || kind[len(above)] == '.')
}

type finding struct {
	Kind     []string `yaml:"kind,required" jsonschema:"description=Kinds such as word.threat or emotion"`
	Label    []string `yaml:"label" jsonschema:"description=What exactly was found; * stands for any text"`
	Score    float64  `yaml:"score" jsonschema:"minimum=0,maximum=1,description=How sure the detector has to be; default 0.5"`
	Doubt    float64  `yaml:"doubt" jsonschema:"minimum=0,maximum=1,description=From this score up to score the finding is doubtful; below it does not count. Default: score"`
	Severity int      `yaml:"severity" jsonschema:"minimum=0,maximum=3,description=At least this severe"`
	Value    *Number  `yaml:"value" jsonschema:"description=The measure that comes with the finding such as > 8 (seconds of a silence)"`
	Count    *Count   `yaml:"count" jsonschema:"description=How many; at least one if left out"`
	Scope
}

const defaultScore = 0.5

func (f *finding) compile(c *compiler) (termID, error) {
	src := findingHits{labels: f.Label, score: f.Score, doubt: f.Doubt, severity: f.Severity, when: withTurn}
	if src.score == 0 {
		src.score = defaultScore
	}
	if src.doubt == 0 {
		src.doubt = src.score
	}
	if src.score < 0 || src.score > 1 || src.doubt > src.score {
		return noTerm, models.BadInput("finding: want 0 <= doubt <= score <= 1")
	}
	src.when = oneBehind
	for _, k := range f.Kind {
		k = strings.TrimSuffix(k, ".*")
		if k == "" || strings.ContainsAny(k, "* ") {
			return noTerm, models.BadInput("finding: kind %q: want a dotted name such as word.threat", k)
		}
		src.kinds = append(src.kinds, k)
		if isLate(k) {
			src.when = atEnd
		}
	}
	for _, l := range f.Label {
		if _, err := path.Match(l, ""); err != nil {
			return noTerm, models.BadInput("finding: label %q is no pattern", l)
		}
	}
	sc, on, err := c.scope(&f.Scope)
	if err != nil {
		return noTerm, err
	}
	value := anyValue
	valueText := ""
	if f.Value != nil {
		value, valueText = f.Value.bound, f.Value.String()
	}
	key := fmt.Sprintf("%q %q %v %v %d", src.kinds, src.labels, src.score, src.doubt, src.severity)
	source := c.source(key, func() noticer { return src })
	what := strings.Join(f.Kind, ", ")
	if len(f.Label) > 0 {
		what += " " + quoteSome(f.Label, "zh")
	}
	text := Text{
		"en": joinText("finding", what, valueText, countText(f.Count, "en"), byParty(f.Party, "en"), f.Scope.text("en")),
		"zh": joinText(byParty(f.Party, "zh"), f.Scope.text("zh"), "检测项", what, valueText, countText(f.Count, "zh")),
	}
	return c.leaf("", text, on, &hits{source: source, lag: src.when, scope: sc, count: countOr1(f.Count), value: value}), nil
}

type findingHits struct {
	kinds, labels []string
	score, doubt  float64
	severity      int
	when          lag
}

func (f findingHits) kindsTaken() []string { return f.kinds }

func (f findingHits) finding(s *Session, self int, index int32) {
	v := &s.findings[index]
	if v.Score < f.doubt || v.Severity < f.severity {
		return
	}
	if len(f.labels) > 0 && !slices.ContainsFunc(f.labels, func(l string) bool {
		ok, err := path.Match(l, v.Label)
		return l == v.Label || err == nil && ok
	}) {
		return
	}
	h := found{finding: index, value: v.Value, confidence: 1, to: stretchByte, from: stretchByte}
	if v.Party != "" {
		h.party = bit(v.Party)
	}
	// The place of a finding is the last that it rests on.
	for _, e := range v.Evidence {
		turn, from, to := int32(e.Turn), int32(e.From), int32(e.To)
		if e.Quote == "" {
			from, to = stretchByte, stretchByte
		}
		if e.Turn < 0 || e.Turn >= s.observed {
			continue
		}
		if at(turn, from) >= h.at() || h.end == 0 && h.start == 0 {
			h.turn, h.from, h.to = turn, from, to
			h.start, h.end = max(e.Start, s.turns[turn].Start), max(e.End, s.turns[turn].Start)
		}
		if e.Quote != "" {
			h.confidence = min(h.confidence, confidence(&s.turns[turn], e.From, e.To))
			if h.party == 0 {
				h.party = s.facts[turn].party
			}
		}
	}
	h.when = h.start
	if v.Score < f.score {
		h.confidence = 0
	}
	if len(v.Evidence) == 0 {
		h.turn, h.from, h.to = int32(max(0, s.observed-1)), stretchByte, stretchByte
		h.when, h.start, h.end = s.lastEnd, s.lastEnd, s.lastEnd
	}
	s.insert(self, h)
}
