package rules

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"earshot/models"
)

// sca reads rules of 阿里云 智能对话分析 as its API documentation describes the
// JSON of UploadRule: conditions with check_range, operators and lambda, and
// rules whose triggers combine conditions.
func (im *importer) sca(v any) error {
	o, ok := asObject(v)
	if !ok {
		return models.BadInput("want an object with conditions and rules")
	}
	if inner, ok := asObject(o.get("data")); ok && inner.fields["rules"] != nil {
		o = inner
	}
	if text := o.text("JsonStr", "jsonStr"); text != "" {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var inner any
		if err := d.Decode(&inner); err != nil {
			return models.BadInput("its JsonStr is not JSON: %w", err)
		}
		if o, ok = asObject(inner); !ok {
			return models.BadInput("its JsonStr is no object")
		}
	}
	conditions := map[string]*object{}
	for i, item := range o.list("conditions") {
		c, ok := asObject(item)
		if !ok {
			return models.BadInput("condition %d is no object", i+1)
		}
		cid := c.text("cid", "id")
		if cid == "" || conditions[cid] != nil {
			return models.BadInput("condition %d: its cid %q is missing or taken", i+1, cid)
		}
		conditions[cid] = c
	}
	list := o.list("rules")
	if list == nil {
		return models.BadInput("want an object with conditions and rules")
	}
	for i, item := range list {
		r, ok := asObject(item)
		if !ok {
			return models.BadInput("rule %d is no object", i+1)
		}
		im.scaRule(r, conditions, i)
	}
	return nil
}

// scaReader translates one rule.
type scaReader struct {
	im         *importer
	conditions map[string]*object
	out        yaml.MapSlice
	state      map[string]compileState
}

func (im *importer) scaRule(r *object, conditions map[string]*object, i int) {
	im.rule, im.problem = r.text("name", "ruleName"), false
	if im.rule == "" {
		im.rule = fmt.Sprintf("imported rule %d", i+1)
	}
	if !nothing(r.get("graphFlow")) {
		im.leave("graphFlow", "a flow drawn as a graph; write it with the flow operator")
		return
	}
	s := &scaReader{im: im, conditions: conditions, state: map[string]compileState{}}
	lambdas := r.texts("triggers")
	if one := r.text("ruleLambda", "lambda", "triggers"); one != "" {
		lambdas = append(lambdas, one)
	}
	var trees []any
	for _, l := range lambdas {
		trees = append(trees, s.lambda(l, func(cid string) any {
			s.condition(cid)
			return scaName(cid)
		}))
	}
	if len(trees) == 0 {
		im.leave("triggers", "missing")
		return
	}
	// Fields that only describe the rule, or say where it is kept.
	for _, name := range []string{"rid", "id", "ruleId", "comments", "ruleType", "type", "isSelect", "createTime", "createEmpid", "createEmpName", "lastUpdateTime", "lastUpdateEmpid",
		"updateTime", "userGroup", "configType", "status", "isDelete", "externalProperty", "ruleScoreType", "schemeId", "weight", "businessCategoryNameList", "businessCategoryBasicInfoList", "sortIndex"} {
		r.get(name)
	}
	for _, name := range r.unread() {
		im.leave(name, "there is no translation of it yet")
	}
	when := trees[0]
	if len(trees) > 1 {
		when = op("any", trees)
	}
	im.add(im.rule, "阿里云智能对话分析", yaml.MapItem{Key: "conditions", Value: s.out}, yaml.MapItem{Key: "when", Value: when})
}

// scaName makes a name of a condition's id.
func scaName(cid string) string { return "c_" + notID.ReplaceAllString(strings.ToLower(cid), "_") }

// condition translates a condition and those it is anchored to.
func (s *scaReader) condition(cid string) {
	c := s.conditions[cid]
	switch {
	case c == nil:
		s.im.leave("condition "+cid, "there is no such condition")
		return
	case s.state[cid] == compiling:
		s.im.leave("condition "+cid, "refers to itself")
		return
	case s.state[cid] != notCompiled:
		return
	}
	s.state[cid] = compiling
	scope := s.scope(cid, c)
	operators := map[string]*object{}
	for _, v := range c.list("operators") {
		if o, ok := asObject(v); ok {
			operators[o.text("oid", "id")] = o
		}
	}
	lambda := c.text("lambda")
	if lambda == "" && len(operators) == 1 {
		for oid := range operators {
			lambda = oid
		}
	}
	tree := s.lambda(lambda, func(oid string) any {
		o := operators[oid]
		if o == nil {
			s.im.leave("condition "+cid, "lambda names operator %q, which is missing", oid)
			return nil
		}
		return s.operator(cid, o, scope)
	})
	for _, name := range []string{"cid", "id", "rid", "name", "userGroup", "createTime"} {
		c.get(name)
	}
	for _, name := range c.unread() {
		s.im.leave("condition "+cid, "%s: there is no translation of it yet", name)
	}
	s.state[cid] = compiled
	s.out = append(s.out, yaml.MapItem{Key: scaName(cid), Value: tree})
}

// scope translates where a condition looks.
func (s *scaReader) scope(cid string, c *object) yaml.MapSlice {
	part := "condition " + cid
	r, ok := asObject(c.get("check_range", "checkRange"))
	if !ok {
		return nil
	}
	var out yaml.MapSlice
	add := func(key string, value any) { out = append(out, yaml.MapItem{Key: key, Value: value}) }
	switch role := r.text("role"); role {
	case "", "所有角色", "不限":
	case "客服":
		add("party", "agent")
	case "客户":
		add("party", "customer")
	default:
		s.im.leave(part, "role %q", role)
	}
	if r.yes("absolute") {
		if len(out) > 0 {
			add("absolute", true)
		}
	}
	if r.yes("allSentencesSatisfy") {
		add("every_turn", true)
	}
	anchored := s.anchor(part, r, add)
	s.sentences(part, r, anchored, add)
	r.get("roleId")
	for _, name := range r.unread() {
		s.im.leave(part, "check_range.%s: there is no translation of it yet", name)
	}
	return out
}

// anchor translates the condition that another is anchored to.
func (s *scaReader) anchor(part string, r *object, add func(string, any)) bool {
	a, ok := asObject(r.get("anchor"))
	if !ok {
		return false
	}
	cid := a.text("cid")
	if cid == "" || cid == "0" || cid == "-1" {
		return false
	}
	s.condition(cid)
	switch location := strings.ToUpper(a.text("location")); location {
	case "AFTER", "BEFORE":
		add(strings.ToLower(location), scaName(cid))
	case "CURRENT":
		add("around", scaName(cid))
		add("within", "0 turns")
	case "AROUND":
		s.im.leave(part, "anchor AROUND without a distance")
	default:
		s.im.leave(part, "anchor location %q", location)
	}
	switch n, ok := a.number("hit_time", "hitTime"); {
	case !ok || n == 1:
	case n > 1 && n == float64(int(n)):
		add("which", strconv.Itoa(int(n)))
	case n == 0:
		add("which", "each")
	case n == -1:
		add("which", "last")
		s.im.changed(part, "hit_time -1 is read as the last hit, as the API documents it")
	default:
		s.im.leave(part, "anchor hit_time %v", n)
	}
	return true
}

// sentences translates a range of sentences, counted from 1, or from the end
// if negative.
func (s *scaReader) sentences(part string, r *object, anchored bool, add func(string, any)) {
	span, ok := asObject(r.get("range"))
	if !ok {
		return
	}
	from, hasFrom := span.number("from")
	to, hasTo := span.number("to")
	turns := func(n float64) string { return fmt.Sprintf("%d turns", int(n)) }
	switch {
	case !hasFrom && !hasTo, hasFrom && from == 1 && hasTo && to == -1, from == 0 && to == 0:
	case anchored && hasFrom && from == 1 && to > 0:
		add("within", turns(to))
	case anchored:
		s.im.leave(part, "sentences %v to %v counted from an anchor", from, to)
	default:
		if hasFrom && from > 1 {
			add("from", turns(from-1))
		} else if hasFrom && from < 0 {
			add("from", "-"+turns(-from))
		}
		if hasTo && to > 0 {
			add("to", turns(to))
		} else if hasTo && to < -1 {
			add("to", "-"+turns(-to-1))
		}
	}
	for _, name := range span.unread() {
		s.im.leave(part, "check_range.range.%s: there is no translation of it yet", name)
	}
}

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
		fields := []yaml.MapItem{field("rate", compared(p, number(rate)))}
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

// lambda translates an expression of ids with &&, ||, ! and parentheses.
func (s *scaReader) lambda(text string, leaf func(id string) any) any {
	p := lambdaParser{rest: strings.TrimSpace(text), leaf: leaf}
	out := p.or(0)
	if p.err == "" && p.rest != "" {
		p.err = fmt.Sprintf("unexpected %.10q", p.rest)
	}
	if p.err != "" {
		s.im.leave("lambda "+text, "%s", p.err)
		return nil
	}
	return out
}

type lambdaParser struct {
	rest string
	err  string
	leaf func(id string) any
}

// eat takes one of the signs from the front of what is left.
func (p *lambdaParser) eat(signs ...string) bool {
	for _, sign := range signs {
		if rest, ok := strings.CutPrefix(p.rest, sign); ok {
			p.rest = strings.TrimSpace(rest)
			return true
		}
	}
	return false
}

func (p *lambdaParser) or(depth int) any {
	list := []any{p.and(depth)}
	for p.err == "" && p.eat("||", "|") {
		list = append(list, p.and(depth))
	}
	if len(list) == 1 {
		return list[0]
	}
	return op("any", list)
}

func (p *lambdaParser) and(depth int) any {
	list := []any{p.unary(depth)}
	for p.err == "" && p.eat("&&", "&") {
		list = append(list, p.unary(depth))
	}
	if len(list) == 1 {
		return list[0]
	}
	return op("all", list)
}

func (p *lambdaParser) unary(depth int) any {
	if depth > maxDepth {
		p.err = "nested too deep"
		return nil
	}
	if p.eat("!") {
		return op("not", p.unary(depth+1))
	}
	if p.eat("(") {
		v := p.or(depth + 1)
		if p.err == "" && !p.eat(")") {
			p.err = "( without )"
		}
		return v
	}
	end := strings.IndexAny(p.rest, "&|!() ")
	if end < 0 {
		end = len(p.rest)
	}
	if end == 0 {
		p.err = "an id is missing"
		return nil
	}
	id := p.rest[:end]
	p.rest = strings.TrimSpace(p.rest[end:])
	return p.leaf(id)
}
