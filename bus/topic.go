package bus

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

// ErrNoTopic is wrapped by errors about a topic that does not exist.
var ErrNoTopic = errors.New("no such topic")

// Topic describes a topic that must exist.
type Topic struct {
	Name           string        // 1 to 249 of a–z A–Z 0–9 . _ -
	Partitions     int           // at least 1; records of one key keep to one partition
	Replicas       int           // 0: the cluster's default
	Retention      time.Duration // to the millisecond; 0: the cluster's default; negative: for ever
	RetentionBytes int64         // of the whole topic; 0: the cluster's default; negative: no limit
	MaxRecordBytes int           // 0: Config.MaxRecordBytes
}

// Room in a broker's limit for what a batch adds to its records: its header
// and, per record, lengths and deltas.
const batchOverhead = 64 << 10

var topicName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

// Validate returns an error if a Kafka broker would refuse the topic. The
// embedded broker is more forgiving, and so a mistake would show up only in
// production.
func (t Topic) Validate() error {
	if !topicName.MatchString(t.Name) || t.Name == "." || t.Name == ".." {
		return fmt.Errorf("topic %q: want 1 to 249 letters, digits or . _ -", t.Name)
	}
	if t.Partitions < 1 || t.Partitions > 10_000 {
		return fmt.Errorf("topic %s: %d partitions: want 1 to 10000", t.Name, t.Partitions)
	}
	if t.Replicas < 0 || t.Replicas > 100 {
		return fmt.Errorf("topic %s: %d replicas: want 0 to 100", t.Name, t.Replicas)
	}
	if t.MaxRecordBytes < 0 || t.MaxRecordBytes > 1<<30 {
		return fmt.Errorf("topic %s: max_record_bytes %d: want 0 to 1 GiB", t.Name, t.MaxRecordBytes)
	}
	return nil
}

// config lists the settings Earshot cares about. Kafka limits bytes by
// partition, Topic by topic.
func (t Topic) config(partitions int) map[string]string {
	c := map[string]string{"max.message.bytes": strconv.Itoa(t.MaxRecordBytes + batchOverhead)}
	switch {
	case t.Retention < 0:
		c["retention.ms"] = "-1"
	case t.Retention > 0:
		c["retention.ms"] = strconv.FormatInt(max(t.Retention.Milliseconds(), 1), 10)
	}
	switch {
	case t.RetentionBytes < 0:
		c["retention.bytes"] = "-1"
	case t.RetentionBytes > 0:
		c["retention.bytes"] = strconv.FormatInt(max(t.RetentionBytes/int64(partitions), 1), 10)
	}
	return c
}

// collisions refuses two names that differ only in . and _: Kafka does, since
// its metrics cannot tell them apart.
func collisions(topics []Topic, present map[string][]kafka.Partition) error {
	flat := map[string]string{}
	for name := range present {
		flat[strings.ReplaceAll(name, ".", "_")] = name
	}
	for _, t := range topics {
		key := strings.ReplaceAll(t.Name, ".", "_")
		if other, ok := flat[key]; ok && other != t.Name && len(present[t.Name]) == 0 {
			return fmt.Errorf("topic %s: its name collides with topic %s: Kafka tells . and _ apart in records but not in metrics", t.Name, other)
		}
		flat[key] = t.Name
	}
	return nil
}
