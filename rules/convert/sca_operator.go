package convert

import (
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
)

// operator translates one operator.
func (s *scaReader) operator(cid string, o *object, scope yaml.MapSlice) any {
	kind := o.text("type")
	part := fmt.Sprintf("condition %s: %s", cid, kind)
	p, ok := asObject(o.get("param"))
	if !ok {
		p = &object{fields: map[string]any{}, read: map[string]bool{}}
	}
	with := func(name string, fields ...yaml.MapItem) any {
		return op(name, yaml.MapSlice(append(slices.Clone(fields), scope...)))
	}
	field := func(key string, value any) yaml.MapItem { return yaml.MapItem{Key: key, Value: value} }
	var c any
	switch kind {
	case "HIT_ANY_KEYWORDS", "INCLUDE_KEYWORDS":
		c = s.keywords(kind, p, with)
	case "SIMILAR_MATCH":
		score, ok := p.number("score")
		if !ok {
			score = 70
		}
		s.im.changed(part, "similarity is worked out otherwise here: the score %v was kept; try it with rules test", score)
		c = with("similar", field("like", p.texts("similarlySentences", "references")), field("score", score/100))
	case "REGULAR_EXPRESSION":
		fields := []yaml.MapItem{field("match", p.text("regex"))}
		if not := p.text("notRegex"); not != "" {
			fields = append(fields, field("except", not))
		}
		c = with("regex", fields...)
	case "ADVANCED_REPEAT_DETECT":
		fields := []yaml.MapItem{}
		add := func(key string, v float64, ok bool) {
			switch {
			case !ok || v <= 0:
			case v == float64(int(v)):
				fields = append(fields, field(key, int(v)))
			default:
				fields = append(fields, field(key, v))
			}
		}
		back, ok := p.number("from")
		add("back", back, ok)
		v, ok := p.number("similarity_threshold", "similarityThreshold")
		add("similarity", v, ok)
		v, ok = p.number("hit_time", "hitTime")
		add("times", max(2, v), ok)
		v, ok = p.number("threshold")
		add("min_length", v, ok)
		if ex := p.texts("excludes"); ex != nil {
			fields = append(fields, field("except", ex))
		}
		c = with("repeat", fields...)
	case "INTERVAL_GREATER":
		c = s.silence(part, p, with)
	case "SPEECH_SPEED_CHECK":
		rate, _ := p.number("velocityInMint")
		fields := []yaml.MapItem{field("rate", compared(p, fmt.Sprint(rate)))}
		if n, ok := p.number("minWordSize"); ok && n >= 1 {
			fields = append(fields, field("min_words", int(n)))
		}
		if p.yes("average") {
			fields = append(fields, field("measure", "average"))
		}
		c = with("pace", fields...)
	default:
		s.im.leave(part, "there is no translation of it yet")
		return nil
	}
	p.get("in_sentence")
	for _, name := range p.unread() {
		s.im.leave(part, "param.%s: there is no translation of it yet", name)
	}
	return c
}

// compared writes a measure with the sign that compareOperator names.
func compared(p *object, value string) string {
	if p.text("compareOperator") == "lt" {
		return "under " + value
	}
	return "over " + value
}

func (s *scaReader) silence(part string, p *object, with func(string, ...yaml.MapItem) any) any {
	ms, ok := p.number("interval")
	if !ok || ms < 0 {
		s.im.leave(part, "no interval")
		return nil
	}
	fields := []yaml.MapItem{{Key: "time", Value: compared(p, fmt.Sprintf("%dms", int(ms)))}}
	if p.yes("different_role") {
		fields = append(fields, yaml.MapItem{Key: "speakers", Value: "different"})
	}
	if target, ok := p.number("target"); ok && target > 1 {
		s.im.leave(part, "measured over %v sentences", target)
	}
	p.get("CheckFirstSentence")
	return with("dead_air", fields...)
}

func (s *scaReader) keywords(kind string, p *object, with func(string, ...yaml.MapItem) any) any {
	words := p.texts("keywords", "operKeyWords")
	if synonyms, ok := p.get("synonyms").(map[string]any); ok {
		for _, v := range synonyms {
			list, _ := v.([]any)
			for _, w := range list {
				if text, ok := w.(string); ok {
					words = append(words, text)
				}
			}
		}
		slices.Sort(words)
	}
	fields := []yaml.MapItem{{Key: "any", Value: words}}
	same := p.yes("in_sentence")
	if n, ok := p.number("keywordMatchSize"); kind == "INCLUDE_KEYWORDS" {
		switch {
		case ok && n >= 1 && int(n) < len(words):
			fields = []yaml.MapItem{{Key: "at_least", Value: yaml.MapSlice{{Key: "n", Value: int(n)}, {Key: "of", Value: words}}}}
		default:
			fields = []yaml.MapItem{{Key: "all", Value: words}}
		}
		if same && !p.yes("contextChatMatch") {
			fields = append(fields, yaml.MapItem{Key: "same_turn", Value: true})
		}
	}
	p.get("contextChatMatch")
	if n, ok := p.number("threshold"); ok && n > 1 && kind == "HIT_ANY_KEYWORDS" {
		fields = append(fields, yaml.MapItem{Key: "count", Value: int(n)})
	}
	if p.yes("case_sensitive") {
		fields = append(fields, yaml.MapItem{Key: "case", Value: true})
	}
	return with("words", fields...)
}
