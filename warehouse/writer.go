package warehouse

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
	"github.com/cenkalti/backoff/v5"

	"earshot/models"
)

const (
	// batchRows bounds a batch whose interactions are long.
	batchRows = 50_000
	// tryTime bounds one attempt to write a batch, from its first row to the
	// last. It must stay far below pruneAge.
	tryTime = 2 * time.Minute
)

// ErrClosed means that the Writer was closed before it could write.
var ErrClosed = errors.New("the writer is closed")

// Writer is the store behind the pipeline. What its callers bring at about the
// same time it writes together. Its methods may be called from many goroutines
// and return nil once what they were given is durable and counts. While the
// store is away they wait and try again until their context ends. An error that
// wraps models.ErrBadInput is final; after any other the same call may be made
// again. Any call may be repeated with the same arguments, to the same effect
// as once.
type Writer struct {
	warehouse *Warehouse
	requests  chan *request
	closing   chan struct{}
	close     sync.Once
	done      chan struct{}
}

// request is one call that waits to be written.
type request struct {
	ctx   context.Context
	rows  *batch
	reply chan error
	last  atomic.Pointer[error] // why the latest attempt failed
}

// Writer returns a writer, which must be closed.
func (w *Warehouse) Writer() *Writer {
	r := &Writer{warehouse: w, requests: make(chan *request), closing: make(chan struct{}), done: make(chan struct{})}
	go r.run()
	return r
}

// Close waits until what is being written is written. Calls that still wait,
// and all later ones, fail with ErrClosed.
func (w *Writer) Close() error {
	w.close.Do(func() { close(w.closing) })
	<-w.done
	return nil
}

// Store keeps an interaction with all its sections. Of several revisions the
// highest is its result, whatever the order of calls.
func (w *Writer) Store(ctx context.Context, in *models.Interaction, revision models.Revision) error {
	if err := check(in); err != nil {
		return err
	}
	return w.write(ctx, disassemble(in, revision))
}

// Accept notes that records reached the log.
func (w *Writer) Accept(ctx context.Context, records []models.Accepted) error {
	if len(records) == 0 {
		return nil
	}
	b := &batch{}
	for _, a := range records {
		b.accepted = append(b.accepted, acceptedRow{
			InteractionID: string(a.ID), Revision: uint64(a.Revision), Channel: string(a.Channel), Started: storable(a.Started), Source: a.Source,
		})
	}
	return w.write(ctx, b)
}

// Fail notes why a record has no result.
func (w *Writer) Fail(ctx context.Context, dead models.Dead) error {
	return w.write(ctx, &batch{dead: []deadRow{{
		InteractionID: string(dead.ID), Revision: uint64(dead.Revision), Key: deadKey(dead), Channel: string(dead.Channel), Step: dead.Step,
		Code: dead.Code, Reason: dead.Reason, Source: dead.Source, At: storable(dead.At), Attempts: int64(dead.Attempts),
		Record: string(dead.Record), Truncated: dead.Truncated,
	}}})
}

// deadKey tells apart what id and revision do not: records that could not be
// read, and those refused at the door, each time they were.
func deadKey(d models.Dead) uint64 {
	if d.Revision != 0 && d.ID != "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(d.Source))
	if d.Revision == 0 {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(d.At.UnixMilli())))
		h.Write([]byte(d.Reason))
		h.Write(d.Record)
	}
	return max(h.Sum64(), 1)
}

// write hands rows over and waits until they are written.
func (w *Writer) write(ctx context.Context, rows *batch) error {
	r := &request{ctx: ctx, rows: rows, reply: make(chan error, 1)}
	select {
	case <-w.closing:
		return ErrClosed
	default:
	}
	select {
	case w.requests <- r:
	case <-ctx.Done():
		return fmt.Errorf("wait for the store: %w", context.Cause(ctx))
	case <-w.done:
		return ErrClosed
	}
	select {
	case err := <-r.reply:
		return err
	case <-ctx.Done():
		if last := r.last.Load(); last != nil {
			return fmt.Errorf("write to the store: %w: %w", context.Cause(ctx), *last)
		}
		return fmt.Errorf("write to the store: %w", context.Cause(ctx))
	}
}

// run writes batch after batch. While one is written the next gathers.
func (w *Writer) run() {
	defer close(w.done)
	for {
		select {
		case r := <-w.requests:
			w.flush(w.gather(r))
		case <-w.closing:
			return
		}
	}
}

// gather adds to first what comes soon after it: it goes on for as long as
// more keeps coming, within the bounds of a batch.
func (w *Writer) gather(first *request) []*request {
	all, rows := []*request{first}, first.rows.size()
	config := w.warehouse.config
	end := time.NewTimer(config.BatchWait)
	defer end.Stop()
	for len(all) < config.BatchInteractions && rows < batchRows {
		quiet := time.NewTimer(config.BatchWait / 5)
		select {
		case r := <-w.requests:
			quiet.Stop()
			all, rows = append(all, r), rows+r.rows.size()
			continue
		case <-end.C:
		case <-quiet.C:
		case <-w.closing:
		}
		quiet.Stop()
		return all
	}
	return all
}

// flush writes what the requests bring, trying again until that is done or
// nobody waits for it any more.
func (w *Writer) flush(requests []*request) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 100*time.Millisecond, 5*time.Second
	for {
		requests = slices.DeleteFunc(requests, func(r *request) bool { return r.ctx.Err() != nil })
		if len(requests) == 0 {
			return
		}
		err := w.try(requests)
		switch {
		case err == nil:
			reply(requests, nil)
			return
		case refuses(err) && len(requests) > 1:
			// One of them is to blame: each for itself.
			for _, r := range requests {
				w.flush([]*request{r})
			}
			return
		case refuses(err):
			reply(requests, models.BadInput("the store cannot hold it: %w", err))
			return
		}
		for _, r := range requests {
			r.last.Store(&err)
		}
		next := pause.NextBackOff()
		w.warehouse.log.Warn("the store did not take a batch, trying again", "error", err, "requests", len(requests), "next", next)
		select {
		case <-time.After(next):
		case <-w.closing:
			reply(requests, fmt.Errorf("%w: %w", ErrClosed, err))
			return
		}
	}
}

// try makes one attempt, as writes of its own: what an attempt before it may
// have left behind does not count.
func (w *Writer) try(requests []*request) error {
	ctx, cancel := context.WithTimeout(context.Background(), tryTime)
	defer cancel()
	var b batch
	now := time.Now().UTC()
	for _, r := range requests {
		b.addWrite(r.rows, rand.Uint64(), now)
	}
	return w.warehouse.send(ctx, &b)
}

func reply(requests []*request, err error) {
	for _, r := range requests {
		r.reply <- err
	}
}

// The exceptions of ClickHouse that are about the data itself.
// https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
var dataErrors = []proto.Error{
	6,   // CANNOT_PARSE_TEXT
	53,  // TYPE_MISMATCH
	128, // TOO_LARGE_ARRAY_SIZE
	131, // TOO_LARGE_STRING_SIZE
	190, // SIZES_OF_ARRAYS_DONT_MATCH
	321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
}

// refuses tells whether the same rows can never be written.
func refuses(err error) bool {
	e, ok := ch.AsException(err)
	return ok && slices.Contains(dataErrors, e.Code)
}
