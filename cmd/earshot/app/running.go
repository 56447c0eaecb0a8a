package app

import (
	"context"
	"errors"
	"time"

	"earshot/bus"
	"earshot/ingest/media"
	"earshot/warehouse"
)

// OpenBus connects to the configured cluster, or else to brokers, and makes
// sure that the topics exist. What it publishes is later than all that store
// has seen, even where this machine's clock was set back.
func (a *App) OpenBus(ctx context.Context, brokers []string, store *warehouse.Warehouse) (*bus.Bus, error) {
	latest, err := store.Latest(ctx)
	if err != nil {
		return nil, err
	}
	cfg := a.Config.Kafka
	if len(cfg.Brokers) == 0 {
		cfg.Brokers = brokers
	}
	b, err := bus.Open(ctx, cfg, a.Log)
	if err != nil {
		return nil, err
	}
	if err := b.Ensure(ctx, a.Config.Pipeline.TopicList(cfg.MaxRecordBytes)...); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	if behind := b.NotBefore(latest.Time()); behind > time.Minute {
		a.Log.Warn("this machine's clock lies behind records that came in before: set it", "behind", behind.Round(time.Second), "latest", latest.Time())
	}
	return b, nil
}

// Client is what a command uses of the Earshot that runs.
type Client struct {
	Bus   *bus.Bus
	Media *media.Store
	Store *warehouse.Warehouse
}

// Connect finds the running Earshot: the configured cluster and server, or the
// serve on the data folder.
func Connect(ctx context.Context, a *App) (_ *Client, err error) {
	c := &Client{}
	defer func() {
		if err != nil {
			c.Close()
		}
	}()
	brokers := a.Config.Kafka.Brokers
	if len(brokers) == 0 {
		e, err := FindEndpoint(a.Config.Data)
		if err != nil {
			return nil, err
		}
		brokers = e.Kafka
	}
	if c.Store, err = a.ConnectStore(ctx, AsWriter); err != nil {
		return nil, err
	}
	if c.Bus, err = a.OpenBus(ctx, brokers, c.Store); err != nil {
		return nil, err
	}
	c.Media, err = media.Open(ctx, a.Config.Media)
	return c, err
}

// Close closes what was opened.
func (c *Client) Close() error {
	var errs []error
	if c.Bus != nil {
		errs = append(errs, c.Bus.Close())
	}
	if c.Media != nil {
		errs = append(errs, c.Media.Close())
	}
	if c.Store != nil {
		errs = append(errs, c.Store.Close())
	}
	return errors.Join(errs...)
}
