package bus

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
)

// Describe returns a topic as it is on the cluster. An error that wraps
// ErrNoTopic says that it does not exist.
func (b *Bus) Describe(ctx context.Context, topic string) (Topic, error) {
	parts, err := b.partitions(ctx, topic)
	if err != nil {
		return Topic{}, fmt.Errorf("describe: %w", err)
	}
	t := Topic{Name: topic, Partitions: len(parts)}
	err = b.retry(ctx, "describe topic", func(ctx context.Context) error {
		values, err := b.topicConfig(ctx, topic, "retention.ms", "retention.bytes", "max.message.bytes")
		if err != nil {
			return err
		}
		if ms := values["retention.ms"]; ms > math.MaxInt64/int64(time.Millisecond) {
			t.Retention = -1
		} else {
			t.Retention = max(-1, time.Duration(ms)*time.Millisecond)
		}
		t.RetentionBytes = max(-1, values["retention.bytes"]*int64(len(parts)))
		t.MaxRecordBytes = int(values["max.message.bytes"]) - batchOverhead
		return nil
	})
	if err != nil {
		return Topic{}, fmt.Errorf("describe topic %s: %w", topic, err)
	}
	return t, nil
}

// topicConfig returns numeric settings of a topic; those the broker does not
// show are left out.
func (b *Bus) topicConfig(ctx context.Context, topic string, names ...string) (map[string]int64, error) {
	res, err := b.client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: topic, ConfigNames: names,
	}}})
	if err != nil {
		return nil, err
	}
	values := map[string]int64{}
	for _, r := range res.Resources {
		if r.Error != nil {
			return nil, r.Error
		}
		for _, e := range r.ConfigEntries {
			if n, err := strconv.ParseInt(e.ConfigValue, 10, 64); err == nil {
				values[e.ConfigName] = n
			}
		}
	}
	return values, nil
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
