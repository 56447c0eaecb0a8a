package rules

import (
	"fmt"
	"strings"

	"earshot/models"
)

func init() {
	register(operator{
		name: "flow",
		doc: "Steps that have to come in order, each a condition of the rule that is found after the one before. A step can be optional, be limited to a distance from the step before, and carry points; " +
			"if / then / else branches on a condition. The flow hits when all steps that are not optional are done, or with score when the points done reach that share of the points on the way taken.",
		params: func() params { return new(flow) },
		examples: []example{
			{rule: `flow: {steps: [{do: ask}, {do: confirm, within: 2 turns}, {do: promise}]}`,
				hit:  "A: 什么情况\nC: 没收到\nA: 跟您确认一下\nC: 对\nA: 明天给您回电",
				miss: "A: 明天给您回电\nA: 什么情况\nC: 没收到\nA: 跟您确认一下",
				with: flowConditions},
			{rule: `flow: {steps: [{do: ask, points: 2}, {if: angry, then: [{do: confirm, points: 3}], else: [{do: promise, points: 5}]}], score: at least 60%}`,
				hit:  "A: 什么情况\nC: 气死我了\nA: 跟您确认一下",
				miss: "A: 什么情况\nC: 没收到\nA: 跟您确认一下",
				with: flowConditions},
		},
	})
}

// flowConditions stands beside when: in the examples of flow.
const flowConditions = "@conditions: {ask: {words: {any: [什么情况]}}, confirm: {words: {any: [跟您确认]}}, promise: {words: {any: [给您回电]}}, angry: {words: {any: [气死]}}}"

type flow struct {
	Steps []flowStep `yaml:"steps,required"`
	Score *Number    `yaml:"score" jsonschema:"description=Share of the points that is enough such as at least 80%; without it all steps that are not optional have to be done"`
}

type flowStep struct {
	Do       string     `yaml:"do" jsonschema:"description=The condition that is the step"`
	Within   *Span      `yaml:"within" jsonschema:"description=How far after the step before such as 3 turns or 30s"`
	Optional bool       `yaml:"optional"`
	Points   float64    `yaml:"points" jsonschema:"description=What the step counts; default 1"`
	If       string     `yaml:"if" jsonschema:"description=Instead of do: the condition to branch on"`
	Then     []flowStep `yaml:"then"`
	Else     []flowStep `yaml:"else"`
}

const maxSteps = 200

func (f *flow) compile(c *compiler) (termID, error) {
	l := &flowLeaf{}
	var on []termID
	n := 0
	var build func(steps []flowStep) ([]flowNode, error)
	build = func(steps []flowStep) ([]flowNode, error) {
		var out []flowNode
		for _, st := range steps {
			if n++; n > maxSteps {
				return nil, models.BadInput("flow: more than %d steps", maxSteps)
			}
			name := st.Do + st.If
			if (st.Do == "") == (st.If == "") {
				return nil, models.BadInput("flow: a step has either do or if")
			}
			if st.Do != "" && (st.Then != nil || st.Else != nil) || st.If != "" && (st.Within != nil || st.Optional || st.Points != 0) {
				return nil, models.BadInput("flow: step %s: then and else go with if; within, optional and points with do", name)
			}
			if w := st.Within; w != nil && (w.back || w.unit == inPercent || w.none()) {
				return nil, models.BadInput("flow: step %s: within wants turns or a time", name)
			}
			id, err := c.named(name, c.cond.pos)
			if err != nil {
				return nil, err
			}
			on = append(on, id)
			node := flowNode{name: name, cond: id, within: st.Within, optional: st.Optional, points: st.Points, branch: st.If != ""}
			if node.points == 0 {
				node.points = 1
			}
			if node.points < 0 {
				return nil, models.BadInput("flow: step %s: points below 0", name)
			}
			if st.Do != "" && !c.set.anchors(id) {
				return nil, models.BadInput("flow: condition %q has no place in the conversation, so it is no step", name)
			}
			if node.then, err = build(st.Then); err != nil {
				return nil, err
			}
			if node.els, err = build(st.Else); err != nil {
				return nil, err
			}
			out = append(out, node)
		}
		return out, nil
	}
	var err error
	if l.steps, err = build(f.Steps); err != nil {
		return noTerm, err
	}
	if f.Score != nil {
		l.score, l.scored = f.Score.bound, true
		if !l.score.unlimited() {
			return noTerm, models.BadInput("flow: score: want a least share such as at least 80%%")
		}
	}
	var names []string
	for _, s := range f.Steps {
		names = append(names, s.Do+s.If)
	}
	order := strings.Join(names, " → ")
	return c.leaf("", Text{"en": "steps in order: " + order, "zh": "依次完成：" + order}, on, l), nil
}

type flowNode struct {
	name      string
	cond      termID
	within    *Span
	optional  bool
	points    float64
	branch    bool
	then, els []flowNode
}

type flowLeaf struct {
	steps  []flowNode
	score  bound
	scored bool
}

// walk is a way through the steps.
type walk struct {
	at       place // the step done last
	started  bool
	done     float64 // points
	missed   float64
	open     float64
	required bool // a step that is not optional was missed
	failed   bool // and nothing before it was in doubt
	waiting  bool // a step before was not decided, so where the rest lies is not known
	doubtful bool
	say      func(n *flowNode, a answer, p *place)
}

func (l *flowLeaf) eval(s *Session) answer {
	return l.walk(s, nil)
}

func (l *flowLeaf) walk(s *Session, say func(*flowNode, answer, *place)) answer {
	w := &walk{say: say}
	w.follow(s, l.steps)
	total := w.done + w.missed + w.open
	var a answer
	switch {
	case !l.scored && w.failed:
		return isMiss
	case !l.scored && w.required:
		a = isMiss
	case w.waiting:
		a = open
	case !l.scored:
		a = isHit
	default:
		a = decided(total == 0 || l.score.has(w.done/total))
	}
	if w.doubtful && a.certain() {
		a = isUnsure
	} else if w.doubtful {
		a = answer{min(a.lo, unsure), max(a.hi, unsure)}
	}
	if w.waiting && w.doubtful {
		a = open
	}
	return a
}

// follow takes steps until one is not decided yet: what comes after depends on
// it.
func (w *walk) follow(s *Session, steps []flowNode) {
	for i := range steps {
		n := &steps[i]
		if w.waiting {
			if !n.branch {
				w.open += n.points
				w.tell(n, open, nil)
			}
			continue
		}
		if n.branch {
			a := s.eval(n.cond)
			w.tell(n, a, nil)
			switch {
			case !a.certain():
				w.waiting = true
			case a == isUnsure:
				w.doubtful = true
				w.follow(s, n.then)
			case a == isHit:
				w.follow(s, n.then)
			default:
				w.follow(s, n.els)
			}
			continue
		}
		w.step(s, n)
	}
}

func (w *walk) tell(n *flowNode, a answer, p *place) {
	if w.say != nil {
		w.say(n, a, p)
	}
}

// step looks for the condition of n after the step done last.
func (w *walk) step(s *Session, n *flowNode) {
	list, frontier := s.places(n.cond, s.getPlaces())
	defer s.putPlaces(list)
	win := window{lo: 0, hi: endOfTime, tlo: -1, thi: maxMillis}
	if w.started {
		win.lo = w.at.to
	}
	if n.within != nil {
		from, end := int32(-1), s.origin
		if w.started {
			from, end = w.at.to.turn(), w.at.end
		}
		if n.within.unit == inTurns {
			win.hi = at(from+int32(n.within.turns)+1, 0)
		} else {
			win.thi = end + n.within.time + 1
			if !s.started {
				win.thi = maxMillis
			}
		}
	}
	for i := range list {
		p := &list[i]
		if p.from < win.lo || p.from >= win.hi || p.start >= win.thi {
			continue
		}
		if p.from >= frontier {
			break
		}
		w.at, w.started = *p, true
		w.done += n.points
		w.doubtful = w.doubtful || p.doubtful
		w.tell(n, isHit, p)
		return
	}
	passed := frontier >= win.hi || frontier > position(0) && int(frontier.turn()) < s.observed && s.turns[frontier.turn()].Start >= win.thi
	if frontier == endOfTime || passed {
		w.missed += n.points
		w.required = w.required || !n.optional
		w.failed = w.failed || !n.optional && !w.doubtful
		w.tell(n, isMiss, nil)
		return
	}
	w.waiting = true
	w.open += n.points
	w.tell(n, open, nil)
}

func (l *flowLeaf) explain(s *Session, e *Explanation) {
	done, total := 0.0, 0.0
	l.walk(s, func(n *flowNode, a answer, p *place) {
		child := &Explanation{Operator: "step", Name: n.name, Outcome: a.lo.outcome(), Certain: a.certain()}
		if n.branch {
			child.Operator = "if"
		} else {
			total += n.points
			child.Value = number(n.points)
		}
		if p != nil {
			done += n.points
			item := s.item(&found{turn: p.from.turn(), from: int32(p.from & 0xFFFFFFFF), to: int32(p.to & 0xFFFFFFFF), start: p.start, end: p.end,
				party: s.facts[p.from.turn()].party, confidence: 1, finding: -1})
			child.Found = append(child.Found, item)
			e.Found = append(e.Found, item)
		}
		e.Children = append(e.Children, child)
	})
	e.Value = fmt.Sprintf("%s/%s", number(done), number(total))
	if l.scored && total > 0 {
		e.Value += " (" + percent(l.score) + ")"
	}
}
