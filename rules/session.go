package rules

import (
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
	sifted  []int     // by part of a source: the last turn it has to look at, plus 1
	putOff  [][]putOff
	reread  scanner // of a turn that was put off
	memo    []memo  // by term
	epoch   uint32
	scan    scanner
	windows [][]window // spare ones
	spare   [][]place

	brief        bool // what is explained only serves a sentence
	explanations []*Explanation
	told         int // of explanations: those in use
	because      because
	takers       map[string][]listener[takingFindings] // by kind of finding
	routines     [][]routine                           // by rule
	quiet        []quiet                               // by term
	searched     []models.Evidence                     // where the leaves in quiet looked
	searchedAt   uint32                                // the epoch of it
	kept         []models.Evidence                     // where the next verdicts' evidence lies
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
		s.putOff = make([][]putOff, len(s.set.sources))
		s.sifted = make([]int, len(s.set.sieve.known))
		s.memo = make([]memo, len(s.set.terms))
	}
	for i := range s.noticed {
		s.noticed[i], s.putOff[i] = s.noticed[i][:0], s.putOff[i][:0]
		if r, ok := s.states[i].(interface{ reset() }); ok {
			r.reset()
		}
	}
	clear(s.sifted)
	for i := range s.byParty {
		s.byParty[i] = s.byParty[i][:0]
	}
	s.in, s.language = in, ""
	s.turns, s.findings, s.facts, s.late = nil, s.findings[:0], s.facts[:0], s.late[:0]
	s.origin, s.started, s.lastEnd, s.now, s.length = 0, false, 0, 0, 0
	s.unclear, s.closed, s.observed = false, false, 0
	s.epoch++
}

// release lets go of the conversation and keeps the memory.
func (s *Session) release() {
	clear(s.findings[:cap(s.findings)])
	s.in, s.turns, s.kept = nil, nil, nil
	s.scan.reset("")
	s.reread.reset("")
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
	s.set.sieve.sift(s, i)
	for _, l := range s.set.listeners.observing {
		if !s.set.sieve.idle(s, l.self, i) {
			l.to.observe(s, l.self, i)
		}
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
	for _, l := range s.concerned(s.findings[i].Kind) {
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

// Whole starts over with a conversation that is over, and evaluates all of it:
// its transcript and findings.
func (s *Session) Whole(in *models.Interaction) {
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
