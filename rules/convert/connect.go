package convert

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"earshot/models"
	"earshot/rules"
)

// connect reads rules in Amazon Connect's Rules Function language, as its API
// reference describes it: a rule as DescribeRule returns it, a list of them,
// or a bare function.
func (im *importer) connect(v any) error {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
		if o, ok := asObject(v); ok {
			if inner := o.list("Rules", "RuleSummaryList"); inner != nil {
				list = inner
			}
		}
	}
	for i, item := range list {
		o, ok := asObject(item)
		if !ok {
			return models.BadInput("rule %d: want an object, got %.40v", i+1, item)
		}
		if inner, ok := asObject(o.get("Rule")); ok {
			o = inner
		}
		if err := im.connectRule(o, i); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) connectRule(o *object, i int) error {
	im.rule, im.problem = o.text("Name"), false
	if im.rule == "" {
		im.rule = fmt.Sprintf("imported rule %d", i+1)
	}
	function := o.get("Function", "RuleFunction")
	if text, ok := function.(string); ok {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&function); err != nil {
			return models.BadInput("rule %s: its Function is not JSON: %w", im.rule, err)
		}
	}
	f, ok := asObject(function)
	if !ok {
		return models.BadInput("rule %s: want a Function as the Rules Function language has it", im.rule)
	}
	if inner, ok := asObject(f.get("RuleFunction")); ok {
		f = inner
	}
	var sources []string
	tree := im.connectCondition(f, &sources, 0)
	var fields []yaml.MapItem
	if channels := connectChannels(sources); channels != nil {
		fields = append(fields, yaml.MapItem{Key: "applies", Value: yaml.MapSlice{{Key: "channel", Value: channels}}})
	}
	if !nothing(o.get("Actions")) {
		im.changed("Actions", "a rule here only says what happened; configure what follows where verdicts are read")
	}
	im.add(im.rule, "Amazon Connect", append(fields, yaml.MapItem{Key: "when", Value: tree})...)
	return nil
}

// connectChannels returns the channels of the analyses a rule reads from.
func connectChannels(sources []string) []string {
	seen := map[string]bool{}
	for _, s := range sources {
		switch {
		case strings.Contains(s, "Call"):
			seen["phone"] = true
		case strings.Contains(s, "Chat"):
			seen["web_chat"] = true
		case strings.Contains(s, "Email"):
			seen["email"] = true
		default:
			return nil
		}
	}
	var out []string
	for _, c := range []string{"phone", "web_chat", "email"} {
		if seen[c] {
			out = append(out, c)
		}
	}
	return out
}

func (im *importer) connectCondition(o *object, sources *[]string, depth int) any {
	operator := o.text("Operator")
	if depth > maxDepth {
		im.leave(operator, "nested more than %d deep", maxDepth)
		return nil
	}
	if operator == "AND" || operator == "OR" {
		var children []any
		for _, v := range o.list("Operands") {
			child, ok := asObject(v)
			if !ok {
				im.leave(operator, "an operand that is no condition: %.40v", v)
				continue
			}
			children = append(children, im.connectCondition(child, sources, depth+1))
		}
		if len(children) == 0 {
			im.leave(operator, "has no operands")
		}
		return negate(op(map[string]string{"AND": "all", "OR": "any"}[operator], children), o.yes("Negate"))
	}
	value := o.text("ComparisonValue")
	parts := strings.SplitN(strings.TrimPrefix(value, "$."), ".", 3)
	if len(parts) < 3 || parts[0] != "ContactLens" {
		im.leave(value, "not a value of Contact Lens")
		return nil
	}
	*sources = append(*sources, parts[1])
	scope := im.connectScope(o, value)
	var c any
	switch what := parts[2]; what {
	case "ExactMatch.Transcript":
		c = op("words", append(yaml.MapSlice{{Key: "any", Value: o.texts("Operands")}}, scope...))
	case "SemanticMatch.Transcript":
		im.changed(value, "compared by wording, not by meaning: similar with a score of 0.6; try it with rules test")
		c = op("similar", append(yaml.MapSlice{{Key: "like", Value: o.texts("Operands")}, {Key: "score", Value: 0.6}}, scope...))
	case "PatternMatch.Transcript":
		c = im.connectPatterns(o, value, scope)
	case "Agent.AgentId":
		c = op("attribute", yaml.MapSlice{{Key: "name", Value: "agent"}, {Key: "is", Value: o.texts("Operands")}})
	case "Queue.QueueId":
		c = op("attribute", yaml.MapSlice{{Key: "name", Value: "queue"}, {Key: "is", Value: o.texts("Operands")}})
	case "Agent.NonTalkTimePct":
		c = im.connectPercent(o, operator, value, "non_talk")
	case "Agent.CustomerHoldDurationPct":
		c = im.connectPercent(o, operator, value, "hold")
	case "InitiationMethod":
		c = op("attribute", yaml.MapSlice{{Key: "name", Value: "initiation_method"}, {Key: "is", Value: o.texts("Operands")}})
	case "DisconnectReason":
		c = op("attribute", yaml.MapSlice{{Key: "name", Value: "disconnect_reason"}, {Key: "is", Value: o.texts("Operands")}})
	case "Agent.HierarchyGroup.ARN":
		im.changed(value, "hierarchy groups are compared with the team; put the group's ARN or name there")
		c = op("attribute", yaml.MapSlice{{Key: "name", Value: "team"}, {Key: "is", Value: o.texts("Operands")}})
	default:
		im.leave(value, "there is no translation of it yet")
		return nil
	}
	if operator != "CONTAINS_ANY" && !strings.HasPrefix(operator, "Number") {
		im.leave(value, "operator %q: want CONTAINS_ANY", operator)
	}
	negated := o.yes("Negate")
	if rest := o.unread(); len(rest) > 0 {
		im.leave(value, "fields that are not known: %s", strings.Join(rest, ", "))
	}
	return negate(c, negated)
}

// connectScope reads the filters of a condition.
func (im *importer) connectScope(o *object, value string) yaml.MapSlice {
	var out yaml.MapSlice
	clause, ok := asObject(o.get("FilterClause"))
	if !ok {
		return nil
	}
	if logic := clause.text("LogicOperator"); logic != "" && logic != "AND" {
		im.leave(value, "filters joined by %s: want AND", logic)
	}
	for _, v := range clause.list("Filters") {
		f, ok := asObject(v)
		if !ok {
			im.leave(value, "a filter that is no object")
			continue
		}
		switch kind := f.text("Type"); {
		case kind == "ParticipantRole":
			switch role := f.text("Data"); role {
			case "ANY":
			case "AGENT", "CUSTOMER":
				out = append(out, yaml.MapItem{Key: "party", Value: strings.ToLower(role)})
			default:
				im.leave(value, "participant role %q", role)
			}
		case strings.HasSuffix(kind, "ContactPeriodSeconds"):
			period, ok := asObject(f.get("Data"))
			first, isFirst := 0.0, false
			last, isLast := 0.0, false
			if ok {
				first, isFirst = period.number("First")
				last, isLast = period.number("Last")
			}
			switch {
			case isFirst && first > 0 && !isLast:
				out = append(out, yaml.MapItem{Key: "first", Value: fmt.Sprint(first) + "s"})
			case isLast && last > 0 && !isFirst:
				out = append(out, yaml.MapItem{Key: "last", Value: fmt.Sprint(last) + "s"})
			default:
				im.leave(value, "a period without First or Last")
			}
		case kind == "PatternMatchLanguageFilter":
			im.changed(value, "the language of a pattern does not matter here: %s", f.text("Data"))
		default:
			im.leave(value, "filter %q", kind)
		}
	}
	return out
}

func (im *importer) connectPercent(o *object, operator, value, name string) any {
	operands := o.list("Operands")
	var share json.Number
	if len(operands) == 1 {
		share, _ = operands[0].(json.Number)
	}
	f, err := share.Float64()
	sign := map[string]string{"NumberGreaterOrEqualTo": "at least", "NumberLessOrEqualTo": "at most"}[operator]
	if err != nil || f < 0 || f > 100 || sign == "" {
		im.leave(value, "want one number of 0 to 100, and NumberGreaterOrEqualTo or NumberLessOrEqualTo")
		return nil
	}
	return op(name, yaml.MapSlice{{Key: "share", Value: fmt.Sprintf("%s %v%%", sign, f)}})
}

// connectPatterns translates patterns: each is a list of words, lists of
// values, numbers and distances.
func (im *importer) connectPatterns(o *object, value string, scope yaml.MapSlice) any {
	var out []any
	for _, v := range o.list("Operands") {
		parts, ok := v.([]any)
		if !ok {
			im.leave(value, "a pattern that is no list")
			continue
		}
		p := connectPattern{im: im, value: value}
		for _, part := range parts {
			p.part(part)
		}
		fields := yaml.MapSlice{{Key: "match", Value: strings.Join(p.text, " ")}}
		if p.apart != nil {
			fields = append(fields, yaml.MapItem{Key: "not_near", Value: yaml.MapSlice{{Key: "words", Value: p.apart}, {Key: "within", Value: p.distance}, {Key: "side", Value: "after"}}})
		}
		out = append(out, op("pattern", append(fields, scope...)))
	}
	switch len(out) {
	case 0:
		im.leave(value, "no patterns")
		return nil
	case 1:
		return out[0]
	}
	return op("any", out)
}

type connectPattern struct {
	im       *importer
	value    string
	text     []string
	apart    []string // what must not follow within distance
	distance int
	away     bool // a distance that must not be kept was given: what comes next is apart
}

func (p *connectPattern) part(v any) {
	o, ok := asObject(v)
	if !ok {
		p.im.leave(p.value, "a part of a pattern that is no object")
		return
	}
	var words []string
	switch kind := o.text("Type"); kind {
	case "PLAIN":
		words = []string{o.text("Value")}
	case "LIST":
		for _, item := range o.list("Value") {
			if plain, ok := asObject(item); ok {
				words = append(words, plain.text("Value"))
			} else if s, ok := item.(string); ok {
				words = append(words, s)
			}
		}
	case "NUMERICAL":
		if p.away {
			p.im.leave(p.value, "a number that must not be near")
		}
		p.text = append(p.text, "#")
		return
	case "PROXIMITY":
		d, ok := asObject(o.get("Value"))
		if !ok {
			p.im.leave(p.value, "a distance without a value")
			return
		}
		n, ok := d.number("Distance")
		if !ok || n < 0 || n > rules.MaxGap || p.away {
			p.im.leave(p.value, "a distance of %v words", d.get("Distance"))
			return
		}
		if d.yes("IsWithin") {
			p.text = append(p.text, fmt.Sprintf("<%d>", int(n)))
		} else {
			p.away, p.distance = true, int(n)
		}
		return
	default:
		p.im.leave(p.value, "pattern part %q", kind)
		return
	}
	for _, w := range words {
		if w == "" || strings.ContainsAny(w, "()|<>#$") {
			p.im.leave(p.value, "the word %q", w)
			return
		}
	}
	switch {
	case p.away && p.apart != nil:
		p.im.leave(p.value, "a pattern that goes on after what must not be near")
	case p.away:
		p.apart = words
	case len(words) == 1:
		p.text = append(p.text, words[0])
	default:
		p.text = append(p.text, "("+strings.Join(words, "|")+")")
	}
}
