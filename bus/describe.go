package bus

import (
	"context"
	"fmt"
	"math"
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
