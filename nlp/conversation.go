package nlp

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"earshot/models"
	"earshot/models/fold"
)

// Conversation is what detectors see of a conversation: the turns so far, and
// what was found in them by the detectors that ran before.
type Conversation struct {
	ctx      context.Context // of what is computed for this conversation
	in       *models.Interaction
	data     *data
	turns    int // known so far
	end      models.Millis
	folded   *fold.Text  // of the last turn
	text     string      // of the last turn, folded; said makes it
	feeling  turnFeeling // of the last turn
	feltAt   int         // the turns when feeling was worked out
	findings []models.Finding
	first    int      // of the findings with the last turn
	pairs    []uint64 // memory for what satisfaction keeps of turns
	maker    models.By
	err      error
}

var searchFolder = fold.New(fold.Search)

// memory is what the analysis of a conversation works in.
type memory struct {
	folded   fold.Text
	findings []models.Finding
	order    []ordered
	running  []running
	pairs    []uint64
}

// memories keeps the memory of analyses that are done with.
var memories = sync.Pool{New: func() any { return new(memory) }}

// Transcript returns the transcript; only its first Len turns may be looked at.
func (c *Conversation) Transcript() *models.Transcript { return c.in.Transcript }

// Len returns the number of turns so far.
func (c *Conversation) Len() int { return c.turns }

// Last returns the index of the last turn and the turn.
func (c *Conversation) Last() (int, *models.Turn) {
	return c.turns - 1, &c.in.Transcript.Turns[c.turns-1]
}

// said returns the folded text of the last turn.
func (c *Conversation) said() string {
	if c.text == "" {
		c.text = c.folded.String()
	}
	return c.text
}

// Spoken reports whether the conversation is speech, where pauses and
// overlaps mean something.
func (c *Conversation) Spoken() bool {
	return (c.in.Channel == models.Phone || c.in.Channel == "") && c.in.Transcript.Grade != models.GradeText
}

// EndBefore returns when the turns before the last one ended, and the index of
// the turn that ended last; -1 if there is none.
func (c *Conversation) EndBefore() (models.Millis, int) {
	end, who := models.Millis(0), -1
	// Turns are sorted by start. A turn of an hour under others is not worth
	// looking at every turn for: 200 turns back is far enough.
	for i := c.turns - 2; i >= max(0, c.turns-200); i-- {
		if t := &c.in.Transcript.Turns[i]; t.End > end || who < 0 {
			end, who = t.End, i
		}
	}
	return end, who
}

// Said reports whether a phrase of the lexicon category was found in a turn of
// the party, turns from to to included.
func (c *Conversation) Said(category string, party models.Party, from, to int) bool {
	for i := len(c.findings) - 1; i >= 0; i-- {
		f := &c.findings[i]
		if isWordOf(f.Kind, category) && f.Party == party && len(f.Evidence) > 0 && f.Evidence[0].Turn >= from && f.Evidence[0].Turn <= to {
			return true
		}
	}
	return false
}

// isWordOf reports whether kind is that of phrases of a lexicon category.
func isWordOf(kind, category string) bool {
	const family = "word."
	return len(kind) == len(family)+len(category) && kind[:len(family)] == family && kind[len(family):] == category
}

// emit adds a finding. Its By is the detector's unless it is set.
func (c *Conversation) emit(f models.Finding) {
	if f.By == (models.By{}) {
		f.By = c.maker
	}
	for _, e := range f.Evidence {
		if err := e.Check(c.in.Transcript); err != nil {
			c.fail(err)
		}
	}
	c.findings = append(c.findings, f)
}

// fail keeps the first error of a detector.
func (c *Conversation) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// Session is the analysis of one conversation while it goes on. It is used by
// one goroutine.
type Session struct {
	Conversation
	running []running
	closed  bool
	memory  *memory
}

type running struct {
	maker models.By
	d     detector
}

// Open begins the analysis of in, whose transcript may still grow. Where ctx
// ends, so does telling the meaning of sentences, and Err says so.
func (s *Step) Open(ctx context.Context, in *models.Interaction) *Session {
	d := s.data.Load()
	m := memories.Get().(*memory)
	session := &Session{Conversation: Conversation{ctx: ctx, in: in, data: d, folded: &m.folded, findings: m.findings[:0], pairs: m.pairs[:0]}, running: m.running[:0], memory: m}
	for _, spec := range detectors {
		if !slices.Contains(d.config.Disabled, spec.Name) {
			session.running = append(session.running, running{models.By{Name: spec.Name, Version: Version}, spec.new(d)})
		}
	}
	return session
}

// Turn takes in turn i, which must be the next one, and returns what was found
// with it. Later turns need not be known yet.
func (s *Session) Turn(i int) []models.Finding {
	from := len(s.findings)
	s.turns, s.first = i+1, from
	_, turn := s.Last()
	searchFolder.FoldInto(s.folded, turn.Text)
	s.text = ""
	for _, r := range s.running {
		s.maker = r.maker
		r.d.turn(&s.Conversation)
	}
	s.end = max(s.end, turn.End)
	return s.findings[from:]
}

// Close takes in that the conversation is over and returns what only then can
// be said. It does so once.
func (s *Session) Close() []models.Finding {
	if s.closed {
		return nil
	}
	s.closed = true
	from := len(s.findings)
	for _, r := range s.running {
		s.maker = r.maker
		r.d.close(&s.Conversation)
	}
	return s.findings[from:]
}

// release gives the memory of the analysis back, which must not be used any
// more.
func (s *Session) release() {
	clear(s.findings)
	clear(s.running)
	m := s.memory
	m.findings, m.running, m.pairs = s.findings, s.running, s.pairs
	memories.Put(m)
	s.memory, s.folded, s.findings, s.running, s.pairs = nil, nil, nil, nil, nil
}

// Err returns an error if a detector could not do its work, or gave evidence
// that does not stand in the transcript: a defect of the detector.
func (s *Session) Err() error { return s.err }

// Findings returns all findings so far, by place, then kind.
func (s *Session) Findings() []models.Finding {
	if len(s.findings) == 0 {
		return nil
	}
	order := s.memory.order[:0]
	for i := range s.findings {
		order = append(order, ordered{placeOf(&s.findings[i]), &s.findings[i]})
	}
	slices.SortStableFunc(order, func(a, b ordered) int {
		if a.place != b.place {
			return cmp.Compare(a.place, b.place)
		}
		return cmp.Or(comparePlace(a.f, b.f), cmp.Compare(a.f.Kind, b.f.Kind), cmp.Compare(a.f.Label, b.f.Label))
	})
	out := make([]models.Finding, len(order))
	for i := range order {
		out[i] = *order[i].f
	}
	clear(order)
	s.memory.order = order
	return out
}

// ordered is a finding with where it begins.
type ordered struct {
	place uint64
	f     *models.Finding
}

// placeOf returns the turn and the byte of a finding as one number; without a
// place it is last.
func placeOf(f *models.Finding) uint64 {
	if len(f.Evidence) == 0 {
		return math.MaxUint64
	}
	return uint64(f.Evidence[0].Turn)<<32 | uint64(f.Evidence[0].From)
}

func comparePlace(a, b *models.Finding) int {
	if len(a.Evidence) == 0 || len(b.Evidence) == 0 {
		return cmp.Compare(len(b.Evidence), len(a.Evidence)) // without a place: last
	}
	x, y := &a.Evidence[0], &b.Evidence[0]
	return cmp.Or(cmp.Compare(x.Turn, y.Turn), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.Start, y.Start))
}
