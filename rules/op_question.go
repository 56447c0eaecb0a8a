package rules

import (
	"strings"

	"earshot/models"
)

func init() {
	register(operator{
		name: "question",
		doc: "The answer a language model gave to a question about the conversation, read from its finding llm.question.ID (label: the answer, score: how sure, evidence: the turns it cites). " +
			"Without the finding, or with one below the score, the operator is unsure. It is certain when the conversation is over.",
		params: func() params { return new(question) },
		examples: []example{
			{rule: "question: {id: solved, is: [yes]}", hit: "C: 好了\nA: 再见", miss: "C: 没好\nA: 再见",
				only: "findings: [{kind: llm.question.solved, turn: 1, label: \"yes\", score: 0.9}]", not: "findings: [{kind: llm.question.solved, turn: 1, label: \"no\", score: 0.9}]"},
		},
	})
}

type question struct {
	ID    string   `yaml:"id,required" jsonschema:"description=The question's id"`
	Is    []string `yaml:"is,required" jsonschema:"description=Answers that hit"`
	Score float64  `yaml:"score" jsonschema:"minimum=0,maximum=1,description=How sure the model has to be; default 0.5"`
}

func (q *question) compile(c *compiler) (termID, error) {
	if !idPattern.MatchString(q.ID) {
		return noTerm, models.BadInput("question: id %q: want lower-case letters, digits and _", q.ID)
	}
	score := q.Score
	if score == 0 {
		score = defaultScore
	}
	src := findingHits{kinds: []string{"llm.question." + q.ID}, when: atEnd}
	l := &answered{source: c.source("question "+q.ID, func() noticer { return src }), is: q.Is, score: score}
	is := strings.Join(q.Is, " / ")
	return c.leaf("", Text{"en": "question " + q.ID + " answered " + is, "zh": "问题 " + q.ID + " 的回答为 " + is}, nil, l), nil
}

type answered struct {
	source int
	is     []string
	score  float64
}

// last returns the last answer.
func (l *answered) last(s *Session) *models.Finding {
	list := s.hits(l.source)
	if len(list) == 0 {
		return nil
	}
	return &s.findings[list[len(list)-1].finding]
}

func (l *answered) eval(s *Session) answer {
	if !s.closed {
		return open
	}
	f := l.last(s)
	if f == nil || f.Score < l.score {
		return isUnsure
	}
	return decided(fits(l.is, f.Label))
}

func (l *answered) explain(s *Session, e *Explanation) {
	list := s.hits(l.source)
	if len(list) == 0 {
		e.Value = "?"
		return
	}
	f := &list[len(list)-1]
	e.Value = s.findings[f.finding].Label + " (" + number(s.findings[f.finding].Score) + ")"
	e.Found = append(e.Found, s.item(f))
}

func (l *answered) places(s *Session, out []place) ([]place, position) {
	a := l.eval(s)
	if !a.certain() {
		return out, 0
	}
	if a == isHit {
		list := s.hits(l.source)
		out = append(out, list[len(list)-1].place())
	}
	return out, endOfTime
}
