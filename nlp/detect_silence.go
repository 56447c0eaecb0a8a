package nlp

import "earshot/models"

func init() {
	register(spec{
		Name: "silence",
		Doc:  "Dead air in calls: nobody speaks for silence.long or more. The party is the one whose turn it was: the other than the last speaker.",
		Kinds: []Kind{{Name: "silence.long", Doc: "nobody spoke; severity 1, from silence.serious 2", Value: "its length in seconds",
			Label: "announced, where the agent had asked to wait; music; else empty"}},
		new: func(d *data) detector { return &silence{config: d.config.Silence} },
		Finds: []Example{
			{Dialogue: "C: 我的订单在哪\n... 12s\nA: 查到了", Kind: "silence.long"},
			{Dialogue: "C: where is it\nA: one moment please\n... 40s\nA: thanks for waiting", Kind: "silence.long", Label: "announced"},
			{Dialogue: "C: hello?\n... 15s", Kind: "silence.long"},
		},
		Ignores: []Example{
			{Dialogue: "C: 我的订单在哪\n... 4s\nA: 查到了", Kind: "silence.long"},
			{Dialogue: "C: where is it\n... 40s\nA: here", Kind: "silence.long", Channel: models.WebChat},
		},
	})
}

type silence struct {
	config SilenceConfig
}

func (s *silence) turn(c *Conversation) {
	i, turn := c.Last()
	end, last := c.EndBefore()
	s.look(c, last, i, end, turn.Start)
}

func (s *silence) close(c *Conversation) {
	if c.Len() == 0 {
		return
	}
	end, last := c.EndBefore()
	if i, turn := c.Last(); turn.End >= end {
		end, last = turn.End, i
	}
	s.look(c, last, c.Len(), end, c.Transcript().Length)
}

// look emits the silence after turn last and before turn next, if it is long.
func (s *silence) look(c *Conversation, last, next int, from, to models.Millis) {
	if !c.Spoken() || (to-from).Duration() < s.config.Long {
		return
	}
	party, label := models.Party(""), ""
	if last >= 0 {
		party = other(c.Transcript().Turns[last].Party)
		if waits(c, next) {
			label = "announced"
		}
	}
	if music(c.Transcript(), from, to) {
		label = "music"
	}
	severity := 1
	if (to - from).Duration() >= s.config.Serious {
		severity = 2
	}
	c.emit(models.Finding{Kind: "silence.long", Party: party, Score: 1, Value: (to - from).Seconds(), Label: label, Severity: severity,
		Evidence: []models.Evidence{models.Stretch(max(last, 0), from, to)}})
}

// waits reports whether the agent asked to wait in one of the two turns before
// turn next.
func waits(c *Conversation, next int) bool {
	return c.Said("hold_request", models.Agent, next-2, next-1)
}

// other returns the party that answers p.
func other(p models.Party) models.Party {
	switch p {
	case models.Customer:
		return models.Agent
	case models.Agent, models.System:
		return models.Customer
	}
	return ""
}

// music reports whether most of a stretch is music.
func music(t *models.Transcript, from, to models.Millis) bool {
	sum := models.Millis(0)
	for _, e := range t.Events {
		if e.Kind == "music" {
			sum += max(0, min(e.End, to)-max(e.Start, from))
		}
	}
	return 2*sum > to-from
}
