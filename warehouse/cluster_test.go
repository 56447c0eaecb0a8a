package warehouse

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"earshot/warehouse/engine"
)

// TestClusterSchema renders the schema for a cluster and has the engine parse
// every statement. Every table must be replicated and made on every node.
func TestClusterSchema(t *testing.T) {
	c := engine.Default()
	c.Path, c.Native, c.HTTP = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0"
	e, err := engine.Start(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = e.Close() }()
	config := Default()
	config.Addr, config.Password, config.Cluster = []string{e.Endpoint().Native}, e.Endpoint().Writer.Password, "earshot_cluster"
	w, err := Open(t.Context(), config, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	names, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range names {
		b, err := migrationFiles.ReadFile("migrations/" + name.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statements(string(b)) {
			if s == refreshViews || s == settled || name.Name() == "head.sql" || name.Name() == "evidence.sql" {
				continue
			}
			s = strings.TrimPrefix(strings.TrimPrefix(w.expand(s), exact), optional)
			if strings.ContainsAny(s, "{}") {
				t.Errorf("%s: a placeholder is left in: %.200s", name.Name(), s)
			}
			first, _, _ := strings.Cut(s, " ")
			if first != "INSERT" && !strings.Contains(s, "ON CLUSTER earshot_cluster") {
				t.Errorf("%s: not on every node: %.200s", name.Name(), s)
			}
			if strings.HasPrefix(s, "CREATE TABLE") && !strings.Contains(s, "ENGINE = Replicated") {
				t.Errorf("%s: not replicated: %.200s", name.Name(), s)
			}
			if err := parses(t.Context(), w, s); err != nil {
				t.Errorf("%s: %v in: %.300s", name.Name(), err, s)
			}
			seen++
		}
	}
	if seen < 30 {
		t.Errorf("only %d statements", seen)
	}
}

func parses(ctx context.Context, w *Warehouse, statement string) error {
	rows, err := w.conn.Query(ctx, "EXPLAIN AST "+statement)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() { //nolint:revive // an error comes at the end
	}
	return rows.Err()
}
