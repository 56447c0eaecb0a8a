package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"maps"
	"os"
	"slices"

	"earshot/models"
)

// grouper puts the messages of one file together by conversation. Messages of
// a conversation may stand anywhere in the file, so all are held until its
// end: in memory up to a limit, then in temporary files, each of which holds
// whole conversations.
type grouper struct {
	door    *Door
	reader  interpreter
	shown   string
	convs   map[models.ID]*conversation
	size    int64
	seed    maphash.Seed
	parts   []*os.File
	writers []*bufio.Writer
}

// groupParts is the number of temporary files: with 64 MiB of memory it is
// enough for logs of 4 GiB.
const groupParts = 64

// conversation is the rows of one conversation so far, encoded.
type conversation struct {
	line int // of its first message
	rows [][]byte
	size int
	bad  *rowError // the first row at fault; none of the conversation is accepted then
}

type rowError struct {
	Code, Field, Text string
	Line              int
}

// row is a line of a log as it is held.
type row struct {
	N   int
	L   *line     `json:",omitempty"`
	ID  models.ID `json:",omitempty"` // if L is nil
	Bad *rowError `json:",omitempty"`
}

func newGrouper(d *Door, reader interpreter, shown string) *grouper {
	return &grouper{door: d, reader: reader, shown: shown, convs: map[models.ID]*conversation{}, seed: maphash.MakeSeed()}
}

// add takes a message in. Its error concerns the message alone.
func (g *grouper) add(l *line) error {
	if l.Conversation == "" {
		return refusalAt(l.line, "invalid", "conversation", "the id of the conversation is missing")
	}
	return g.hold(row{N: l.line, L: l}, l.Conversation)
}

// spoil notes that a row of a conversation could not be read: a conversation
// that misses a message would be judged wrongly, so none of it is accepted.
func (g *grouper) spoil(id models.ID, line int, err error) error {
	return g.hold(row{N: line, ID: id, Bad: &rowError{Code(err), field(err), err.Error(), line}}, id)
}

func (g *grouper) hold(r row, id models.ID) error {
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("hold a message: %w", err)
	}
	if g.parts == nil && g.size+int64(len(b)) > g.door.cfg.GroupBytes {
		if err := g.spill(); err != nil {
			return err
		}
	}
	if g.parts != nil {
		return g.write(id, b)
	}
	g.size += int64(len(b)) + 64
	g.put(g.convs, id, r, b)
	return nil
}

// put adds a row to its conversation, within the limits of one.
func (g *grouper) put(convs map[models.ID]*conversation, id models.ID, r row, b []byte) {
	c := convs[id]
	if c == nil {
		c = &conversation{line: r.N}
		convs[id] = c
	}
	if c.bad != nil {
		return
	}
	c.bad = r.Bad
	if c.size += len(b); c.size > g.door.cfg.MaxRecordBytes && c.bad == nil {
		c.bad = &rowError{"too-large", "", fmt.Sprintf("conversation %s is longer than ingest.max_record_bytes (%d): split it, or raise the limit", id, g.door.cfg.MaxRecordBytes), c.line}
	}
	if c.bad != nil {
		c.rows = nil
		return
	}
	c.rows = append(c.rows, b)
}

func (g *grouper) spill() error {
	for range groupParts {
		f, err := os.CreateTemp(g.door.cfg.Spool, "earshot-group-*")
		if err != nil {
			return fmt.Errorf("make room for the messages of %s: %w", g.shown, err)
		}
		g.parts = append(g.parts, f)
		g.writers = append(g.writers, bufio.NewWriterSize(f, 16<<10))
	}
	for id, c := range g.convs {
		if c.bad != nil {
			b, err := json.Marshal(row{N: c.line, ID: id, Bad: c.bad})
			if err != nil {
				return fmt.Errorf("hold a message: %w", err)
			}
			c.rows = [][]byte{b}
		}
		for _, b := range c.rows {
			if err := g.write(id, b); err != nil {
				return err
			}
		}
	}
	g.convs = nil
	return nil
}

func (g *grouper) write(id models.ID, b []byte) error {
	w := g.writers[maphash.String(g.seed, string(id))%groupParts]
	_, err := w.Write(append(b, '\n'))
	if err != nil {
		return fmt.Errorf("hold a message of %s: %w", g.shown, err)
	}
	return nil
}

// close removes what the grouper left on disk.
func (g *grouper) close() {
	for _, f := range g.parts {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
}

// records yields the conversations, in the order of their first messages
// within each part.
func (g *grouper) records(ctx context.Context) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		if g.parts == nil {
			g.emit(ctx, g.convs, yield)
			return
		}
		for i, f := range g.parts {
			convs, err := g.load(g.writers[i], f)
			if err != nil {
				yield(Record{Source: g.shown, Err: fmt.Errorf("read back the messages of %s: %w", g.shown, err)})
				return
			}
			if !g.emit(ctx, convs, yield) {
				return
			}
		}
	}
}

func (g *grouper) load(w *bufio.Writer, f *os.File) (map[models.ID]*conversation, error) {
	if err := w.Flush(); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	convs := map[models.ID]*conversation{}
	for r := bufio.NewReaderSize(f, 64<<10); ; {
		b, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return convs, nil
		}
		if err != nil {
			return nil, err
		}
		var held row
		if err := json.Unmarshal(b, &held); err != nil {
			return nil, err
		}
		id := held.ID
		if held.L != nil {
			id = held.L.Conversation
		}
		g.put(convs, id, held, bytes.TrimRight(b, "\n"))
	}
}

func (g *grouper) emit(ctx context.Context, convs map[models.ID]*conversation, yield func(Record) bool) bool {
	ids := slices.SortedFunc(maps.Keys(convs), func(a, b models.ID) int {
		return cmp.Or(cmp.Compare(convs[a].line, convs[b].line), cmp.Compare(a, b))
	})
	for _, id := range ids {
		if ctx.Err() != nil || !yield(g.record(id, convs[id])) {
			return false
		}
		delete(convs, id)
	}
	return true
}

func (g *grouper) record(id models.ID, c *conversation) Record {
	rec := Record{Source: g.shown, Line: c.line}
	form := &Form{ID: id, Messages: make([]Message, 0, len(c.rows))}
	for _, b := range c.rows {
		var r row
		if err := json.Unmarshal(b, &r); err != nil {
			rec.Err = fmt.Errorf("read back a message: %w", err)
			return rec
		}
		r.L.line = r.N
		form.merge(r.L)
	}
	if c.bad != nil {
		rec.Interaction = &models.Interaction{ID: id}
		rec.Err = refusalAt(c.bad.Line, c.bad.Code, c.bad.Field, "%s", c.bad.Text)
		return rec
	}
	rec.Interaction, rec.Err = g.reader.interaction(form)
	return rec
}

// merge adds a line's message, and those of its fields that no earlier line gave.
func (f *Form) merge(l *line) {
	f.Channel = cmp.Or(f.Channel, l.Channel)
	f.Language = cmp.Or(f.Language, l.Language)
	f.Direction = cmp.Or(f.Direction, l.Direction)
	f.Queue = cmp.Or(f.Queue, l.Queue)
	f.Team = cmp.Or(f.Team, l.Team)
	f.Agent = cmp.Or(f.Agent, l.Agent)
	f.Customer = cmp.Or(f.Customer, l.Customer)
	f.Started = cmp.Or(f.Started, l.Started)
	f.Ended = cmp.Or(f.Ended, l.Ended)
	for k, v := range l.Attributes {
		if f.Attributes == nil {
			f.Attributes = map[string]string{}
		}
		if _, ok := f.Attributes[k]; !ok {
			f.Attributes[k] = v
		}
	}
	f.Messages = append(f.Messages, l.Message)
}

// isMessageLine reports whether a JSON document has the field that tells a
// message from a conversation.
func isMessageLine(doc []byte) bool {
	if !bytes.Contains(doc, []byte(`"conversation"`)) {
		return false
	}
	var has struct {
		Conversation json.RawMessage `json:"conversation"`
	}
	return json.Unmarshal(doc, &has) == nil && has.Conversation != nil
}
