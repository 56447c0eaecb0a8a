package warehouse_test

import (
	"fmt"
	"testing"

	"earshot/warehouse"
)

// derived are tables that others are copied or gathered into as rows come in:
// what is derived, and the same asked of where it comes from.
var derived = []struct{ name, table, source string }{
	{
		"hits", `SELECT interaction_id, rule, severity, tags FROM hits ORDER BY ALL`,
		`SELECT interaction_id, rule, severity, tags FROM verdicts WHERE outcome = 'hit' ORDER BY ALL`,
	},
	{
		"rules of a set", `SELECT interaction_id, arrayZip("rules.rule", "rules.version", "rules.name", "rules.severity") AS rules, unsure FROM rule_sets ORDER BY ALL`,
		`SELECT interaction_id, arraySort(groupArray((rule, version, name, severity))) AS rules, arraySort(groupArrayIf(rule, outcome = 'unsure')) AS unsure FROM verdicts GROUP BY interaction_id ORDER BY ALL`,
	},
	{
		"hits of a set", `SELECT interaction_id, arrayZip("hits.rule", "hits.severity", "hits.tags") AS hits FROM rule_sets ORDER BY ALL`,
		`SELECT interaction_id, arraySort(groupArrayIf((rule, severity, tags), outcome = 'hit')) AS hits FROM verdicts GROUP BY interaction_id ORDER BY ALL`,
	},
	{
		"sets with the same number", `SELECT uniqExact(rule_set), uniqExact(hit_set) FROM rule_sets`,
		`SELECT uniqExact("rules.rule", "rules.version", "rules.name", "rules.severity"), uniqExact("hits.rule", "hits.severity", "hits.tags") FROM rule_sets`,
	},
	{
		"asked", `SELECT interaction_id, scorecard_position, question, section, rule FROM answer_sheets
			ARRAY JOIN "asked.question" AS question, "asked.section" AS section, "asked.rule" AS rule ORDER BY ALL`,
		`SELECT interaction_id, scorecard_position, question, section, rule FROM score_items WHERE answer IN ('pass', 'fail') ORDER BY ALL`,
	},
	{
		"failed", `SELECT interaction_id, scorecard_position, question, section, rule, lost, auto_fail FROM answer_sheets
			ARRAY JOIN "failed.question" AS question, "failed.section" AS section, "failed.rule" AS rule, "failed.lost" AS lost, "failed.auto_fail" AS auto_fail ORDER BY ALL`,
		`SELECT interaction_id, scorecard_position, question, section, rule, possible - points AS lost, auto_fail FROM score_items WHERE answer = 'fail' ORDER BY ALL`,
	},
	{
		"sheets", `SELECT interaction_id, scorecard_position, scorecard FROM answer_sheets ORDER BY ALL`,
		`SELECT DISTINCT interaction_id, scorecard_position, scorecard FROM score_items ORDER BY ALL`,
	},
	{
		"attributes", `SELECT region, product, tier, brand, customer_hash = 0 FROM interactions ORDER BY ALL`,
		`SELECT attributes['region'], attributes['product'], attributes['tier'], attributes['brand'], customer = '' FROM interactions ORDER BY ALL`,
	},
}

func checkDerived(t *testing.T, w *warehouse.Warehouse) {
	t.Helper()
	ask := func(sql string) string {
		got, err := w.Query(t.Context(), sql)
		if err != nil {
			t.Fatal(sql, err)
		}
		if len(got.Rows) == 0 {
			t.Fatal("no rows:", sql)
		}
		return fmt.Sprint(got.Rows)
	}
	for _, d := range derived {
		if got, want := ask(d.table), ask(d.source); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", d.name, got, want)
		}
	}
}

// TestDerivedAnew takes the schema back to before the derived tables: what an
// older Earshot stored is gathered when they are made.
func TestDerivedAnew(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine asks SQL")
	}
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	fixture(t, w, e.Endpoint())
	checkDerived(t, w)
	age(t, e.Endpoint()) // nothing is on its way that the migration would wait for
	for _, s := range []string{
		`DROP VIEW earshot_raw.rule_sets_feed SYNC`, `DROP TABLE earshot_raw.rule_sets SYNC`,
		`DROP VIEW earshot_raw.answer_sheets_feed SYNC`, `DROP TABLE earshot_raw.answer_sheets SYNC`,
		`ALTER TABLE earshot_raw.interactions DROP COLUMN region, DROP COLUMN product, DROP COLUMN tier, DROP COLUMN brand, DROP COLUMN customer_hash`,
		`DELETE FROM earshot_raw.goose_db_version WHERE version_id IN (6, 17, 18)`,
	} {
		execute(t, e.Endpoint(), s)
	}
	if err := w.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkDerived(t, w)
}
