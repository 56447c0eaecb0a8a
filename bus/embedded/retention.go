package embedded

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// The broker library has a retention of its own, which is switched off: it may
// empty a partition, whose offsets start at 0 again after a restart, below what
// groups have committed; then what comes next is never read. The janitor here
// always leaves the newest record, and leaves what a group has yet to read:
// one machine can wait for its disk, it cannot fetch the record from a replica.
type janitor struct {
	cluster *kfake.Cluster
	client  *kgo.Client
	limit   int64 // bytes of a topic without a limit of its own
}

func newJanitor(cluster *kfake.Cluster, addr string, limit int64) (*janitor, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ClientID("earshot-retention"))
	if err != nil {
		return nil, fmt.Errorf("connect to the embedded broker: %w", err)
	}
	return &janitor{cluster: cluster, client: client, limit: limit}, nil
}

// A topic's own settings, as Kafka names them.
const (
	retentionTime  = "retention.ms"
	retentionBytes = "retention.bytes"
)

// span is what a partition holds: records from first up to end.
type span struct {
	first, end int64
	bytes      int64
}

// sweep deletes the records that are too old or too many, and returns how many.
func (j *janitor) sweep(ctx context.Context) (int64, error) {
	topics, err := j.topics(ctx)
	if err != nil {
		return 0, err
	}
	groups, err := j.groups(ctx)
	if err != nil {
		return 0, err
	}
	var deleted int64
	var errs []error
	for _, topic := range topics {
		n, err := j.sweepTopic(ctx, topic, groups)
		deleted += n
		if err != nil {
			errs = append(errs, fmt.Errorf("topic %s: %w", topic, err))
		}
	}
	return deleted, errors.Join(errs...)
}

func (j *janitor) sweepTopic(ctx context.Context, topic string, groups []*kfake.GroupInfo) (int64, error) {
	info, parts := j.cluster.TopicInfo(topic), j.cluster.PartitionInfos(topic)
	if info == nil || len(parts) == 0 {
		return 0, nil // deleted meanwhile
	}
	age, ok := number(info.Configs[retentionTime])
	if !ok {
		age = -1
	}
	size, ok := number(info.Configs[retentionBytes])
	if !ok && j.limit > 0 {
		size = j.limit / int64(len(parts))
	} else if !ok {
		size = -1
	}
	var deleted int64
	for _, p := range parts {
		s := span{p.LogStartOffset, p.HighWatermark, p.NumBytes}
		to := s.first
		if size >= 0 {
			to = max(to, s.fit(size))
		}
		if age >= 0 {
			young, err := j.offsetAt(ctx, topic, p.Partition, time.Now().Add(-time.Duration(age)*time.Millisecond))
			if err != nil {
				return deleted, err
			}
			if young < 0 { // all are older
				young = s.end
			}
			to = max(to, young)
		}
		to = min(to, unread(groups, topic, p.Partition, s), s.end-1)
		if to <= s.first {
			continue
		}
		if err := j.cluster.DeleteRecords(topic, p.Partition, to); err != nil {
			return deleted, fmt.Errorf("delete below %d of partition %d: %w", to, p.Partition, err)
		}
		deleted += to - s.first
	}
	return deleted, nil
}

// fit returns the offset from which on about limit bytes lie. Records of a
// partition are taken to be of one size; the next sweep corrects the rest.
func (s span) fit(limit int64) int64 {
	n := s.end - s.first
	if n <= 0 || s.bytes <= limit {
		return s.first
	}
	return s.first + int64(float64(n)*(1-float64(limit)/float64(s.bytes)))
}

// unread returns the first offset that some group has yet to read: a group that
// has committed in the topic or has a member reading it.
func unread(groups []*kfake.GroupInfo, topic string, partition int32, s span) int64 {
	floor := s.end
	for _, g := range groups {
		if !reads(g, topic) {
			continue
		}
		if c, ok := g.Commits[topic][partition]; ok {
			floor = min(floor, c.Offset)
		} else {
			floor = s.first
		}
	}
	return floor
}

func reads(g *kfake.GroupInfo, topic string) bool {
	if len(g.Commits[topic]) > 0 {
		return true
	}
	for _, m := range g.Members {
		if len(m.Assignment[topic]) > 0 {
			return true
		}
	}
	return false
}

func number(v *string) (int64, bool) {
	if v == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(*v, 10, 64)
	return n, err == nil
}

func (j *janitor) topics(ctx context.Context) ([]string, error) {
	req := kmsg.NewPtrMetadataRequest()
	res, err := req.RequestWith(ctx, j.client)
	if err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	var names []string
	for _, t := range res.Topics {
		if t.Topic != nil && t.ErrorCode == 0 {
			names = append(names, *t.Topic)
		}
	}
	return names, nil
}

func (j *janitor) groups(ctx context.Context) ([]*kfake.GroupInfo, error) {
	req := kmsg.NewPtrListGroupsRequest()
	res, err := req.RequestWith(ctx, j.client)
	if err == nil {
		err = kerr.ErrorForCode(res.ErrorCode)
	}
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	var groups []*kfake.GroupInfo
	for _, g := range res.Groups {
		if info := j.cluster.GroupInfo(g.Group); info != nil {
			groups = append(groups, info)
		}
	}
	return groups, nil
}

// offsetAt returns the first offset of a partition whose record is not older
// than at, or -1 if all are.
func (j *janitor) offsetAt(ctx context.Context, topic string, partition int32, at time.Time) (int64, error) {
	p := kmsg.NewListOffsetsRequestTopicPartition()
	p.Partition, p.Timestamp = partition, at.UnixMilli()
	t := kmsg.NewListOffsetsRequestTopic()
	t.Topic, t.Partitions = topic, append(t.Partitions, p)
	req := kmsg.NewPtrListOffsetsRequest()
	req.ReplicaID, req.Topics = -1, append(req.Topics, t)
	res, err := req.RequestWith(ctx, j.client)
	if err != nil {
		return 0, fmt.Errorf("offset at %s: %w", at.Format(time.RFC3339), err)
	}
	if len(res.Topics) != 1 || len(res.Topics[0].Partitions) != 1 {
		return 0, errors.New("no answer on offsets")
	}
	got := res.Topics[0].Partitions[0]
	if err := kerr.ErrorForCode(got.ErrorCode); err != nil {
		return 0, fmt.Errorf("offset at %s: %w", at.Format(time.RFC3339), err)
	}
	return got.Offset, nil
}
