package demo

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"earshot/models"
)

// History describes the conversations of a contact centre that we make up:
// complaints and questions in Chinese and English over all channels, with
// calm, upset and threatening customers, agents of different skill, days and
// weeks with their quiet and busy hours, customers who come back because
// nothing was solved, and bursts of complaints with a known cause.
//
// The i-th conversation depends on the History and i alone. Start times rise
// with i, and its ID is "gen-", the seed and i. Calls have their transcript,
// as speech recognition would give it, and no recording.
type History struct {
	Seed          uint64
	Conversations int
	From, To      time.Time // start times lie from From to before To
	Agents        int       // 0: one for 400 conversations, 30 to 400
	Bursts        int       // planted bursts of complaints

	languages []*phrases
	season    *season
	bursts    []Burst
	agents    []person
}

// person is an agent. How well one works stays the same.
type person struct {
	language int
	name     string
	team     string
	skill    float64 // probability of handling a conversation well
}

// NewHistory checks h and prepares it. An error wraps models.ErrBadInput.
func NewHistory(h History) (*History, error) {
	switch {
	case h.Conversations < 1:
		return nil, models.BadInput("%d conversations: want at least 1", h.Conversations)
	case !h.From.Before(h.To):
		return nil, models.BadInput("from %s is not before to %s", h.From.Format(time.DateOnly), h.To.Format(time.DateOnly))
	case h.To.Sub(h.From) < time.Hour || h.From.Year() < 1990 || h.To.Year() > 2200:
		return nil, models.BadInput("from %s to %s: want an hour to two centuries, between 1990 and 2200", h.From.Format(time.DateOnly), h.To.Format(time.DateOnly))
	case h.To.Sub(h.From) > 20*365*24*time.Hour:
		return nil, models.BadInput("from %s to %s: want at most 20 years", h.From.Format(time.DateOnly), h.To.Format(time.DateOnly))
	case h.Agents < 0 || h.Agents > 10_000:
		return nil, models.BadInput("%d agents: want at most 10000", h.Agents)
	case h.Bursts < 0 || h.Bursts > 200:
		return nil, models.BadInput("%d bursts: want at most 200", h.Bursts)
	}
	var err error
	if h.languages, err = loadPhrases(); err != nil {
		return nil, err
	}
	if h.Agents == 0 {
		h.Agents = min(400, max(30, h.Conversations/400))
	}
	h.hire()
	base := newSeason(rand.New(rand.NewPCG(h.Seed, 0x5EA5)), h.From, h.To)
	h.bursts = h.plant(base)
	h.season = base.with(h.bursts)
	return &h, nil
}

// hire makes the agents, half of each language, in teams of about ten.
func (h *History) hire() {
	rng := rand.New(rand.NewPCG(h.Seed, 0xA6E7))
	for i := range h.Agents {
		language := i % len(h.languages)
		p := h.languages[language]
		number := i / len(h.languages)
		a := person{language: language, skill: 0.35 + 0.62*rng.Float64()}
		surname, given := p.Surnames[number%len(p.Surnames)], p.Givens[(number+number/len(p.Surnames))%len(p.Givens)]
		if a.name = given + " " + surname; p.space == "" {
			a.name = surname + given
		}
		if again := number / (len(p.Surnames) * len(p.Givens)); again > 0 {
			a.name += fmt.Sprintf(" %d", again+1)
		}
		teams := max(3, h.Agents/len(h.languages)/10)
		team := number % teams
		a.team = fill(p.Team, map[string]string{"team": p.Teams[team%len(p.Teams)], "n": fmt.Sprint(team/len(p.Teams) + 1)})
		h.agents = append(h.agents, a)
	}
}

// Planted returns what was planted, in the order of time.
func (h *History) Planted() []Burst { return h.bursts }

// Each returns the conversations in the order of their start times.
func (h *History) Each() iter.Seq[*models.Interaction] {
	return func(yield func(*models.Interaction) bool) {
		for i := range h.Conversations {
			if !yield(h.At(i)) {
				return
			}
		}
	}
}

// At returns the i-th conversation, from 0. It may be called from several
// goroutines.
func (h *History) At(i int) *models.Interaction {
	in, _ := h.Told(i)
	return in
}

// About is what a conversation is about: its topic's queue, the number of the
// customer's problem among those of the topic, and the reasons, field/reason, of
// which any is right for it.
type About struct {
	Queue     string
	Problem   int
	Reasons   []string
	Complaint bool
}

// Told returns the i-th conversation and what it is about.
func (h *History) Told(i int) (*models.Interaction, About) {
	p := h.plan(i)
	w := writer{plan: p, phrases: h.languages[p.language], rng: p.rng}
	in := w.write()
	in.ID = h.ID(i)
	ended := in.Started.Add(in.Transcript.Length.Duration())
	in.Ended = &ended
	return in, About{Queue: in.Queue, Problem: w.number, Reasons: w.Topics[w.topic].Cases[w.number].Reasons, Complaint: p.complaint()}
}

// Outline is a conversation without its words. Conversations with the same
// Kind say much the same.
type Outline struct {
	models.Interaction
	Kind Kind
}

// Kind is language, topic, cause, pace and mood of a conversation, and how it
// ends: the outcome, whether the agent did well, whether the customer had
// called before.
type Kind [8]int

// WithoutEnding is the same for conversations that differ only in how they end.
func (k Kind) WithoutEnding() Kind {
	clear(k[5:])
	return k
}

// Outline returns the outline of the i-th conversation.
func (h *History) Outline(i int) Outline {
	p := h.plan(i)
	w := writer{plan: p, phrases: h.languages[p.language], rng: p.rng}
	o := Outline{Interaction: *w.head(&w.Topics[w.topic]), Kind: Kind{p.language, p.topic, p.cause, p.pace(), int(p.mood), int(p.outcome), number(p.skilled), number(p.repeat)}}
	o.ID = h.ID(i)
	return o
}

// ID returns that of the i-th conversation.
func (h *History) ID(i int) models.ID { return models.ID(fmt.Sprintf("gen-%d-%d", h.Seed, i)) }
