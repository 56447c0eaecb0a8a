package bus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
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

// Ensure makes the topics that are missing, brings retention and record size of
// the others in line, and returns once every one can be written and read. It
// never changes the number of partitions, which would move keys between them.
func (b *Bus) Ensure(ctx context.Context, topics ...Topic) error {
	for i := range topics {
		if err := topics[i].Validate(); err != nil {
			return err
		}
		if topics[i].MaxRecordBytes == 0 {
			topics[i].MaxRecordBytes = b.cfg.MaxRecordBytes
		}
	}
	var present map[string][]kafka.Partition
	err := b.retry(ctx, "list topics", func(ctx context.Context) (err error) {
		present, err = b.topics(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("list topics: %w", err)
	}
	if err := collisions(topics, present); err != nil {
		return err
	}
	for _, t := range topics {
		if err := b.ensure(ctx, t, present[t.Name]); err != nil {
			return fmt.Errorf("topic %s: %w", t.Name, err)
		}
		b.mu.Lock()
		b.limits[t.Name] = t.MaxRecordBytes
		b.mu.Unlock()
	}
	return nil
}

func (b *Bus) ensure(ctx context.Context, t Topic, have []kafka.Partition) error {
	if len(have) == 0 {
		if err := b.create(ctx, t); err != nil {
			return fmt.Errorf("create: %w", err)
		}
		return b.awaitTopic(ctx, t)
	}
	if len(have) != t.Partitions {
		b.log.Warn("topic keeps its number of partitions", "topic", t.Name, "has", len(have), "configured", t.Partitions)
	}
	if err := b.alignConfig(ctx, t, len(have)); err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	t.Partitions = len(have)
	return b.awaitTopic(ctx, t)
}

func (b *Bus) create(ctx context.Context, t Topic) error {
	replicas := t.Replicas
	if replicas == 0 {
		replicas = -1
	}
	want := t.config(t.Partitions)
	if t.Replicas >= 3 {
		// Without this "all in-sync replicas" may mean one.
		want["min.insync.replicas"] = "2"
	}
	var entries []kafka.ConfigEntry
	for _, name := range slices.Sorted(maps.Keys(want)) {
		entries = append(entries, kafka.ConfigEntry{ConfigName: name, ConfigValue: want[name]})
	}
	return b.retry(ctx, "create topic", func(ctx context.Context) error {
		res, err := b.client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{
			Topic: t.Name, NumPartitions: t.Partitions, ReplicationFactor: replicas, ConfigEntries: entries,
		}}})
		if err != nil {
			return err
		}
		if err := res.Errors[t.Name]; err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
			return err
		}
		return nil
	})
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

func (b *Bus) alignConfig(ctx context.Context, t Topic, partitions int) error {
	want := t.config(partitions)
	return b.retry(ctx, "configure topic", func(ctx context.Context) error {
		has, err := b.topicConfig(ctx, t.Name, slices.Sorted(maps.Keys(want))...)
		if err != nil {
			return b.tolerate(t.Name, err)
		}
		var changes []kafka.IncrementalAlterConfigsRequestConfig
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if v, ok := has[name]; !ok || strconv.FormatInt(v, 10) != want[name] {
				changes = append(changes, kafka.IncrementalAlterConfigsRequestConfig{Name: name, Value: want[name], ConfigOperation: kafka.ConfigOperationSet})
			}
		}
		if len(changes) == 0 {
			return nil
		}
		b.log.Info("topic settings change", "topic", t.Name, "from", has, "to", want)
		res, err := b.client.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: t.Name, Configs: changes,
		}}})
		if err != nil {
			return err
		}
		for _, r := range res.Resources {
			if r.Error != nil {
				return b.tolerate(t.Name, r.Error)
			}
		}
		return nil
	})
}

// tolerate lets a user without the right to describe or alter topics work with
// topics an administrator made.
func (b *Bus) tolerate(topic string, err error) error {
	if errors.Is(err, kafka.TopicAuthorizationFailed) || errors.Is(err, kafka.ClusterAuthorizationFailed) {
		b.log.Warn("topic settings not checked: no permission", "topic", topic, "error", err)
		return nil
	}
	return err
}

// awaitTopic waits until every partition has a leader and the connection that
// publishes has heard of the topic.
func (b *Bus) awaitTopic(ctx context.Context, t Topic) error {
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 500*time.Millisecond) {
		ready, err := b.topicReady(ctx, t)
		switch {
		case err != nil && !passing(err):
			return err
		case ready:
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready: %w", ctx.Err())
		case <-time.After(pause):
		}
	}
}

func (b *Bus) topicReady(ctx context.Context, t Topic) (bool, error) {
	present, err := b.topics(ctx)
	if err != nil || len(present[t.Name]) < t.Partitions {
		return false, err
	}
	for _, p := range present[t.Name] {
		if p.Leader.Host == "" {
			return false, nil
		}
	}
	known, err := b.client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{t.Name}})
	if err != nil {
		return false, err
	}
	for _, k := range known.Topics {
		if k.Name == t.Name && k.Error == nil && len(k.Partitions) >= t.Partitions {
			return true, nil
		}
	}
	return false, nil
}

// topics asks a broker for all topics. It names none in the request because
// brokers that create topics on their own would then create them.
func (b *Bus) topics(ctx context.Context) (map[string][]kafka.Partition, error) {
	var errs []error
	for _, addr := range b.cfg.Brokers {
		list, err := b.topicsOf(ctx, addr)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		found := map[string][]kafka.Partition{}
		for _, p := range list {
			found[p.Topic] = append(found[p.Topic], p)
		}
		for _, ps := range found {
			slices.SortFunc(ps, func(x, y kafka.Partition) int { return x.ID - y.ID })
		}
		return found, nil
	}
	return nil, errors.Join(errs...)
}

func (b *Bus) topicsOf(ctx context.Context, addr string) ([]kafka.Partition, error) {
	conn, err := b.dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("broker %s: %w", addr, err)
	}
	defer func() { _ = conn.Close() }()
	deadline := time.Now().Add(b.cfg.Timeout)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, fmt.Errorf("broker %s: %w", addr, err)
	}
	list, err := conn.ReadPartitions()
	if err != nil {
		return nil, fmt.Errorf("broker %s: list topics: %w", addr, err)
	}
	return list, nil
}

// partitions returns the partition numbers of a topic in order.
func (b *Bus) partitions(ctx context.Context, topic string) ([]int, error) {
	var found map[string][]kafka.Partition
	err := b.retry(ctx, "list topics", func(ctx context.Context) (err error) {
		found, err = b.topics(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	if len(found[topic]) == 0 {
		return nil, fmt.Errorf("topic %q: %w: it must be made before use", topic, ErrNoTopic)
	}
	var ids []int
	for _, p := range found[topic] {
		ids = append(ids, p.ID)
	}
	return ids, nil
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
		if other, ok := flat[key]; ok && other != t.Name {
			return fmt.Errorf("topic %s: its name collides with topic %s: Kafka tells . and _ apart in records but not in metrics", t.Name, other)
		}
		flat[key] = t.Name
	}
	return nil
}
