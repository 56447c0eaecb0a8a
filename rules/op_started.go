package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"earshot/models"
)

func init() {
	register(operator{
		name:   "started",
		doc:    "When the conversation began: within hours of the day, on days of the week. The clock is that of the conversation's own time stamp unless utc_offset gives another.",
		params: func() params { return new(started) },
		examples: []example{
			{rule: `started: {hours: "08:00-21:00", utc_offset: "+08:00"}`, hit: "A: hi", miss: "A: hi", only: `time: "2026-01-05T09:30:00+08:00"`, not: `time: "2026-01-05T22:30:00+08:00"`},
			{rule: `started: {days: [sat, sun]}`, hit: "A: hi", miss: "A: hi", only: `time: "2026-01-04T09:30:00Z"`, not: `time: "2026-01-05T09:30:00Z"`},
		},
	})
}

type started struct {
	Hours  string   `yaml:"hours" jsonschema:"description=Such as 08:00-21:00; the end is not included; over midnight as 21:00-08:00"`
	Days   []string `yaml:"days" jsonschema:"description=mon tue wed thu fri sat sun"`
	Offset string   `yaml:"utc_offset" jsonschema:"description=Such as +08:00"`
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (st *started) compile(c *compiler) (termID, error) {
	if st.Hours == "" && st.Days == nil {
		return noTerm, models.BadInput("started: give hours or days")
	}
	l := &startedLeaf{from: -1}
	if st.Hours != "" {
		from, to, ok := strings.Cut(st.Hours, "-")
		a, err := time.Parse("15:04", strings.TrimSpace(from))
		b, err2 := time.Parse("15:04", strings.TrimSpace(to))
		if !ok || err != nil || err2 != nil || a.Equal(b) {
			return noTerm, models.BadInput("started: hours %q: want such as 08:00-21:00", st.Hours)
		}
		l.from, l.to = a.Hour()*60+a.Minute(), b.Hour()*60+b.Minute()
	}
	for _, d := range st.Days {
		i := slices.Index(weekdays, d)
		if i < 0 {
			return noTerm, models.BadInput("started: %s", unknown("day", d, weekdays))
		}
		l.days[i] = true
		l.onDays = true
	}
	if st.Offset != "" {
		t, err := time.Parse("-07:00", st.Offset)
		if err != nil {
			return noTerm, models.BadInput("started: utc_offset %q: want such as +08:00", st.Offset)
		}
		l.zone = t.Location()
		if st.Offset == "+00:00" || st.Offset == "-00:00" {
			l.zone = time.UTC
		}
	}
	what := joinText(st.Hours, strings.Join(st.Days, ","), st.Offset)
	return c.leaf("", Text{"en": "begun " + what, "zh": "开始时间 " + what}, nil, l), nil
}

type startedLeaf struct {
	from, to int // minutes of the day, from -1: any
	days     [7]bool
	onDays   bool
	zone     *time.Location
}

func (l *startedLeaf) at(s *Session) time.Time {
	if l.zone != nil {
		return s.in.Started.In(l.zone)
	}
	return s.in.Started
}

func (l *startedLeaf) eval(s *Session) answer {
	t := l.at(s)
	if l.onDays && !l.days[t.Weekday()] {
		return isMiss
	}
	m := t.Hour()*60 + t.Minute()
	switch {
	case l.from < 0:
		return isHit
	case l.from < l.to:
		return decided(m >= l.from && m < l.to)
	}
	return decided(m >= l.from || m < l.to)
}

func (l *startedLeaf) explain(s *Session, e *Explanation) {
	t := l.at(s)
	e.Value = fmt.Sprintf("%s %s", weekdays[t.Weekday()], t.Format("15:04"))
}
