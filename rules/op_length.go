package rules

import "earshot/models"

func init() {
	register(operator{
		name:   "length",
		doc:    "How long the whole conversation lasts.",
		params: func() params { return new(length) },
		examples: []example{
			{rule: "length: {time: under 10s}", hit: "A: hi\nC: hi", miss: "A: hi\n... 30s\nC: hi"},
			{rule: "length: {time: 10m}", hit: "A: hi\n[11:00] C: hi", miss: "A: hi"},
		},
	})
}

type length struct {
	Time Length `yaml:"time,required" jsonschema:"description=Such as under 10s or over 20m"`
}

func (l *length) compile(c *compiler) (termID, error) {
	return c.leaf("", Text{"en": "length " + l.Time.String(), "zh": "时长 " + l.Time.String()}, nil, l), nil
}

func (l *length) eval(s *Session) answer {
	if s.closed {
		return decided(l.Time.has(float64(s.length)))
	}
	// It can only grow.
	so := float64(max(s.now, s.lastEnd))
	switch {
	case l.Time.above(so):
		return isMiss
	case l.Time.unlimited() && l.Time.has(so):
		return isHit
	}
	return open
}

func (l *length) explain(s *Session, e *Explanation) {
	e.Value = duration(max(s.now, s.lastEnd, s.length))
	if s.closed {
		e.Value = duration(max(s.length, models.Millis(0)))
	}
}
