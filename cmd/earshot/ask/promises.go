package ask

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/nlp"
	"earshot/warehouse"
)

// PromisesCmd is `earshot promises`.
type PromisesCmd struct {
	List   promisesListCmd   `cmd:"" default:"withargs" help:"List promises with what became of them, those that fell due last first."`
	Import promisesImportCmd `cmd:"" help:"Read what happened to customers elsewhere, such as refunds and deliveries, so that promises can be judged by it."`
}

type promisesListCmd struct {
	State    string    `enum:"kept,broken,unknown,all" default:"all" help:"kept, broken, unknown or all."`
	Customer string    `help:"Only promises to this customer, by the key that conversations have."`
	Agent    string    `help:"Only promises of this agent."`
	From     time.Time `format:"2006-01-02" placeholder:"DATE" help:"Only promises due on this day (UTC) or later."`
	To       time.Time `format:"2006-01-02" placeholder:"DATE" help:"Only promises due before this day (UTC)."`
	Limit    int       `default:"100" help:"Most rows."`
	Format   string    `enum:"table,csv,json" default:"table" help:"table, csv or json."`
}

const promisesQuery = `SELECT interaction_id, started, agent, customer, action, promise, due, state, because, evidence, evidence_id, evidence_at
FROM promises
WHERE party = 'agent' AND (state = {state:String} OR {state:String} = 'all') AND (customer = {customer:String} OR {customer:String} = '') AND (agent = {agent:String} OR {agent:String} = '')
	AND (due >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') OR {from:Int64} = 0) AND (due < fromUnixTimestamp64Milli({to:Int64}, 'UTC') OR {to:Int64} = 0)
ORDER BY due DESC NULLS LAST, interaction_id, position
LIMIT {limit:UInt32}`

func (c promisesListCmd) Run(ctx context.Context, a *app.App) error {
	customer := c.Customer
	if customer != "" {
		mask, err := a.NewRedact()
		if err != nil {
			return err
		}
		customer = mask.Pseudonym(customer)
	}
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	millis := func(t time.Time) int64 {
		if t.IsZero() {
			return 0
		}
		return t.UnixMilli()
	}
	t, err := store.Query(ctx, promisesQuery, warehouse.Param("state", c.State), warehouse.Param("customer", customer), warehouse.Param("agent", c.Agent),
		warehouse.Param("from", millis(c.From)), warehouse.Param("to", millis(c.To)), warehouse.Param("limit", uint32(max(1, c.Limit))))
	if err != nil {
		return err
	}
	return terminal.PrintTable(a.Out, t, c.Format)
}

type promisesImportCmd struct {
	Files []string `arg:"" type:"existingfile" name:"file" help:"CSV with a header line, or JSON: an array of objects, or one a line. Fields: customer, kind, time; and id, where there is one."`
}

// Run keeps every line that makes sense, and names the others. The same file
// again changes nothing.
func (c promisesImportCmd) Run(ctx context.Context, a *app.App) error {
	mask, err := a.NewRedact()
	if err != nil {
		return err
	}
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	kept, left := 0, 0
	kinds := map[string]int{}
	for _, file := range c.Files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		events, wrong, err := readEvents(filepath.Base(file), data)
		if err != nil {
			return err
		}
		for i := range events {
			// As at the door, so that the keys still meet.
			events[i].Customer = mask.Pseudonym(events[i].Customer)
			kinds[events[i].Kind]++
		}
		if err := store.Happened(ctx, events); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, e := range wrong {
			fmt.Fprintln(a.Err, "left out:", e)
		}
		kept, left = kept+len(events), left+len(wrong)
	}
	fmt.Fprintf(a.Out, "%s kept, %d left out", terminal.Counted(kept, "event"), left)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(a.Out, "; %s %d", kind, kinds[kind])
	}
	fmt.Fprintln(a.Out)
	if left > 0 {
		return app.ExitError(1)
	}
	return nil
}

// The fields of an event, and other names they go by.
var eventColumns = map[string]string{
	"customer": "customer", "customer_id": "customer", "user": "customer", "user_id": "customer", "member": "customer", "客户": "customer", "客户id": "customer", "客户编号": "customer", "用户": "customer", "会员号": "customer",
	"kind": "kind", "type": "kind", "event": "kind", "status": "kind", "类型": "kind", "状态": "kind", "事件": "kind",
	"time": "time", "at": "time", "happened": "time", "happened_at": "time", "date": "time", "completed_at": "time", "时间": "time", "完成时间": "time", "日期": "time",
	"id": "id", "order": "id", "order_id": "id", "number": "id", "编号": "id", "订单号": "id", "单号": "id",
}

// readEvents reads a file of events; records that make none are in wrong.
func readEvents(file string, data []byte) (events []warehouse.Event, wrong []error, err error) {
	take := func(place string, get func(string) string) error {
		e, err := eventOf(place, get)
		if err == nil {
			events = append(events, e)
		}
		return err
	}
	if start := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n"); len(start) > 0 && (start[0] == '[' || start[0] == '{') {
		wrong, err = eachObject(file, start, take)
		return events, wrong, err
	}
	sheet, err := terminal.OpenSheet(file, data, eventColumns)
	if err != nil {
		return nil, nil, err
	}
	if !sheet.Has("customer") || !sheet.Has("kind") || !sheet.Has("time") {
		return nil, nil, models.BadInput("%s:1: want the columns customer, kind and time; found %s", file, strings.Join(sheet.Header, ", "))
	}
	wrong, err = sheet.EachRow(func(r terminal.Row) error { return take(fmt.Sprintf("%s:%d", file, r.Line), r.Get) })
	return events, wrong, err
}

// eachObject calls take for every object of a JSON array, or of objects one
// after the other.
func eachObject(file string, data []byte, take func(place string, get func(string) string) error) (wrong []error, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if data[0] == '[' {
		if _, err := d.Token(); err != nil {
			return nil, models.BadInput("%s: %w", file, err)
		}
	}
	for n := 1; d.More(); n++ {
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			// What follows cannot be found again.
			return append(wrong, models.BadInput("%s: record %d: %w", file, n, err)), nil
		}
		fields := map[string]string{}
		for name, v := range object {
			if known := eventColumns[strings.ToLower(name)]; known != "" && v != nil {
				fields[known] = strings.TrimSpace(fmt.Sprint(v))
			}
		}
		if err := take(fmt.Sprintf("%s: record %d", file, n), func(name string) string { return fields[name] }); err != nil {
			wrong = append(wrong, err)
		}
	}
	return wrong, nil
}

func eventOf(place string, get func(string) string) (warehouse.Event, error) {
	e := warehouse.Event{Customer: get("customer"), Said: get("kind"), ID: get("id"), Source: place}
	switch {
	case e.Customer == "":
		return e, models.BadInput("%s: no customer", place)
	case e.Said == "":
		return e, models.BadInput("%s: no kind: say what happened, such as refund, delivery, repair, callback or reply", place)
	}
	at, err := terminal.ParseWhen(get("time"))
	if err != nil {
		return e, models.BadInput("%s: time %w", place, err)
	}
	e.Happened, e.Kind = at, nlp.ActionOf(e.Said)
	if e.ID == "" {
		// The same record again is the same event.
		h := fnv.New64a()
		fmt.Fprintf(h, "%s\n%s\n%d", e.Customer, e.Said, at.UnixMilli())
		e.ID = fmt.Sprintf("%016x", h.Sum64())
	}
	return e, nil
}
