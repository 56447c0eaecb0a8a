package convert

import (
	"encoding/json"
	"fmt"
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

// progress says how far the translation of a condition is.
type progress uint8

const (
	notBegun progress = iota
	underWay
	done
)

// scaReader translates one rule.
type scaReader struct {
	im         *importer
	conditions map[string]*object
	out        yaml.MapSlice
	state      map[string]progress // of conditions
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
	s := &scaReader{im: im, conditions: conditions, state: map[string]progress{}}
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
	case s.state[cid] == underWay:
		s.im.leave("condition "+cid, "refers to itself")
		return
	case s.state[cid] != notBegun:
		return
	}
	s.state[cid] = underWay
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
	s.state[cid] = done
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
