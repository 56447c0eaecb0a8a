package main

import (
	"context"
	"errors"

	"earshot/bus"
	"earshot/ingest/media"
	"earshot/warehouse"
)

// client is what a command uses of the Earshot that runs.
type client struct {
	bus   *bus.Bus
	media *media.Store
	store *warehouse.Warehouse
}

// connect finds the running Earshot: the configured cluster and server, or the
// serve on the data folder.
func connect(ctx context.Context, a *app) (_ *client, err error) {
	c := &client{}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	brokers := a.cfg.Kafka.Brokers
	if len(brokers) == 0 {
		e, err := findEndpoint(a.cfg.Data)
		if err != nil {
			return nil, err
		}
		brokers = e.Kafka
	}
	if c.store, err = a.connectStore(ctx, asWriter); err != nil {
		return nil, err
	}
	if c.bus, err = a.openBus(ctx, brokers, c.store); err != nil {
		return nil, err
	}
	c.media, err = media.Open(ctx, a.cfg.Media)
	return c, err
}

func (c *client) close() error {
	var errs []error
	if c.bus != nil {
		errs = append(errs, c.bus.Close())
	}
	if c.media != nil {
		errs = append(errs, c.media.Close())
	}
	if c.store != nil {
		errs = append(errs, c.store.Close())
	}
	return errors.Join(errs...)
}
