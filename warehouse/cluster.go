package warehouse

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// clusterSettings are those of every connection to a cluster.
func clusterSettings() clickhouse.Settings {
	return clickhouse.Settings{
		// An insert is acknowledged by the shards that it is for.
		"distributed_foreground_insert": 1,
		// A subquery means the rows of all shards, not those of the one that asks.
		"distributed_product_mode": "global",
		// Reads go to the replica that writes go to, so that what was written is read.
		"load_balancing": "in_order",
	}
}

// everywhere runs a statement that changes tables on all servers of a cluster.
func (w *Warehouse) everywhere(ctx context.Context, statement string, args ...any) error {
	if w.nodes == nil {
		return w.conn.Exec(ctx, w.expand(statement), args...)
	}
	for _, n := range w.nodes {
		if err := n.conn.Exec(ctx, w.expand(statement), args...); err != nil {
			return err
		}
	}
	return nil
}

// spread makes, where the cluster has several shards, a table in raw for each
// in local that reads and writes the rows of all of them, and so for the view of
// what is stale. All rows of an
// interaction lie in one shard, so that each shard can tell by itself which of
// them count.
func (w *Warehouse) spread(ctx context.Context) error {
	if !w.config.Sharded {
		return nil
	}
	rows, err := w.conn.Query(ctx, `
		SELECT
			table,
			arrayStringConcat(groupArray(concat('"', name, '" ', type, ' ', default_kind, ' ', default_expression, ' COMMENT ''', replaceAll(comment, '''', ''''''), '''')), ', '),
			countIf(name = 'interaction_id') > 0
		FROM (SELECT * FROM system.columns WHERE database = {database:String} ORDER BY table, position)
		WHERE table IN (SELECT name FROM system.tables WHERE database = {database:String} AND (engine LIKE '%MergeTree' OR name = 'stale'))
		GROUP BY table ORDER BY table`, Param("database", w.local()))
	if err != nil {
		return fmt.Errorf("look at the tables of a shard: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var statements []string
	for rows.Next() {
		var table, columns string
		var ofInteractions uint8
		if err := rows.Scan(&table, &columns, &ofInteractions); err != nil {
			return fmt.Errorf("look at the tables of a shard: %w", err)
		}
		key := "rand()"
		if ofInteractions > 0 {
			key = "cityHash64(interaction_id)"
		}
		statements = append(statements, fmt.Sprintf("CREATE OR REPLACE TABLE {raw}.%s {on_cluster} (%s) ENGINE = Distributed(%s, %s, %s, %s)",
			table, columns, w.config.Cluster, w.local(), table, key))
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("look at the tables of a shard: %w", err)
	}
	for _, s := range statements {
		if err := w.conn.Exec(ctx, w.expand(s)); err != nil {
			return fmt.Errorf("spread a table over the shards: %w in: %.200s", err, s)
		}
	}
	return nil
}
