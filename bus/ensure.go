package bus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
)

// Ensure makes the topics that are missing, brings retention and record size of
// the others in line, and returns once every one can be written and read. It
// never changes the number of partitions, which would move keys between them.
func (b *Bus) Ensure(ctx context.Context, topics ...Topic) error {
	topics = slices.Clone(topics)
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
