package demo

import (
	"iter"
	"time"

	"earshot/models"
)

// Sketch is what a conversation of a History is about, without its words.
type Sketch struct {
	ID        models.ID
	Started   time.Time
	Complaint bool
	Threat    bool // the customer threatens to go public
	Queue     string
	Product   string
	Region    string
	Channel   models.Channel
	Cause     string
	Burst     int // number of the planted burst it belongs to, from 0; -1: none
}

// Sketches returns the conversations without their words, a hundred times as
// fast as with them.
func (h *History) Sketches() iter.Seq[Sketch] {
	return func(yield func(Sketch) bool) {
		for i := range h.Conversations {
			p := h.plan(i)
			topic := h.languages[p.language].Topics[p.topic]
			if !yield(Sketch{
				ID: h.ID(i), Started: p.started, Complaint: p.complaint(), Threat: p.mood == threatening, Queue: topic.Queue, Product: p.product,
				Region: p.region, Channel: p.channel, Cause: topic.Queue + "/" + topic.Causes[p.cause].Name, Burst: p.burst,
			}) {
				return
			}
		}
	}
}
