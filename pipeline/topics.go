package pipeline

import "earshot/bus"

// The topics.
const (
	TopicInteractions = "earshot.interactions" // an Interaction as JSON; key: its ID
	TopicTurns        = "earshot.turns"        // turns of conversations that still run; key: the interaction's ID
	TopicSignals      = "earshot.signals"      // urgency signals; key: the interaction's ID
	TopicDead         = "earshot.dead"         // a Dead as JSON; key: its ID
)

// TopicList returns the topics to ensure before anything is published or run.
// maxRecordBytes is the largest record the bus takes. A Dead holds a whole
// record as base64, and so gets more room.
func (c Config) TopicList(maxRecordBytes int) []bus.Topic {
	topic := func(name string, t Topic, size int) bus.Topic {
		return bus.Topic{
			Name: name, Partitions: c.Topics.Partitions, Replicas: c.Topics.Replicas,
			Retention: t.Retention, RetentionBytes: t.RetentionBytes, MaxRecordBytes: size,
		}
	}
	return []bus.Topic{
		topic(TopicInteractions, c.Topics.Interactions, maxRecordBytes),
		topic(TopicTurns, c.Topics.Turns, maxRecordBytes),
		topic(TopicSignals, c.Topics.Signals, maxRecordBytes),
		topic(TopicDead, c.Topics.Dead, maxRecordBytes/3*4+(64<<10)),
	}
}
