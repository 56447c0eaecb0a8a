package rules

import (
	"cmp"
	"slices"
	"strings"

	"earshot/models"
)

// position orders places in a conversation: turn, then byte of its text.
// The stretch of time that follows a turn lies at its last byte.
type position int64

const (
	stretchByte = 1<<31 - 1
	endOfTime   = position(1<<62 - 1)
	maxMillis   = models.Millis(1<<62 - 1)
)

func at(turn, offset int32) position { return position(turn)<<32 | position(offset) }

func (p position) turn() int32 { return int32(p >> 32) }

// found is one thing a source noticed.
type found struct {
	turn       int32
	from, to   int32         // bytes of the turn's text, both stretchByte for the time after it
	when       models.Millis // the time that scopes go by
	start, end models.Millis // of the evidence
	party      party
	group      int32 // of a words operator: which group of synonyms
	confidence float32
	value      float64
	finding    int32 // index of the finding it is, -1 if none
	pending    bool  // it still goes on, and its end and value grow
	later      bool  // its place will be where it ends, here or later
}

func (f *found) at() position { return at(f.turn, f.from) }

// noticer watches a conversation for one kind of thing. It implements the
// interfaces below for what it wants to be told. What it has noticed lies in
// the session, at its own number; it does not change itself.
type noticer interface {
	// lag says how far behind the turns its hits may come.
	lag() lag
}

// Observing is told of each turn, in order, with its index.
type observing interface {
	observe(s *Session, self, turn int)
}

// Closing is told when the conversation is over.
type closing interface {
	close(s *Session, self int)
}

// finding takes findings, by their index in the session.
type takingFindings interface {
	finding(s *Session, self int, index int32)
}

// Advancing is told of time passing without a turn.
type advancing interface {
	advance(s *Session, self int)
}

// Deriving works out its hits from the findings so far, when they are needed.
type deriving interface {
	derive(s *Session, self int)
}

// listener is a source that wants to be told of something.
type listener[T any] struct {
	self int
	to   T
}

// listeners holds the sources of a set by what they want to be told.
type listeners struct {
	observing []listener[observing]
	closing   []listener[closing]
	findings  []listener[takingFindings]
	advancing []listener[advancing]
	deriving  []deriving // by source, nil for most
}

func listen(sources []noticer) listeners {
	l := listeners{deriving: make([]deriving, len(sources))}
	for i, src := range sources {
		l.observing = listenIf(l.observing, i, src)
		l.closing = listenIf(l.closing, i, src)
		l.findings = listenIf(l.findings, i, src)
		l.advancing = listenIf(l.advancing, i, src)
		l.deriving[i], _ = src.(deriving)
	}
	return l
}

func listenIf[T any](list []listener[T], self int, src noticer) []listener[T] {
	if to, ok := src.(T); ok {
		list = append(list, listener[T]{self, to})
	}
	return list
}

// lag says when what a source notices about a turn is known.
type lag uint8

const (
	withTurn  lag = iota // with the turn itself
	withNext             // the time after a turn, with the next turn
	oneBehind            // findings: at the latest with the next turn
	atEnd                // judgements of the whole conversation
)

// party is a set of parties as bits.
type party uint8

const (
	agentBit party = 1 << iota
	customerBit
	systemBit
	unknownBit
	everybody party = 15
)

func bit(p models.Party) party {
	switch p {
	case models.Agent:
		return agentBit
	case models.Customer:
		return customerBit
	case models.System:
		return systemBit
	}
	return unknownBit
}

func partyMask(list []models.Party) party {
	m := party(0)
	for _, p := range list {
		m |= bit(p)
	}
	if m == 0 {
		return everybody
	}
	return m
}

func (p party) name() models.Party {
	switch p {
	case agentBit:
		return models.Agent
	case customerBit:
		return models.Customer
	case systemBit:
		return models.System
	case unknownBit:
		return models.Unknown
	}
	return ""
}

// Session evaluates a set of rules over one conversation, turn by turn. The
// answers after the last turn and Close are the same as for the whole
// conversation at once, since that is how the whole is evaluated. A Session
// may be used again after Reset; it is for one goroutine at a time.
type Session struct {
	set      *Set
	in       *models.Interaction
	language string
	turns    []models.Turn
	length   models.Millis
	findings []models.Finding
	late     []int32

	facts    []turnFacts
	byParty  [4][]int32 // the turns of each party
	origin   models.Millis
	started  bool
	lastEnd  models.Millis
	now      models.Millis
	unclear  bool // some turn is
	closed   bool
	observed int

	noticed [][]found // by source
	states  []any     // by source
	derived []uint32  // by source: the epoch of its hits
	memo    []memo    // by term
	epoch   uint32
	scan    scanner
	windows [][]window // spare ones
	spare   [][]place
}

type memo struct {
	answer answer
	epoch  uint32
}

// turnFacts is what scopes need to know of a turn.
type turnFacts struct {
	party   party
	unclear bool
}

// Marks by which transcripts say that something could not be understood.
var unintelligible = []string{"[unintelligible]", "[inaudible]", "(unintelligible)", "(inaudible)", "[听不清]", "（听不清）", "(听不清)", "[無法辨識]", "[无法识别]"}

// Begin starts evaluating a conversation of which the metadata are known.
// Its transcript and findings are ignored; give them to Observe as they come.
func (set *Set) Begin(in *models.Interaction) *Session {
	s := &Session{set: set}
	s.Reset(in)
	return s
}

// Reset starts over with another conversation and keeps the memory.
func (s *Session) Reset(in *models.Interaction) {
	if s.memo == nil {
		s.noticed = make([][]found, len(s.set.sources))
		s.states = make([]any, len(s.set.sources))
		s.derived = make([]uint32, len(s.set.sources))
		s.memo = make([]memo, len(s.set.terms))
	}
	for i := range s.noticed {
		s.noticed[i] = s.noticed[i][:0]
		if r, ok := s.states[i].(interface{ reset() }); ok {
			r.reset()
		}
	}
	for i := range s.byParty {
		s.byParty[i] = s.byParty[i][:0]
	}
	s.in, s.language = in, ""
	s.turns, s.findings, s.facts, s.late = nil, s.findings[:0], s.facts[:0], s.late[:0]
	s.origin, s.started, s.lastEnd, s.now, s.length = 0, false, 0, 0, 0
	s.unclear, s.closed, s.observed = false, false, 0
	s.epoch++
}

// Observe adds the next turn, in the order of starts, and the findings that
// became known with it. A finding may come with the last turn its evidence
// names or with the one after that; findings of the kinds that judge a whole
// conversation (see LateKinds) wait for Close.
func (s *Session) Observe(turn models.Turn, findings ...models.Finding) {
	s.turns = append(s.turns, turn)
	s.step()
	for i := range findings {
		s.Finding(findings[i])
	}
}

// step looks at the first turn that has not been looked at.
func (s *Session) step() {
	i := s.observed
	t := &s.turns[i]
	s.observed++
	s.epoch++
	who := bit(t.Party)
	if who != systemBit && !s.started {
		s.started, s.origin = true, t.Start
	}
	f := turnFacts{party: who, unclear: s.isUnclear(t)}
	s.unclear = s.unclear || f.unclear || who == unknownBit
	s.facts = append(s.facts, f)
	switch who {
	case agentBit:
		s.byParty[0] = append(s.byParty[0], int32(i))
	case customerBit:
		s.byParty[1] = append(s.byParty[1], int32(i))
	case systemBit:
		s.byParty[2] = append(s.byParty[2], int32(i))
	default:
		s.byParty[3] = append(s.byParty[3], int32(i))
	}
	s.set.automaton.scan(s, i)
	for _, l := range s.set.listeners.observing {
		l.to.observe(s, l.self, i)
	}
	s.lastEnd = max(s.lastEnd, t.End)
	s.now = max(s.now, t.Start)
}

func (s *Session) isUnclear(t *models.Turn) bool {
	if t.NoSpeech > 0.6 || t.Confidence > 0 && t.Confidence < s.set.unclearBelow {
		return true
	}
	if strings.IndexByte(t.Text, '[') >= 0 || strings.IndexByte(t.Text, '(') >= 0 || strings.IndexByte(t.Text, "（"[0]) >= 0 {
		for _, mark := range unintelligible {
			if strings.Contains(t.Text, mark) {
				return true
			}
		}
	}
	return false
}

// Finding adds a finding that became known.
func (s *Session) Finding(f models.Finding) {
	s.epoch++
	s.findings = append(s.findings, f)
	i := int32(len(s.findings) - 1)
	if (isLate(f.Kind) || len(f.Evidence) == 0) && !s.closed {
		s.late = append(s.late, i)
		return
	}
	s.dispatch(i)
}

func (s *Session) dispatch(i int32) {
	for _, l := range s.set.listeners.findings {
		l.to.finding(s, l.self, i)
	}
}

// Advance says that the conversation's clock stands at now and nobody has
// begun to speak since the last turn. It lets silences and windows of time
// become certain before the next turn.
func (s *Session) Advance(now models.Millis) {
	if now <= s.now || s.closed {
		return
	}
	s.now = now
	s.epoch++
	for _, l := range s.set.listeners.advancing {
		l.to.advance(s, l.self)
	}
}

// hits returns what a source has noticed.
func (s *Session) hits(source int) []found {
	if d := s.set.listeners.deriving[source]; d != nil && s.derived[source] != s.epoch {
		s.derived[source] = s.epoch
		s.noticed[source] = s.noticed[source][:0]
		d.derive(s, source)
	}
	return s.noticed[source]
}

// Close says that the conversation is over, after length; 0 if that is when
// the last turn ended. From now on every answer is certain.
func (s *Session) Close(length models.Millis) {
	if s.closed {
		return
	}
	s.length = max(length, s.lastEnd)
	for _, l := range s.set.listeners.closing {
		l.to.close(s, l.self)
	}
	for _, i := range s.late {
		s.dispatch(i)
	}
	s.closed = true
	s.epoch++
}

// whole gives the session the whole conversation.
func (s *Session) whole(in *models.Interaction) {
	s.Reset(in)
	if in.Transcript == nil {
		s.Close(0)
		return
	}
	s.turns = in.Transcript.Turns[:len(in.Transcript.Turns):len(in.Transcript.Turns)]
	for range s.turns {
		s.step()
	}
	for i := range in.Findings {
		s.Finding(in.Findings[i])
	}
	s.Close(in.Transcript.Length)
}

// insert adds what a source noticed, in the order of places.
func (s *Session) insert(self int, f found) {
	list := s.noticed[self]
	i := len(list)
	for i > 0 && s.later(&list[i-1], &f) {
		i--
	}
	s.noticed[self] = slices.Insert(list, i, f)
}

// later orders what was noticed by place. Findings of one place come in an
// order that does not depend on when they became known.
func (s *Session) later(a, b *found) bool {
	if a.at() != b.at() {
		return a.at() > b.at()
	}
	if a.finding < 0 || b.finding < 0 {
		return a.when > b.when
	}
	x, y := &s.findings[a.finding], &s.findings[b.finding]
	return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.to, b.to), strings.Compare(x.Kind, y.Kind),
		strings.Compare(x.Label, y.Label), cmp.Compare(x.Score, y.Score), cmp.Compare(x.Value, y.Value)) > 0
}

func (s *Session) getWindows() []window {
	if n := len(s.windows); n > 0 {
		w := s.windows[n-1]
		s.windows = s.windows[:n-1]
		return w[:0]
	}
	return make([]window, 0, 8)
}

func (s *Session) putWindows(w []window) { s.windows = append(s.windows, w) }

func (s *Session) getPlaces() []place {
	if n := len(s.spare); n > 0 {
		p := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return p[:0]
	}
	return make([]place, 0, 8)
}

func (s *Session) putPlaces(p []place) { s.spare = append(s.spare, p) }

// frontier returns the place and the time before which all that a source can
// notice has been noticed.
func (s *Session) frontier(l lag) (position, models.Millis) {
	if s.closed {
		return endOfTime, maxMillis
	}
	n := int32(s.observed)
	switch l {
	case withTurn:
		return at(n, 0), s.now
	case withNext:
		return at(max(0, n-1), stretchByte), min(s.now, s.lastEnd)
	case oneBehind:
		if n == 0 {
			return 0, 0
		}
		return at(n-1, 0), s.turns[n-1].Start
	}
	return 0, 0
}

// eval returns the answer of a term, worked out once until something changes.
func (s *Session) eval(id termID) answer {
	m := &s.memo[id]
	if m.epoch == s.epoch {
		return m.answer
	}
	t := &s.set.terms[id]
	var a answer
	switch t.op {
	case "all":
		a = isHit
		for _, child := range t.children {
			if a = a.and(s.eval(child)); a == isMiss {
				break
			}
		}
	case "any":
		a = isMiss
		for _, child := range t.children {
			if a = a.or(s.eval(child)); a == isHit {
				break
			}
		}
	case "not":
		a = s.eval(t.children[0]).not()
	default:
		a = t.leaf.eval(s)
	}
	*m = memo{a, s.epoch}
	return a
}

// confidence returns how sure the recogniser was of bytes from to to of a
// turn: the mean of its words there, or of the turn; 1 for text channels.
func confidence(t *models.Turn, from, to int) float32 {
	sum, n := 0.0, 0
	for i := range t.Words {
		w := &t.Words[i]
		if w.From < to && w.To > from && w.Confidence > 0 {
			sum += w.Confidence
			n++
		}
	}
	switch {
	case n > 0:
		return float32(sum / float64(n))
	case t.Confidence > 0:
		return float32(t.Confidence)
	}
	return 1
}
