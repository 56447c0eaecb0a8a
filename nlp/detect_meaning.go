package nlp

import (
	"fmt"

	"earshot/models"
)

func init() {
	register(spec{
		Name:  "meaning",
		Order: 1,
		Doc: "What sentences mean, where nlp.meaning is on: a model of both languages turns each sentence into numbers, and for some kinds, those that cost most when they are missed, a line through them, learned from labelled sentences, tells how likely it is. " +
			"Only what the word lists did not find in the turn is added; the quote is the sentence, the score the probability. Short answers, announcements and turns whose speaker is unknown are left out.",
		Kinds: []Kind{
			{Name: "word.dissatisfied", Doc: "the customer complains", Label: "by meaning, as of the next ones"},
			{Name: "word.repeat", Doc: "the customer has been in touch about it before"},
			{Name: "word.churn", Doc: "the customer wants to leave"},
			{Name: "word.threat", Doc: "the customer threatens to go public or to the authorities"},
			{Name: "word.safety", Doc: "somebody is in danger"},
			{Name: "promise.made", Doc: "a promise", Value: "hours from the words to the due time, 0 where none was said", Label: "as of a promise told by its words"},
		},
		new: func(d *data) detector { return &understanding{meaning: d.meaning} },
	})
}

// meaning is what tells the meaning of sentences; shared by all conversations.
type meaning struct {
	embedder Embedder
	heads    []head
	by       models.By
	calls    bool // only in recordings
}

// applies reports whether the meaning of a conversation is to be told.
func (m *meaning) applies(c *Conversation) bool { return m != nil && (!m.calls || c.Spoken()) }

// by names what made the findings of the conversation.
func (c *Conversation) by() models.By {
	if c.data.meaning.applies(c) {
		return c.data.byMeaning
	}
	return c.data.by
}

// batchParts is how many parts of turns are worked on in one go.
const batchParts = 64

// understanding tells the meaning of one conversation.
type understanding struct {
	meaning *meaning
	parts   []part // of turns up to known, of which those of earlier turns are done with
	known   int
}

// part is a part of a turn and its vector.
type part struct {
	turn, from, to int
	vector         []float32
}

func (u *understanding) turn(c *Conversation) {
	i, turn := c.Last()
	if !u.meaning.applies(c) || !speaks(turn) || c.err != nil {
		return
	}
	if i >= u.known {
		if err := u.read(c, i); err != nil {
			c.fail(fmt.Errorf("tell the meaning of turn %d and those behind it: %w", i+1, err))
			return
		}
	}
	for len(u.parts) > 0 && u.parts[0].turn < i {
		u.parts = u.parts[1:]
	}
	n := 0
	for n < len(u.parts) && u.parts[n].turn == i {
		n++
	}
	u.tell(c, turn.Party, u.parts[:n])
}

func (*understanding) close(*Conversation) {}

// speaks reports whether the meaning of a turn can be told: what customers and
// agents say means different things.
func speaks(t *models.Turn) bool { return t.Party == models.Customer || t.Party == models.Agent }

// read computes the vectors of turn i and of turns behind it that are known by
// now, as many as one batch takes.
func (u *understanding) read(c *Conversation, i int) error {
	u.parts = u.parts[:0]
	var texts []string
	turns := c.Transcript().Turns
	for u.known = i; u.known < len(turns) && len(texts) < batchParts; u.known++ {
		t := &turns[u.known]
		if !speaks(t) {
			continue
		}
		for _, p := range MeaningParts(t.Text) {
			u.parts = append(u.parts, part{turn: u.known, from: p[0], to: p[1]})
			texts = append(texts, t.Text[p[0]:p[1]])
		}
	}
	if len(texts) == 0 {
		return nil
	}
	vectors, err := u.meaning.embedder.Embed(c.ctx, texts)
	if err != nil {
		return err
	}
	for k := range u.parts {
		if len(vectors[k]) != Dims {
			return fmt.Errorf("a vector has %d numbers, want %d", len(vectors[k]), Dims)
		}
		u.parts[k].vector = vectors[k]
	}
	return nil
}

// tell emits what the parts of a turn mean: each meaning once, of the part that
// it is surest of.
func (u *understanding) tell(c *Conversation, party models.Party, parts []part) {
	found := c.findings[c.first:]
	for k := range u.meaning.heads {
		h := &u.meaning.heads[k]
		if h.meaning.Party != party || h.meaning.told(found) {
			continue
		}
		best, of := 0.0, 0
		for n := range parts {
			if p := h.probability(parts[n].vector); p > best {
				best, of = p, n
			}
		}
		if best >= float64(h.least) {
			u.emit(c, h.meaning, best, &parts[of])
		}
	}
}

func (u *understanding) emit(c *Conversation, m *Meaning, score float64, p *part) {
	f := models.Finding{Kind: m.Kind, Party: m.Party, Score: round(score), Label: "by meaning", Severity: m.Severity, By: u.meaning.by,
		Evidence: []models.Evidence{c.Transcript().Quote(p.turn, p.from, p.to)}}
	if m.Kind == "promise.made" {
		f.Value, f.Label = c.dueOf(p.turn, p.from, p.to)
	}
	c.emit(f)
}
