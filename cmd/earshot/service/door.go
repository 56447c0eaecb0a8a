package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"

	"earshot/bus"
	"earshot/bus/embedded"
	"earshot/cmd/earshot/app"
	"earshot/ingest"
	"earshot/ingest/media"
	"earshot/models"
	"earshot/pipeline"
)

// startBroker starts the embedded broker. Where its default port is taken and
// nobody asked for that very port, any other does.
func startBroker(ctx context.Context, a *app.App) (*embedded.Broker, error) {
	cfg := a.Config.Broker
	if cfg.Listen == embedded.Default().Listen {
		l, err := listen(ctx, cfg.Listen, cfg.Listen)
		if err != nil {
			return nil, err
		}
		cfg.Listen = l.Addr().String()
		l.Close()
	}
	return embedded.Start(ctx, cfg, a.Log)
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
func newDoor(a *app.App, b *bus.Bus, store *media.Store, refuse func(context.Context, models.Dead) error) (*ingest.Door, error) {
	masker, err := a.NewMasker()
	if err != nil {
		return nil, err
	}
	return ingest.New(a.Config.Ingest, ingest.Parts{
		Publisher: publisher{b},
		Media:     store,
		Probe:     app.Prober{},
		Mask:      masker,
		Log:       a.Log,
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
