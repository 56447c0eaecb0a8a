package nlp

import "earshot/models"

func init() {
	register(spec{
		Name: "hold",
		Doc:  "The customer waits: the agent asked to hold the line and hold.least or more of silence followed, or music played.",
		Kinds: []Kind{{Name: "hold", Doc: "the customer was put on hold", Value: "its length in seconds",
			Label: "announced, or music where it was not"}},
		new: func(d *data) detector { return &hold{config: d.config.Hold} },
		Finds: []Example{
			{Dialogue: "A: 请您稍等，我帮您查一下\n... 8s\nA: 感谢您的等待", Kind: "hold", Label: "announced"},
			{Dialogue: "A: could you hold on for a second please\nC: sure\n... 8s\nA: thank you for holding", Kind: "hold", Label: "announced"},
		},
		Ignores: []Example{
			{Dialogue: "A: 请您稍等\n... 2s\nA: 查到了", Kind: "hold"},
			{Dialogue: "A: 这个我不清楚\n... 8s\nC: 喂", Kind: "hold"},
		},
	})
}

type hold struct{ config HoldConfig }

func (h *hold) turn(c *Conversation) {
	i, turn := c.Last()
	end, last := c.EndBefore()
	if last >= 0 {
		h.look(c, last, i, end, turn.Start)
	}
}

func (h *hold) close(c *Conversation) {
	if c.Len() > 0 {
		i, turn := c.Last()
		h.look(c, i, c.Len(), turn.End, c.Transcript().Length)
	}
}

func (h *hold) look(c *Conversation, last, next int, from, to models.Millis) {
	if !c.Spoken() || (to-from).Duration() < h.config.Least {
		return
	}
	label := ""
	if music(c.Transcript(), from, to) {
		label = "music"
	}
	if waits(c, next) {
		label = "announced"
	}
	if label == "" {
		return
	}
	c.emit(models.Finding{Kind: "hold", Party: models.Agent, Score: 1, Value: (to - from).Seconds(), Label: label,
		Evidence: []models.Evidence{models.Stretch(last, from, to)}})
}
