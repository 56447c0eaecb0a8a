package ingest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"earshot/models"
)

// foreign reads results that other products have written, for those who come
// from them or compare: what was said, by whom and when. What those products
// made of it, such as sentiment and categories, is kept in attributes whose
// names begin with "imported.".
var foreign = []struct {
	is   func(fields map[string]json.RawMessage) bool
	read func(doc []byte) ([]*models.Interaction, error)
}{
	{isAmazon, readAmazon},
	{isAzure, readAzure},
}

// readForeign returns the conversations of a result of another product, which
// may have no time of start yet; ok is false for everything else.
func readForeign(doc []byte, line int) (all []*models.Interaction, ok bool, err error) {
	if !bytes.Contains(doc, []byte(`"Transcript"`)) && !bytes.Contains(doc, []byte(`"conversationItems"`)) {
		return nil, false, nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(doc, &fields) != nil {
		return nil, false, nil // whoever reads it as ours says what is wrong
	}
	for _, f := range foreign {
		if !f.is(fields) {
			continue
		}
		all, err := f.read(doc)
		if err != nil {
			err = refusalAt(line, "bad-json", "", "%w", err)
		}
		return all, true, err
	}
	return nil, false, nil
}

// foreignRecords turns a result of another product into records.
func (d *Door) foreignRecords(in input, p piece, all []*models.Interaction, err error) []*Record {
	if err == nil && len(all) == 0 {
		err = refusalAt(p.line, "empty", "", "there is no conversation in it")
	}
	if err != nil {
		return []*Record{{Source: in.shown, Line: p.line, Raw: bytes.Clone(p.doc), Err: err}}
	}
	records := make([]*Record, len(all))
	for i, c := range all {
		records[i] = &Record{Source: in.shown, Line: p.line, Interaction: c}
		if c.Started.IsZero() {
			c.Started = timeInName(in.shown)
		}
		if c.Started.IsZero() {
			c.Started = in.written
		}
		if c.Started.IsZero() {
			records[i].Err = refusalAt(p.line, "no-time", "started", "the result does not say when the conversation began: send it as a file, whose name or time tells")
		}
		if c.Ended == nil && c.Transcript != nil && c.Transcript.End() > 0 {
			c.Ended = new(c.Started.Add(c.Transcript.End().Duration()))
		}
		if records[i].Err != nil {
			records[i].Raw = bytes.Clone(p.doc)
		}
	}
	return records
}

// nameTime finds the time that Amazon Connect puts into the names of its
// results, such as …_analysis_2026-05-04T15:04:05Z.json, with : or _ or -.
var nameTime = regexp.MustCompile(`(\d{4}-\d\d-\d\d)T(\d\d)[:_-](\d\d)(?:[:_-](\d\d))?Z?`)

func timeInName(name string) time.Time {
	m := nameTime.FindStringSubmatch(name)
	if m == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.DateTime, fmt.Sprintf("%s %s:%s:%s", m[1], m[2], m[3], cmp.Or(m[4], "00")))
	if err != nil {
		return time.Time{}
	}
	return t
}

// foreignID makes an ID of a name that another product uses. A name that is
// missing is made of the content, so that sending it again doubles nothing.
func foreignID(name string, doc []byte) models.ID {
	id := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._:-", r) {
			return r
		}
		return '-'
	}, strings.TrimLeft(name, "._:- "))
	if len(id) > 128 {
		id = id[:128]
	}
	if models.ID(id).Validate() == nil {
		return models.ID(id)
	}
	sum := sha256.Sum256(doc)
	return models.ID("imported-" + hex.EncodeToString(sum[:8]))
}

// imported are attributes of a result.
type imported map[string]string

// put keeps a value, shortened to what an attribute may hold.
func (m imported) put(name, value string) {
	if value == "" {
		return
	}
	if len(value) > models.MaxFieldBytes {
		value = strings.ToValidUTF8(value[:models.MaxFieldBytes-3], "") + "…"
	}
	m["imported."+name] = value
}

// list keeps values, sorted.
func (m imported) list(name string, values []string) {
	m.put(name, strings.Join(slices.Sorted(slices.Values(values)), ", "))
}

// letters are sentiments in short, a letter a turn.
var letters = map[string]string{"POSITIVE": "P", "NEGATIVE": "N", "NEUTRAL": "0", "MIXED": "M"}

// foreignParty is who a role of another product is.
func foreignParty(role string) models.Party {
	if p, ok := builtinParties[strings.ToLower(strings.TrimSpace(role))]; ok {
		return p
	}
	return models.Unknown
}

// sortTurns puts turns in the order of their starts.
func sortTurns(t *models.Transcript) {
	slices.SortStableFunc(t.Turns, func(a, b models.Turn) int { return cmp.Compare(a.Start, b.Start) })
}

// attributes returns m as an interaction has it.
func (m imported) attributes() map[string]string { return maps.Clone(map[string]string(m)) }
