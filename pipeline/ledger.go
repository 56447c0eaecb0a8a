package pipeline

import (
	"context"
	"time"

	"earshot/bus"
	"earshot/models"
)

// ledger notes every record as accepted, many at a time, until stop is done.
func (p *Pipeline) ledger(stop, work context.Context, sub *bus.Subscription) error {
	for {
		first, err := sub.Next(stop)
		if err != nil {
			return ended(stop, err)
		}
		batch := p.gather(stop, sub, first)
		notes := make([]models.Accepted, len(batch))
		for i, d := range batch {
			_, who, _ := decode(d.Message)
			notes[i] = models.Accepted{ID: who.id, Channel: who.channel, Started: who.started, Revision: who.revision, Source: who.source}
		}
		if err := p.keep(work, "accept", func(ctx context.Context) error { return p.store.Accept(ctx, notes) }); err != nil {
			return nil // a stop: not noted, not let go, they come again
		}
		for _, d := range batch {
			d.Done()
		}
		p.metrics.accepted.Add(float64(len(batch)))
	}
}

// gather collects deliveries that come within Config.LedgerWait of the first.
func (p *Pipeline) gather(stop context.Context, sub *bus.Subscription, first bus.Delivery) []bus.Delivery {
	batch := []bus.Delivery{first}
	ctx, cancel := context.WithTimeout(stop, p.cfg.LedgerWait)
	defer cancel()
	for len(batch) < p.cfg.LedgerBatch {
		d, err := sub.Next(ctx)
		if err != nil {
			break
		}
		batch = append(batch, d)
	}
	return batch
}

// watchLag keeps the lag metric up to date until ctx is done.
func (p *Pipeline) watchLag(ctx context.Context) {
	tick := time.NewTicker(lagInterval)
	defer tick.Stop()
	for {
		for _, group := range []string{GroupPipeline, GroupLedger} {
			lag, err := p.bus.Lag(ctx, TopicInteractions, group)
			if err != nil {
				p.log.Debug("lag not known", "group", group, "error", err)
				continue
			}
			p.metrics.lag.WithLabelValues(group).Set(float64(lag))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

const lagInterval = 15 * time.Second
