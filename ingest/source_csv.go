package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models"
)

var sourceCSV = &source{
	name:       "csv",
	doc:        "CSV with a header: a row is a message with its conversation's id; ingest.tables maps the columns.",
	extensions: []string{".csv", ".tsv"},
	read:       readCSV,
	examples: []example{{
		title:   "columns named as the fields",
		name:    "chats.csv",
		content: "id,channel,agent,from,at,text\nv-1,sms,li,customer,2026-05-04 15:04:05,\"where is it,\nplease\"\nv-2,sms,wu,customer,2026-05-04 15:05:05,hello\nv-1,sms,li,agent,2026-05-04 15:06:05,on its way\n",
		accept:  2,
	}, {
		title:   "common Chinese column names",
		name:    "会话.csv",
		content: "会话ID;发送方;时间;内容\n1001;客户;2026/5/4 15:04;我要退款\n1001;客服;2026/5/4 15:05;好的\n",
		accept:  1,
	}, {
		title:   "a row at fault refuses its conversation, no other",
		name:    "mixed.csv",
		content: "id,from,at,text\nr-1,customer,2026-05-04 15:04:05,hello\nr-2,customer,yesterday,hello\nr-1,agent,2026-05-04 15:04:09,hi\n",
		accept:  1,
		refuse:  []string{"mixed.csv:3: at: \"yesterday\" is no known form of a time"},
	}, {
		title:   "a file without the columns it needs",
		name:    "stock.csv",
		content: "sku,amount\n1,2\n",
		refuse:  []string{"stock.csv:1: no column for from, id, text. The columns are: sku, amount"},
	}},
}

// tableFields are the fields a column can be mapped to, with common names of
// such columns in lower case, without spaces and underscores.
var tableFields = map[string][]string{
	"id":        {"id", "conversationid", "conversation", "sessionid", "chatid", "dialogid", "dialogueid", "interactionid", "会话id", "会话编号", "对话id", "会话", "會話id", "對話id"},
	"channel":   {"channel", "渠道"},
	"language":  {"language", "lang", "语言"},
	"direction": {"direction", "方向"},
	"queue":     {"queue", "skillgroup", "队列", "技能组"},
	"team":      {"team", "班组", "团队", "组别"},
	"agent":     {"agent", "agentid", "agentname", "坐席", "坐席工号", "客服工号", "工号"},
	"customer":  {"customer", "customerid", "userid", "客户", "客户id", "客户编号", "用户id"},
	"started":   {"started", "starttime", "startedat", "开始时间"},
	"ended":     {"ended", "endtime", "endedat", "结束时间"},
	"from":      {"from", "sender", "role", "party", "speaker", "发送方", "发送人", "发言人", "角色", "发送者", "發送方"},
	"at":        {"at", "time", "timestamp", "sentat", "datetime", "date", "时间", "发送时间", "消息时间", "時間"},
	"text":      {"text", "message", "content", "body", "utterance", "内容", "消息", "消息内容", "文本", "內容"},
}

// neededColumns have no sensible default.
var neededColumns = []string{"id", "from", "text"}

// table is a Table made ready.
type table struct {
	Table
	reader interpreter
}

func (d *Door) newTable(t Table) (*table, error) {
	compiled := &table{Table: t, reader: d.interpreter()}
	if t.Files == "" {
		compiled.Files = "*"
	}
	if s := t.Separator; s != "" && s != "auto" && (utf8.RuneCountInString(s) != 1 || len(s) != 1 || strings.ContainsAny(s, "\"\r\n")) {
		return compiled, fmt.Errorf("separator: %q: want one ASCII character, or auto", s)
	}
	if t.Encoding != "" {
		if _, err := encodingByName(t.Encoding); err != nil {
			return compiled, fmt.Errorf("encoding: %w", err)
		}
	}
	for _, of := range []struct {
		key    string
		fields map[string]string
	}{{"columns", t.Columns}, {"defaults", t.Defaults}} {
		for _, name := range slices.Sorted(maps.Keys(of.fields)) {
			if _, ok := tableFields[name]; !ok {
				return compiled, fmt.Errorf("%s: %q: want one of %s", of.key, name, strings.Join(slices.Sorted(maps.Keys(tableFields)), ", "))
			}
		}
	}
	zone := t.TimeZone
	if zone == "" {
		zone = d.cfg.TimeZone
	}
	layouts := d.cfg.TimeLayouts
	if t.TimeLayout != "" {
		layouts = append([]string{t.TimeLayout}, layouts...)
	}
	var err error
	if compiled.reader.clock, err = newClock(zone, layouts); err != nil {
		return compiled, fmt.Errorf("time_zone: %w", err)
	}
	if compiled.reader.parties, err = partyNames(d.parties, t.Parties); err != nil {
		return compiled, fmt.Errorf("parties: %w", err)
	}
	return compiled, nil
}

func (d *Door) tableFor(name string) *table {
	for _, t := range d.tables {
		if ok, _ := path.Match(t.Files, path.Base(name)); ok {
			return t
		}
	}
	return &table{reader: d.interpreter()}
}

func readCSV(ctx context.Context, d *Door, f *file) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		t := d.tableFor(f.name)
		encoding := t.Encoding
		if encoding == "" {
			encoding = d.cfg.Encoding
		}
		in, err := f.input(encoding)
		if err != nil {
			yield(Record{Source: f.shown, Err: err})
			return
		}
		d.readTable(ctx, in, t, t.separator(f.name))(yield)
	}
}

func (d *Door) readTable(ctx context.Context, in input, t *table, separator byte) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		g := newGrouper(d, t.reader, in.shown)
		defer g.close()
		var sheet *sheet
		for p := range rows(in.text, separator, d.cfg.MaxRecordBytes) {
			if p.err == nil && sheet == nil {
				sheet, p.err = t.header(p)
			} else if p.err == nil {
				p.err = sheet.row(g, p)
			}
			if p.err == nil {
				continue
			}
			if !yield(Record{Source: in.shown, Line: p.line, Raw: bytes.Clone(p.doc[:min(len(p.doc), keptOfRefused)]), Truncated: len(p.doc) > keptOfRefused, Err: p.err}) {
				return
			}
			if !errors.Is(p.err, models.ErrBadInput) || sheet == nil || ctx.Err() != nil {
				return
			}
		}
		if sheet == nil {
			yield(Record{Source: in.shown, Err: emptyFile()})
			return
		}
		if sheet.rows == 0 {
			yield(Record{Source: in.shown, Err: refusal("empty-file", "", "has a header, but no rows: was it written completely?")})
			return
		}
		for rec := range g.records(ctx) {
			if !yield(rec) {
				return
			}
		}
	}
}

func (t *table) separator(name string) byte {
	switch {
	case t.Separator != "" && t.Separator != "auto":
		return t.Separator[0]
	case strings.EqualFold(path.Ext(name), ".tsv"):
		return '\t'
	}
	return 0
}

// sheet is a table with the columns of one file.
type sheet struct {
	*table
	separator  byte
	columns    map[string]int // field to column
	attributes map[string]int
	width      int
	rows       int
}

// header finds the columns.
func (t *table) header(p piece) (*sheet, error) {
	names, err := splitRow(p)
	if err != nil {
		return nil, err
	}
	s := &sheet{table: t, separator: p.separator, columns: map[string]int{}, attributes: map[string]int{}, width: len(names)}
	at := map[string]int{}
	plain := map[string]int{}
	for i := len(names) - 1; i >= 0; i-- {
		names[i] = strings.TrimSpace(names[i])
		at[names[i]] = i
		plain[strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(names[i]))] = i
	}
	var missing []string
	for field, common := range tableFields {
		if name, ok := t.Columns[field]; ok {
			if i, found := at[name]; found {
				s.columns[field] = i
			} else {
				missing = append(missing, fmt.Sprintf("%s (mapped to %q)", field, name))
			}
			continue
		}
		for _, name := range common {
			if i, found := plain[name]; found {
				s.columns[field] = i
				break
			}
		}
		if _, found := s.columns[field]; !found && slices.Contains(neededColumns, field) {
			missing = append(missing, field)
		}
	}
	for attribute, name := range t.Attributes {
		i, found := at[name]
		if !found {
			missing = append(missing, fmt.Sprintf("attribute %s (mapped to %q)", attribute, name))
		}
		s.attributes[attribute] = i
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return nil, refusal("no-column", "", "no column for %s. The columns are: %s. Map them in ingest.tables", strings.Join(missing, ", "), truncate(strings.Join(names, ", "), 500))
	}
	return s, nil
}

// row puts one message into the grouper.
func (s *sheet) row(g *grouper, p piece) error {
	s.rows++
	cells, err := splitRow(p)
	id := models.ID("")
	get := func(field string) string {
		v := ""
		if i, ok := s.columns[field]; ok && i < len(cells) {
			v = cells[i]
		}
		if field != "text" {
			v = strings.TrimSpace(v)
		}
		if v == "" {
			v = s.Defaults[field]
		}
		return v
	}
	if len(cells) > 0 {
		id = models.ID(get("id"))
	}
	if err == nil && len(cells) != s.width {
		err = refusalAt(p.line, "bad-csv", "", "%d cells, but the header has %d: put text with %q in it into double quotes", len(cells), s.width, string(s.separator))
	}
	if err == nil && !utf8.Valid(p.doc) {
		err = refusalAt(p.line, "not-utf8", "", "the text is neither UTF-8 nor in another encoding that was recognised: set ingest.encoding")
	}
	if err == nil && id == "" {
		err = refusalAt(p.line, "invalid", "id", "the id of the conversation is missing")
	}
	if err != nil {
		if id.Validate() != nil || !errors.Is(err, models.ErrBadInput) {
			return err
		}
		return g.spoil(id, p.line, err)
	}
	l := &line{
		Conversation: id, Channel: models.Channel(get("channel")), Language: get("language"), Direction: get("direction"),
		Queue: get("queue"), Team: get("team"), Agent: get("agent"), Customer: get("customer"),
		Started: Moment(get("started")), Ended: Moment(get("ended")),
		Message: Message{From: get("from"), At: Moment(get("at")), Text: get("text"), line: p.line},
	}
	for attribute, i := range s.attributes {
		if v := strings.TrimSpace(cells[i]); v != "" {
			if l.Attributes == nil {
				l.Attributes = map[string]string{}
			}
			l.Attributes[attribute] = v
		}
	}
	return g.add(l)
}

// splitRow returns the cells of a row.
func splitRow(p piece) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(p.doc))
	r.Comma = rune(p.separator)
	r.LazyQuotes = true
	r.FieldsPerRecord = -1
	cells, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return cells, refusalAt(p.line, "bad-csv", "", "%w", err)
	}
	return cells, nil
}
