package warehouse_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"earshot/models"
	"earshot/warehouse"
	"earshot/warehouse/engine"
)

// shardsXML is the part of ClickHouse's configuration that makes engines shards
// of a cluster.
var shardsXML = template.Must(template.New("").Parse(`<clickhouse>
	<remote_servers><shards>{{range .Ports}}
		<shard><replica><host>127.0.0.1</host><port>{{.}}</port><user>earshot</user><password>{{$.Password}}</password></replica></shard>{{end}}
	</shards></remote_servers>
</clickhouse>`))

// startShards starts engines that are the shards of one cluster.
func startShards(t *testing.T, n int) []engine.Endpoint {
	t.Helper()
	const password = "of all shards" //nolint:gosec // for as long as the test runs
	ports := freePorts(t, n)
	var config strings.Builder
	if err := shardsXML.Execute(&config, map[string]any{"Ports": ports, "Password": password}); err != nil {
		t.Fatal(err)
	}
	var all []engine.Endpoint
	for _, port := range ports {
		c := engineIn(t.TempDir())
		c.Native, c.Cluster = fmt.Sprint("127.0.0.1:", port), config.String()
		if err := os.WriteFile(filepath.Join(c.Path, engine.Writer+".password"), []byte(password), 0o600); err != nil {
			t.Fatal(err)
		}
		all = append(all, engineWith(t, c).Endpoint())
	}
	return all
}

// freePorts returns ports that nothing listens on.
func freePorts(t *testing.T, n int) []int {
	t.Helper()
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}

// openShards connects to each shard, brings it up to date, and does so again.
func openShards(t *testing.T, shards []engine.Endpoint) []*warehouse.Warehouse {
	t.Helper()
	var all []*warehouse.Warehouse
	for _, e := range shards {
		c := warehouse.Default()
		c.Addr, c.Password, c.Cluster, c.Sharded = []string{e.Native}, e.Writer.Password, "shards", true
		w, err := warehouse.Open(t.Context(), c, testLog(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = w.Close() })
		all = append(all, w)
	}
	for range 2 {
		for _, w := range all {
			w.SetNodes(all)
			if err := w.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all
}

// TestShards spreads the fixture over two shards. Both hold a part of it, and
// each answers over all of it: every report, whole interactions, search. What
// one of them prunes is gone from both.
func TestShards(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	shards := startShards(t, 2)
	all := openShards(t, shards)
	fixture(t, all[0], shards[0])
	for _, w := range all {
		got, err := w.Query(t.Context(), "SELECT (SELECT count() FROM earshot_local.turns), (SELECT count() FROM earshot_raw.turns)")
		if err != nil {
			t.Fatal(err)
		}
		if own, whole := got.Rows[0][0].(uint64), got.Rows[0][1].(uint64); own < whole/5 || own > whole-whole/5 {
			t.Errorf("a shard has %d turns of %d", own, whole)
		}
	}
	reports, err := warehouse.Reports()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range reports {
		r.Tests = r.Tests[:1] // a shard more takes as long as a whole store
		checkRows(t, all[i%len(all)], r)
	}
	if _, err := all[1].Report(t.Context(), "volume-change", warehouse.ReportOptions{From: time.Now().Add(-time.Hour)}); err != nil {
		t.Errorf("without an end: %v", err)
	}
	found, err := all[1].Search(t.Context(), warehouse.Search{Words: "退款", Count: true})
	if err != nil || found.Turns == 0 || len(found.Found) != int(found.Turns) {
		t.Errorf("search: %+v, %v", found, err)
	}
	everyWay(t, all[0], warehouse.Search{Words: "退款 -没有", Limit: 3})
	everyWay(t, all[1], warehouse.Search{Words: "款 -12", Rule: "no-such-rule"})
	if dead, err := all[1].Dead(t.Context(), warehouse.DeadFilter{Open: true}); err != nil || len(dead) == 0 {
		t.Errorf("%d records without a result: %v", len(dead), err)
	}
	analyst := connect(t, shards[1], shards[1].Analyst)
	if got, err := analyst.Report(t.Context(), "volume", warehouse.ReportOptions{}); err != nil || len(got.Rows) == 0 {
		t.Errorf("an analyst sees %v: %v", got.Rows, err)
	}
	n := 0
	if err := all[1].Each(t.Context(), warehouse.Filter{}, func(*models.Interaction, models.Revision) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	got, err := all[0].Query(t.Context(), "SELECT count() FROM interactions")
	if err != nil || got.Rows[0][0] != uint64(n) || n < 40 {
		t.Errorf("%d interactions read back, the views show %v: %v", n, got.Rows, err)
	}
	for _, s := range shards {
		ageIn(t, s, "earshot_local")
	}
	if rows, err := all[1].Prune(t.Context()); err != nil || rows == 0 {
		t.Fatalf("%d rows deleted: %v", rows, err)
	}
	for _, w := range all {
		got, err := w.Query(t.Context(), "SELECT count() FROM earshot_local.turns WHERE write NOT IN (SELECT write FROM earshot_raw.current FINAL)")
		if err != nil || got.Rows[0][0] != uint64(0) {
			t.Errorf("a shard still has rows that do not count: %v, %v", got.Rows, err)
		}
	}
	for i := 0; i < len(reports); i += 5 { // some will do
		checkRows(t, all[i%len(all)], reports[i])
	}
}

// TestShardsSearch finds the same whichever way it takes, of conversations that
// were stored several times.
func TestShardsSearch(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	all := openShards(t, startShards(t, 2))
	searchPieces(t, all[1], storeAnyTexts(t, all[0]), 15)
}
