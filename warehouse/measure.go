package warehouse

import (
	"context"
	"fmt"
	"strings"
)

// WithoutIndex returns a Warehouse that searches without the index, for
// comparison. It shares the connections of w and needs no Close.
func (w *Warehouse) WithoutIndex() *Warehouse {
	return &Warehouse{config: w.config, log: w.log, conn: w.conn, reader: w.reader, plain: true}
}

// Fingerprint tells apart the sets of turns that searches find: how many, and
// the sum and the exclusive or of a hash of every row.
func (w *Warehouse) Fingerprint(ctx context.Context, s Search) (string, error) {
	q, err := w.question(ctx, s)
	if err != nil {
		return "", err
	}
	t, err := w.Query(ctx, "SELECT count(), sum(cityHash64(interaction_id, turn, text)), groupBitXor(cityHash64(interaction_id, turn, text)) FROM turns WHERE "+
		q.where.String()+q.set(), q.where.args...)
	if err != nil {
		return "", fmt.Errorf("search: %w", err)
	}
	return fmt.Sprint(t.Rows[0]...), nil
}

// TurnSize compares the size of the turns with that of a table of plain types
// without codecs, in the order of time, which it makes and drops again. Both
// are merged first. It returns bytes a turn; the index of words counts for
// itself.
func (w *Warehouse) TurnSize(ctx context.Context) (ours, index, plain float64, err error) {
	for _, s := range []string{
		"DROP TABLE IF EXISTS {local}.plain_turns {on_cluster} SYNC",
		`CREATE TABLE {local}.plain_turns {on_cluster}
		(
			interaction_id String, revision UInt64, channel String, started DateTime64(3, 'UTC'), queue String, team String, agent String,
			turn UInt32, party String, start_ms Int64, end_ms Int64, text String, language String, confidence Float64, no_speech Float64,
			loudness_db Nullable(Float64), pitch_hz Float64, voiced Float64, pace Float64, words_from Array(Int64), words_to Array(Int64),
			words_start_ms Array(Int64), words_end_ms Array(Int64), words_confidence Array(Float64)
		) ENGINE = MergeTree ORDER BY started`,
		`INSERT INTO {local}.plain_turns SELECT interaction_id, revision, channel, started, queue, team, agent, turn, party, start_ms, end_ms, text,
			language, confidence, no_speech, loudness_db, pitch_hz, voiced, pace, words.from, words.to, words.start_ms, words.end_ms, words.confidence
			FROM {local}.turns`,
		"OPTIMIZE TABLE {local}.plain_turns {on_cluster} FINAL",
		"OPTIMIZE TABLE {local}.turns {on_cluster} FINAL",
	} {
		if err := w.conn.Exec(ctx, w.expand(s)); err != nil {
			return 0, 0, 0, fmt.Errorf("measure the size of turns: %w", err)
		}
	}
	size := func(table, column string) (n float64, err error) {
		err = w.conn.QueryRow(ctx, "SELECT sum("+column+") / sum(rows) FROM system.parts WHERE active AND database = {database:String} AND table = {table:String}",
			Param("database", w.local()), Param("table", table)).Scan(&n)
		return n, err
	}
	if ours, err = size("turns", "data_compressed_bytes"); err == nil {
		if index, err = size("turns", "secondary_indices_compressed_bytes"); err == nil {
			plain, err = size("plain_turns", "data_compressed_bytes")
		}
	}
	if err != nil {
		return 0, 0, 0, fmt.Errorf("measure the size of turns: %w", err)
	}
	return ours, index, plain, w.conn.Exec(ctx, w.expand("DROP TABLE {local}.plain_turns {on_cluster} SYNC"))
}

// Recounted runs f while the views tell what counts the plain way: by all
// writes that current names. What f finds then must be what it finds at other
// times. Others see only that queries are slower meanwhile.
func (w *Warehouse) Recounted(ctx context.Context, f func() error) (err error) {
	again := func(counts string) error {
		all, err := viewStatements()
		if err != nil {
			return err
		}
		for _, v := range all {
			if err := w.conn.Exec(ctx, w.expand(strings.ReplaceAll(v.statement, "{counts}", counts))); err != nil {
				return fmt.Errorf("make the view %s again: %w", v.name, err)
			}
		}
		return nil
	}
	if err := again("write IN (SELECT write FROM {raw}.current FINAL)"); err != nil {
		return err
	}
	defer func() {
		if back := again("{counts}"); err == nil {
			err = back
		}
	}()
	return f()
}
