package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"earshot/bus"
	"earshot/bus/embedded"
	"earshot/ingest"
	"earshot/ingest/media"
	"earshot/models"
	"earshot/pipeline"
	"earshot/warehouse"
)

// openBus connects to the configured cluster, or else to brokers, and makes
// sure that the topics exist. What it publishes is later than all that store
// has seen, even where this machine's clock was set back.
func (a *app) openBus(ctx context.Context, brokers []string, store *warehouse.Warehouse) (*bus.Bus, error) {
	latest, err := store.Latest(ctx)
	if err != nil {
		return nil, err
	}
	cfg := a.cfg.Kafka
	if len(cfg.Brokers) == 0 {
		cfg.Brokers = brokers
	}
	b, err := bus.Open(ctx, cfg, a.log)
	if err != nil {
		return nil, err
	}
	if err := b.Ensure(ctx, a.cfg.Pipeline.TopicList(cfg.MaxRecordBytes)...); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	if behind := b.NotBefore(latest.Time()); behind > time.Minute {
		a.log.Warn("this machine's clock lies behind records that came in before: set it", "behind", behind.Round(time.Second), "latest", latest.Time())
	}
	return b, nil
}

// startBroker starts the embedded broker. Where its default port is taken and
// nobody asked for that very port, any other does.
func (a *app) startBroker(ctx context.Context) (*embedded.Broker, error) {
	cfg := a.cfg.Broker
	if cfg.Listen == embedded.Default().Listen {
		l, err := listen(ctx, cfg.Listen, cfg.Listen)
		if err != nil {
			return nil, err
		}
		cfg.Listen = l.Addr().String()
		l.Close()
	}
	return embedded.Start(ctx, cfg, a.log)
}

// publisher puts accepted interactions on the topic.
type publisher struct{ bus *bus.Bus }

// Publish returns nil once all in-sync replicas have in.
func (p publisher) Publish(ctx context.Context, in *models.Interaction) error {
	value, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("interaction %s: %w", in.ID, err)
	}
	err = p.bus.Publish(ctx, pipeline.TopicInteractions, bus.Record{Key: string(in.ID), Value: value})
	var large *bus.TooLargeError
	if errors.As(err, &large) {
		return models.BadInput("interaction %s: %w: split the conversation, or raise kafka.max_record_bytes", in.ID, err)
	}
	return err
}

// newDoor returns the one way in, for files and uploads alike.
func (a *app) newDoor(b *bus.Bus, store *media.Store, refuse func(context.Context, models.Dead) error) (*ingest.Door, error) {
	masker, err := a.newMasker()
	if err != nil {
		return nil, err
	}
	return ingest.New(a.cfg.Ingest, ingest.Parts{
		Publisher: publisher{b},
		Media:     store,
		Probe:     prober{},
		Mask:      masker,
		Log:       a.log,
		Refuse: func(ctx context.Context, dead models.Dead) error {
			if err := pipeline.PublishDead(ctx, b, dead); err != nil {
				return err
			}
			return refuse(ctx, dead)
		},
	})
}

func portOf(addr string) string {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	return port
}
