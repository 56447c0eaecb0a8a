package engine

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// askNative sends a query over the native protocol and returns the first row
// as text.
func askNative(t *testing.T, address string, who Login, query string) (string, error) {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{address}, Auth: clickhouse.Auth{Username: who.User, Password: who.Password},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	rows, err := conn.Query(context.Background(), query)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	var s string
	if rows.Next() {
		if err := rows.Scan(&s); err != nil {
			return "", err
		}
	}
	return s, rows.Err()
}

func TestAnalystReadsOurTablesAndNothingElse(t *testing.T) {
	e := start(t, t.TempDir())
	p := e.Endpoint()
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte("the secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"CREATE DATABASE earshot", "CREATE DATABASE earshot_raw",
		"CREATE TABLE earshot_raw.t (a String) ENGINE = MergeTree ORDER BY a", "INSERT INTO earshot_raw.t VALUES ('raw')",
		"CREATE VIEW earshot.v DEFINER = earshot SQL SECURITY DEFINER AS SELECT a FROM earshot_raw.t",
	} {
		if _, err := ask(t, p.HTTP, p.Writer, q); err != nil {
			t.Fatal(q, err)
		}
	}
	protocols := map[string]func(who Login, query string) (string, error){
		"native": func(who Login, query string) (string, error) { return askNative(t, p.Native, who, query) },
		"http":   func(who Login, query string) (string, error) { return ask(t, p.HTTP, who, query) },
	}
	for name, ask := range protocols {
		t.Run(name, func(t *testing.T) {
			for query, want := range map[string]string{
				"SELECT a FROM earshot.v":  "raw",
				"SHOW TABLES FROM earshot": "v",
				"SHOW DATABASES":           "earshot",
				"SELECT name FROM system.tables WHERE database LIKE 'earshot%'":  "v",
				"SELECT name FROM system.columns WHERE database LIKE 'earshot%'": "a",
				"SELECT timezone()": "UTC",
				"SELECT toString(count()) FROM system.tables WHERE database = 'earshot_raw'": "0",
			} {
				if got, err := ask(p.Analyst, query); err != nil || got != want {
					t.Errorf("%s: got %q, %v, want %q", query, got, err, want)
				}
			}
			for _, query := range refused(p.Path, secret) {
				if got, err := ask(p.Analyst, query); err == nil {
					t.Errorf("the analyst was not refused: %s: %q", query, got)
				}
				if got, err := ask(Login{User: "default"}, query); err == nil {
					t.Errorf("the default user was not refused: %s: %q", query, got)
				}
			}
			for _, query := range []string{
				"SELECT a FROM earshot.v", "SHOW TABLES FROM earshot", "SYSTEM STOP LISTEN TCP", "SYSTEM STOP LISTEN HTTP",
				"SELECT sum(number) FROM numbers(10)", "KILL QUERY WHERE 1 SYNC", "SET max_threads = 1",
			} {
				if got, err := ask(Login{User: "default"}, query); err == nil {
					t.Errorf("the default user was not refused: %s: %q", query, got)
				}
			}
			for _, who := range []Login{{}, {User: Writer}, {User: Analyst}, {User: Analyst, Password: "analyst"}, {User: "nobody"}} {
				if got, err := ask(who, "SELECT a FROM earshot.v"); err == nil {
					t.Errorf("%+v was not refused: %q", who, got)
				}
			}
			for _, file := range []string{secret, "/etc/passwd", p.PasswordFile(Writer)} {
				if got, err := ask(p.Writer, "SELECT file('"+file+"')"); err == nil {
					t.Errorf("the writer read %s: %q", file, got)
				}
			}
		})
	}
}

// refused lists what nobody but the owner, or nobody at all, may do.
func refused(store, secret string) []string {
	queries := []string{
		"SELECT a FROM earshot_raw.t", "SELECT * FROM merge('earshot_raw', '.*')",
		"SELECT * FROM viewIfPermitted(SELECT a FROM earshot_raw.t ELSE null('a String')) WHERE throwIf(a = '') = 0 SETTINGS max_result_rows = 0, result_overflow_mode = 'throw', readonly = 0",
		"INSERT INTO earshot.v VALUES ('x')", "INSERT INTO earshot_raw.t VALUES ('x')",
		"CREATE TABLE earshot.x (a Int8) ENGINE = Memory", "CREATE TEMPORARY TABLE x (a Int8)", "DROP VIEW earshot.v",
		"CREATE VIEW earshot.w AS SELECT 1", "ALTER TABLE earshot_raw.t DELETE WHERE 1", "CREATE DATABASE x",
		"CREATE USER x", "CREATE FUNCTION x AS () -> 1", "GRANT SELECT ON *.* TO analyst", "SET readonly = 0",
		"SET max_memory_usage = 0", "SET allow_introspection_functions = 1",
		"SELECT name FROM system.users", "SELECT query FROM system.processes", "SELECT name FROM system.server_settings",
		"SELECT name FROM system.grants", "SELECT name FROM system.disks", "SELECT user FROM system.session_log",
		"SELECT trace::String FROM system.stack_trace", "SHOW CREATE USER earshot",
		"SELECT demangle('a')", "SYSTEM SHUTDOWN", "SYSTEM STOP LISTEN TCP", "KILL QUERY WHERE user = 'earshot'",
		"SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')", "SELECT * FROM s3('http://127.0.0.1:1/bucket/x', 'LineAsString')",
		"SELECT * FROM remote('127.0.0.1', system.users)", "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
		"SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')", "SELECT * FROM executable('id', TSV, 'a String')",
		"SELECT * FROM sqlite('" + secret + "', 'b')", "SELECT * FROM python('x')", "SELECT * FROM hdfs('hdfs://127.0.0.1:1/x', 'TSV')",
		"INSERT INTO FUNCTION file('" + filepath.Join(filepath.Dir(secret), "made.txt") + "', 'TSV', 'a String') VALUES ('x')",
		"SELECT 1 INTO OUTFILE '" + filepath.Join(filepath.Dir(secret), "made.txt") + "'",
		"BACKUP DATABASE earshot TO File('" + filepath.Dir(secret) + "/b')",
		"DESCRIBE TABLE file('" + secret + "', 'LineAsString')",
	}
	for _, file := range []string{
		secret, "/etc/passwd", "/proc/1/environ", filepath.Join(store, Writer+".password"), filepath.Join(store, endpointFile),
		"../" + Writer + ".password", "../../" + Writer + ".password",
	} {
		queries = append(queries, "SELECT file('"+file+"')", "SELECT * FROM file('"+file+"', 'LineAsString')")
	}
	return queries
}

func TestWhatIsRefusedIsRight(t *testing.T) {
	for _, q := range refused("/store", "/secret") {
		if strings.Count(q, "'")%2 != 0 {
			t.Errorf("not a query: %s", q)
		}
	}
}
