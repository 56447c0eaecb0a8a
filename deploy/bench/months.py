"""Makes a short history a long one: copies the conversations of a running store
into earlier months or days, with other ids, times and numbers in the text,
several times as fast as `earshot generate` makes them. For measurements: words
and customers repeat, numbers in every tenth copy.

    months.py HOME COPIES [DAYS]

HOME is the folder that `earshot serve` runs on, with its embedded store. Copy
number k begins k times DAYS (31) earlier: of three days, `months.py HOME 9 3`
makes a month, and `months.py HOME 9` ten of that. Run it on a history that spans no more than DAYS, while nothing
else is written. The views that derive rows from others are taken away meanwhile
and put back at the end, or with the next run if this one breaks off; the rows it
had copied are then there twice, so begin with a new history.
"""
import json
import pathlib
import sys
import time
import urllib.error
import urllib.request

DATABASE = "earshot_raw"
TIMES = ("started", "ended", "step_started")
# What says that the rows count comes last.
LAST = ("accepted", "current")
LEFT = ("unsettled", "dead", "goose_db_version", "versions", "events")


class Store:
    def __init__(self, home):
        folder = pathlib.Path(home) / "store"
        self.address = json.loads((folder / "endpoint.json").read_text())["http"]
        self.password = (folder / "earshot.password").read_text().strip()

    def ask(self, sql):
        # What one statement may hold in memory bounds the blocks that are sorted and written.
        url = (f"http://{self.address}/?database={DATABASE}&max_insert_threads=1&max_threads=2"
               "&max_block_size=16384&min_insert_block_size_rows=200000&min_insert_block_size_bytes=60000000")
        request = urllib.request.Request(url, sql.encode(), {"X-ClickHouse-User": "earshot", "X-ClickHouse-Key": self.password})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as e:
            sys.exit(f"{e.read().decode()[:800]}\nin {sql[:200]}")

    def names(self, sql):
        return self.ask(sql + " FORMAT TSV").split()


def copied(column, k, days):
    """The expression for a column in copy k."""
    if column == "interaction_id":
        return f"concat(interaction_id, '-{k}')"
    if column == "write":
        return f"write + {days * k}"
    if column in TIMES:
        return f"{column} - toIntervalDay({days * k})"
    digits = "0123456789"
    others = f"'{digits}', '{digits[k % 10:] + digits[:k % 10]}'"
    if column == "text":
        return f"translate(text, {others})"
    if column == "evidence.quote":
        return f'arrayMap(quote -> translate(quote, {others}), "{column}")'
    return f'"{column}"'


def main(home, copies, days=31):
    store = Store(home)
    feeds = pathlib.Path(home) / "feeds.json"
    if not feeds.exists():
        views = store.names(f"SELECT name FROM system.tables WHERE database = '{DATABASE}' AND engine = 'MaterializedView'")
        feeds.write_text(json.dumps({v: json.loads(store.ask(f"SHOW CREATE TABLE {v} FORMAT JSONCompact"))["data"][0][0] for v in views}))
    for view in json.loads(feeds.read_text()):
        store.ask(f"DROP VIEW IF EXISTS {view} SYNC")

    tables = store.names(f"SELECT name FROM system.tables WHERE database = '{DATABASE}' AND engine LIKE '%MergeTree' AND total_rows > 0")
    tables = sorted(set(tables) - set(LEFT), key=lambda t: (t in LAST, t))
    first = store.ask(f"SELECT toStartOfDay(max(started)) - toIntervalDay({days - 1}) FROM interactions").strip()
    for k in range(1, copies + 1):
        for table in tables:
            columns = store.names(f"SELECT name FROM system.columns WHERE database = '{DATABASE}' AND table = '{table}'"
                                  " AND default_kind != 'MATERIALIZED' ORDER BY position")
            into = ", ".join(f'"{c}"' for c in columns)
            rows = ", ".join(copied(c, k, days) for c in columns)
            began = time.time()
            store.ask(f"INSERT INTO {table} ({into}) SELECT {rows} FROM {table} WHERE started >= '{first}'")
            print(f"copy {k} of {copies}: {table}, {time.time() - began:.0f} s", flush=True)

    for view, create in json.loads(feeds.read_text()).items():
        store.ask(create)
    feeds.unlink()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(sys.argv[1], *map(int, sys.argv[2:]))
