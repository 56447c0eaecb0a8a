package warehouse

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"syscall"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse/engine"
)

// BenchmarkInsert compares what writing turns costs this process with the
// client's plain way of appending rows, over the same rows and table.
func BenchmarkInsert(b *testing.B) {
	w := openForBenchmark(b)
	const n = 20_000
	turn := models.Turn{Party: models.Agent, Text: "我的订单还没有收到，请帮我查一下好吗"}
	rows := make([]turnRow, 0, n)
	for i := range n {
		head := headColumns{Write: uint64(i), InteractionID: fmt.Sprint(i / 20), Channel: "phone", Started: time.Now(), StoredAt: time.Now()}
		rows = append(rows, newTurnRow(head, i%20, &turn))
	}
	for name, write := range map[string]func(context.Context) error{
		"columns": func(ctx context.Context) error { return insert(ctx, w, "turns", rows) },
		"rows":    func(ctx context.Context) error { return appendTurns(ctx, w, rows) },
	} {
		b.Run(name, func(b *testing.B) {
			before := processorTime(b)
			for b.Loop() {
				if err := write(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n*b.N)/(processorTime(b)-before).Seconds(), "rows/cpu-s")
		})
	}
}

// appendTurns is the plain way.
func appendTurns(ctx context.Context, w *Warehouse, rows []turnRow) error {
	b, err := w.conn.PrepareBatch(ctx, "INSERT INTO "+w.raw()+".turns ("+columnsOf(reflect.TypeFor[turnRow]()).names+")")
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		if err := b.Append(r.Write, r.StoredAt, r.InteractionID, r.Revision, r.Channel, r.Started, r.UTCOffset, r.Queue, r.Team, r.Agent,
			r.Turn, r.Party, r.Start, r.End, r.Text, r.Language, r.Confidence, r.NoSpeech, r.Loudness, r.Pitch, r.Voiced, r.Pace,
			r.WordFrom, r.WordTo, r.WordStart, r.WordEnd, r.WordConfidence); err != nil {
			return err
		}
	}
	return b.Send()
}

func openForBenchmark(b *testing.B) *Warehouse {
	b.Helper()
	c := engine.Default()
	c.Path, c.Native, c.HTTP = b.TempDir(), "127.0.0.1:0", "127.0.0.1:0"
	e, err := engine.Start(b.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Skip(err)
	}
	b.Cleanup(func() { _ = e.Close() })
	config := Default()
	config.Addr, config.Password = []string{e.Endpoint().Native}, e.Endpoint().Writer.Password
	w, err := Open(b.Context(), config, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.Close() })
	if err := w.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	return w
}

// processorTime returns the processor time this process has used.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
