package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/segmentio/kafka-go"
)

// Lag returns how many records of a topic a group has not finished: those after
// the last commit of each partition, or all of them where it never committed.
func (b *Bus) Lag(ctx context.Context, topic, group string) (int64, error) {
	spans, err := b.spans(ctx, topic)
	if err != nil {
		return 0, fmt.Errorf("lag of %s: %w", group, err)
	}
	done, err := b.commits(ctx, topic, group, spans)
	if err != nil {
		return 0, fmt.Errorf("lag of %s on %s: %w", group, topic, err)
	}
	var lag int64
	for _, s := range spans {
		lag += max(0, s.LastOffset-max(done[s.Partition], s.FirstOffset))
	}
	return lag, nil
}

func (b *Bus) commits(ctx context.Context, topic, group string, spans []kafka.PartitionOffsets) (map[int]int64, error) {
	var ids []int
	for _, s := range spans {
		ids = append(ids, s.Partition)
	}
	done := map[int]int64{}
	err := b.retry(ctx, "fetch commits", func(ctx context.Context) error {
		res, err := b.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: ids}})
		if err != nil {
			return err
		}
		if errors.Is(res.Error, kafka.GroupIdNotFound) {
			return nil // nobody ever subscribed: nothing is done
		}
		if res.Error != nil {
			return res.Error
		}
		for _, p := range res.Topics[topic] {
			if p.Error != nil {
				return p.Error
			}
			done[p.Partition] = p.CommittedOffset
		}
		return nil
	})
	return done, err
}

// spans returns the first offset of each partition and the one after its last.
func (b *Bus) spans(ctx context.Context, topic string) ([]kafka.PartitionOffsets, error) {
	ids, err := b.partitions(ctx, topic)
	if err != nil {
		return nil, err
	}
	var asks []kafka.OffsetRequest
	for _, id := range ids {
		asks = append(asks, kafka.FirstOffsetOf(id), kafka.LastOffsetOf(id))
	}
	var spans []kafka.PartitionOffsets
	err = b.retry(ctx, "list offsets", func(ctx context.Context) error {
		res, err := b.client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: asks}})
		if err != nil {
			return err
		}
		spans = res.Topics[topic]
		for _, s := range spans {
			if errors.Is(s.Error, kafka.Unknown) {
				// How kafka-go reports a connection that broke.
				return fmt.Errorf("partition %d: %w", s.Partition, io.ErrUnexpectedEOF)
			}
			if s.Error != nil {
				return s.Error
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("offsets of %s: %w", topic, err)
	}
	slices.SortFunc(spans, func(x, y kafka.PartitionOffsets) int { return x.Partition - y.Partition })
	return spans, nil
}
