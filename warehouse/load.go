package warehouse

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sync/errgroup"

	"earshot/models"
)

// ErrNotFound means that the store holds no result of an interaction.
var ErrNotFound = errors.New("not in the store")

// loadAtOnce bounds how many interactions Each holds in memory, twice: those
// that it hands out and the next.
const loadAtOnce = 500

// pageRows bounds how many it finds in one go. Tests make it small.
var pageRows = 20_000

// Filter chooses interactions. Its zero value chooses all.
type Filter struct {
	From, To time.Time // of Started; From counts in, To does not; zero: no bound
	Channels []models.Channel
	IDs      []models.ID
	Sample   float64 // share of the conversations, chosen by their ids, always the same; 0 or 1: all
	Bare     bool    // without what rules and what comes after them filled in
}

// sampleOf is what shares are worked out in.
const sampleOf = 1_000_000

// Load returns the current result of an interaction, as it was stored, and the
// revision it came from. ErrNotFound if there is none.
func (w *Warehouse) Load(ctx context.Context, id models.ID) (*models.Interaction, models.Revision, error) {
	var found *models.Interaction
	var revision models.Revision
	err := w.Each(ctx, Filter{IDs: []models.ID{id}}, func(in *models.Interaction, r models.Revision) error {
		found, revision = in, r
		return nil
	})
	if err == nil && found == nil {
		err = fmt.Errorf("interaction %s: %w", id, ErrNotFound)
	}
	return found, revision, err
}

// Each calls f with every interaction that the filter chooses, until f returns
// an error, which it returns. They come in the order they are stored in: by
// channel, day, and id. f may take its time, and may store; what is stored
// meanwhile Each may show or not, but it shows each interaction once.
func (w *Warehouse) Each(ctx context.Context, filter Filter, f func(*models.Interaction, models.Revision) error) error {
	g, ctx := errgroup.WithContext(ctx)
	some := make(chan []loaded) // the next ones are read while f is at work
	g.Go(func() error {
		defer close(some)
		var last *currentRow
		for {
			page, err := w.page(ctx, filter, last)
			if err != nil {
				return err
			}
			for heads := range slices.Chunk(page, loadAtOnce) {
				read, err := w.read(ctx, heads, filter.Bare)
				if err != nil {
					return err
				}
				select {
				case some <- read:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			if len(page) < pageRows {
				return nil
			}
			last = &page[len(page)-1]
		}
	})
	g.Go(func() error {
		for all := range some {
			for _, l := range all {
				if err := f(l.in, l.revision); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return g.Wait()
}

// loaded is an interaction with the revision it came from.
type loaded struct {
	in       *models.Interaction
	revision models.Revision
}

// page returns what comes after last, at most pageRows of it. A page is read
// at once: a query cannot be kept open for as long as f may take.
func (w *Warehouse) page(ctx context.Context, filter Filter, last *currentRow) ([]currentRow, error) {
	where, args := filter.where()
	if last != nil {
		// toDate32, as in the sorting keys: toDate begins again after June 2149.
		where += " AND (channel, toDate32(started), interaction_id) >" +
			" ({last_channel:String}, toDate32(fromUnixTimestamp64Milli({last_started:Int64}, 'UTC')), {last_id:String})"
		args = append(args, clickhouse.Named("last_channel", last.Channel), clickhouse.Named("last_started", last.Started.UnixMilli()),
			clickhouse.Named("last_id", last.InteractionID))
	}
	rows, err := w.conn.Query(ctx, w.expand("SELECT "+columnsOf(reflect.TypeFor[currentRow]()).names+" FROM {raw}.current FINAL WHERE "+where+
		" ORDER BY channel, toDate32(started), interaction_id LIMIT "+strconv.Itoa(pageRows)), args...)
	if err != nil {
		return nil, fmt.Errorf("find interactions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []currentRow
	err = eachRow(rows, "current", func(r *currentRow) { all = append(all, *r) })
	return all, err
}

func (f Filter) where() (string, []any) {
	conditions, args := []string{"1"}, []any{}
	bind := func(condition, name string, value any) {
		conditions = append(conditions, condition)
		args = append(args, clickhouse.Named(name, value))
	}
	if !f.From.IsZero() {
		bind("started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')", "from", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		bind("started < fromUnixTimestamp64Milli({to:Int64}, 'UTC')", "to", f.To.UnixMilli())
	}
	if len(f.Channels) > 0 {
		bind("channel IN {channels:Array(String)}", "channels", asStrings(f.Channels))
	}
	if len(f.IDs) > 0 {
		bind("interaction_id IN {ids:Array(String)}", "ids", asStrings(f.IDs))
	}
	if f.Sample > 0 && f.Sample < 1 {
		bind("cityHash64(interaction_id) % "+strconv.Itoa(sampleOf)+" < {sample:UInt64}", "sample", uint64(f.Sample*sampleOf))
	}
	return strings.Join(conditions, " AND "), args
}

func asStrings[T ~string](all []T) []string {
	s := make([]string, len(all))
	for i, v := range all {
		s[i] = string(v)
	}
	return s
}

// read reads the named writes and puts each together, several tables at a
// time: each fills a part of its own.
func (w *Warehouse) read(ctx context.Context, heads []currentRow, bare bool) ([]loaded, error) {
	if len(heads) == 0 {
		return nil, nil
	}
	found := make(map[uint64]*models.Interaction, len(heads))
	if err := scan(ctx, w, "interactions", "", heads, func(r *interactionRow) { found[r.Write] = r.interaction() }); err != nil {
		return nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	g.Go(func() error { // what others need comes before them: see addTo
		if err := scanInto[turnRow](ctx, w, "turns", ", turn", heads, found); err != nil || bare {
			return err
		}
		return scanInto[verdictRow](ctx, w, "verdicts", ", position", heads, found)
	})
	g.Go(func() error { return scanInto[findingRow](ctx, w, "findings", ", position", heads, found) })
	if !bare {
		g.Go(func() error {
			if err := scanInto[scorecardRow](ctx, w, "scorecards", ", position", heads, found); err != nil {
				return err
			}
			return scanInto[scoreItemRow](ctx, w, "score_items", ", scorecard_position, position", heads, found)
		})
		g.Go(func() error { return scanInto[summaryRow](ctx, w, "summaries", "", heads, found) })
		g.Go(func() error { return scanInto[shadowRow](ctx, w, "shadows", "", heads, found) })
		g.Go(func() error { return scanInto[traceRow](ctx, w, "trace", ", position", heads, found) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	all := make([]loaded, 0, len(heads))
	for _, h := range heads {
		if in := found[h.Write]; in != nil { // else replaced since, and cleared away
			all = append(all, loaded{in, models.Revision(h.Revision)})
		}
	}
	return all, nil
}

// part is a row that knows its place in an interaction.
type part[T any] interface {
	*T
	addTo(*models.Interaction)
	write() uint64
}

func (h *headColumns) write() uint64 { return h.Write }

func scanInto[T any, P part[T]](ctx context.Context, w *Warehouse, table, order string, heads []currentRow, found map[uint64]*models.Interaction) error {
	return scan(ctx, w, table, order, heads, func(r *T) {
		if in := found[P(r).write()]; in != nil {
			P(r).addTo(in)
		}
	})
}

// scan calls f with each row of the named writes. The columns of the sorting
// key are all given, so that few rows beside them are read.
func scan[T any](ctx context.Context, w *Warehouse, table, order string, heads []currentRow, f func(*T)) error {
	var ids, channels []string
	var writes []uint64
	first, last := heads[0].Started, heads[0].Started
	for _, h := range heads {
		ids, channels, writes = append(ids, h.InteractionID), append(channels, h.Channel), append(writes, h.Write)
		if h.Started.Before(first) {
			first = h.Started
		}
		if h.Started.After(last) {
			last = h.Started
		}
	}
	rows, err := w.conn.Query(ctx, w.expand("SELECT "+columnsOf(reflect.TypeFor[T]()).names+" FROM {raw}."+table+
		" WHERE channel IN {channels:Array(String)} AND interaction_id IN {ids:Array(String)} AND write IN {writes:Array(UInt64)}"+
		" AND started >= fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND started <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')"+
		" ORDER BY write"+order),
		clickhouse.Named("channels", channels), clickhouse.Named("ids", ids), clickhouse.Named("writes", writes),
		clickhouse.Named("first", first.UnixMilli()), clickhouse.Named("last", last.UnixMilli()))
	if err != nil {
		return fmt.Errorf("read %s: %w", table, err)
	}
	defer func() { _ = rows.Close() }()
	return eachRow(rows, table, f)
}

func eachRow[T any](rows driver.Rows, table string, f func(*T)) error {
	for rows.Next() {
		r := new(T)
		if err := rows.ScanStruct(r); err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
		f(r)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", table, err)
	}
	return nil
}

// Span returns how many conversations the filter chooses, and when the first
// and the last of them began.
func (w *Warehouse) Span(ctx context.Context, filter Filter) (n int, first, last time.Time, err error) {
	where, args := filter.where()
	var count uint64
	row := w.conn.QueryRow(ctx, w.expand("SELECT count(), min(started), max(started) FROM {raw}.current FINAL WHERE "+where), args...)
	if err := row.Scan(&count, &first, &last); err != nil {
		return 0, first, last, fmt.Errorf("count conversations: %w", err)
	}
	return int(count), first, last, nil
}

// mostSensible is the latest time a record is believed to have: models refuse
// conversations of later years.
var mostSensible = models.NewRevision(lastTime, 0)

// Latest returns the highest revision of a record that was accepted; 0 if none
// was.
func (w *Warehouse) Latest(ctx context.Context) (models.Revision, error) {
	var latest uint64
	err := w.conn.QueryRow(ctx, w.expand("SELECT max(revision) FROM {raw}.accepted WHERE revision < {sensible:UInt64}"), Param("sensible", uint64(mostSensible))).Scan(&latest)
	var e *clickhouse.Exception
	if errors.As(err, &e) && (e.Code == 60 || e.Code == 81) { // UNKNOWN_TABLE, UNKNOWN_DATABASE: nothing was ever accepted
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("find the latest record: %w", err)
	}
	return models.Revision(latest), nil
}
