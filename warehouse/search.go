package warehouse

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"earshot/models"
)

// Search says which turns to find. Its zero value, with words, searches all.
type Search struct {
	// Words must all be in one turn, whatever their case; as written, between
	// quotes; not, after a minus sign.
	Words    string
	From, To time.Time         // of the conversations; From counts in, To does not; zero: no bound
	Where    map[string]string // values of columns of turns or interactions, or of "attributes.NAME"
	Rule     string            // only conversations that this rule hit
	Limit    int               // most turns; 0: 50
	Count    bool              // count all, which takes longer than finding the latest
}

// Found is a turn with the words, the latest conversations first.
type Found struct {
	ID      models.ID      `json:"interaction_id"`
	Started time.Time      `json:"started"`
	Channel models.Channel `json:"channel"`
	Queue   string         `json:"queue"`
	Agent   string         `json:"agent"`
	Turn    int            `json:"turn"`
	Party   models.Party   `json:"party"`
	At      models.Millis  `json:"at_ms"` // when the first word is said, or the turn begins
	Text    string         `json:"text"`
	Marks   []Mark         `json:"marks"`
}

// Mark is a place in a text, in bytes.
type Mark struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// SearchResult is what a search found.
type SearchResult struct {
	Turns         uint64  `json:"turns,omitempty"` // how many there are, if that was asked
	Conversations uint64  `json:"conversations,omitempty"`
	Found         []Found `json:"found"` // the latest of them
}

const (
	defaultFound = 50
	mostFound    = 10_000
)

// Search finds turns. It reads an index where the store has one and finds the
// same without. An error that wraps models.ErrBadInput says what is wrong with
// the question.
func (w *Warehouse) Search(ctx context.Context, s Search) (SearchResult, error) {
	q, err := w.question(ctx, s)
	if err != nil {
		return SearchResult{}, err
	}
	r := SearchResult{Found: []Found{}}
	if s.Count {
		err = w.reader.QueryRow(ctx, "SELECT count(), uniqExact(interaction_id) FROM turns WHERE "+q.where.String()+q.set(), q.where.args...).Scan(&r.Turns, &r.Conversations)
		if err != nil {
			return SearchResult{}, fmt.Errorf("search: %w", queryError(err))
		}
	}
	if r.Found, err = w.latest(ctx, q, s.To); err != nil {
		return SearchResult{}, err
	}
	return r, nil
}

// term is a piece of text to find, in small letters.
type term struct {
	text string
	not  bool
}

// parseWords takes the words of a search apart.
func parseWords(words string) ([]term, error) {
	var all []term
	rest := words
	for {
		rest = strings.TrimLeft(rest, " \t\r\n\u3000")
		if rest == "" {
			break
		}
		var t term
		if after, ok := strings.CutPrefix(rest, "-"); ok {
			t.not, rest = true, after
		}
		if open, size := utf8.DecodeRuneInString(rest); open == '"' || open == '“' || open == '”' {
			end := strings.IndexAny(rest[size:], `"”“`)
			if end < 0 {
				return nil, models.BadInput("search %q: a quotation is not closed", words)
			}
			t.text = rest[size : size+end]
			_, closing := utf8.DecodeRuneInString(rest[size+end:])
			rest = rest[size+end+closing:]
		} else {
			end := strings.IndexAny(rest, " \t\r\n\u3000")
			if end < 0 {
				end = len(rest)
			}
			t.text, rest = rest[:end], rest[end:]
		}
		if t.text = lowerASCII(strings.TrimSpace(t.text)); t.text == "" || !utf8.ValidString(t.text) {
			return nil, models.BadInput("search %q: an empty word", words)
		}
		all = append(all, t)
	}
	if !slices.ContainsFunc(all, func(t term) bool { return !t.not }) {
		return nil, models.BadInput("search %q: give at least one word to find", words)
	}
	if len(words) > 1000 || len(all) > 30 {
		return nil, models.BadInput("search: more than 30 words or 1000 bytes")
	}
	return all, nil
}

// lowerASCII does what the store's lower does, byte for byte.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// Columns that a search may be narrowed by. Those of turns are at hand; for
// the others the conversations are looked up.
var (
	turnColumns        = []string{"channel", "queue", "team", "agent", "party", "interaction_id"}
	interactionColumns = []string{"customer", "direction", "grade", "language", "transcript_language", "media_name"}
)

// filters are the conditions but for the words.
func (s Search) filters() (c conditions, err error) {
	if !s.From.IsZero() {
		c.add("started >= {from:DateTime64(3, 'UTC')}", "from", storable(s.From).Format(moment))
	}
	if !s.To.IsZero() {
		c.add("started < {to:DateTime64(3, 'UTC')}", "to", storable(s.To).Format(moment))
	}
	if !s.From.IsZero() && !s.To.IsZero() && !s.From.Before(s.To) {
		return c, models.BadInput("search: from %s is not before to %s", s.From.Format(time.DateTime), s.To.Format(time.DateTime))
	}
	if s.Limit < 0 || s.Limit > mostFound {
		return c, models.BadInput("search: limit %d: want 1 to %d, or 0 for %d", s.Limit, mostFound, defaultFound)
	}
	var known []string
	for i, column := range slices.Sorted(maps.Keys(s.Where)) {
		name := fmt.Sprintf("value%d", i)
		attribute, isAttribute := strings.CutPrefix(column, "attributes.")
		switch {
		case slices.Contains(turnColumns, column):
			c.add(column+" = {"+name+":String}", name, s.Where[column])
		case slices.Contains(interactionColumns, column):
			known = append(known, column+" = {"+name+":String}")
			c.args = append(c.args, Param(name, s.Where[column]))
		case isAttribute && attribute != "":
			known = append(known, "attributes[{key"+name+":String}] = {"+name+":String}")
			c.args = append(c.args, Param("key"+name, attribute), Param(name, s.Where[column]))
		default:
			return c, models.BadInput("search: cannot filter by %q: want one of %s, or attributes.NAME", column,
				strings.Join(slices.Concat(turnColumns, interactionColumns), ", "))
		}
	}
	if len(known) > 0 {
		c.all = append(c.all, "interaction_id IN (SELECT interaction_id FROM interactions WHERE "+strings.Join(known, " AND ")+")")
	}
	if s.Rule != "" {
		c.add("interaction_id IN (SELECT interaction_id FROM verdicts WHERE rule = {rule:String} AND outcome = 'hit')", "rule", s.Rule)
	}
	return c, nil
}

// marks returns where the terms stand, in order, without overlaps.
func marks(text string, terms []term) []Mark {
	small := lowerASCII(text)
	all := []Mark{}
	for _, t := range terms {
		if t.not {
			continue
		}
		for from := 0; ; {
			i := strings.Index(small[from:], t.text)
			if i < 0 {
				break
			}
			all = append(all, Mark{from + i, from + i + len(t.text)})
			from += i + len(t.text)
		}
	}
	slices.SortFunc(all, func(a, b Mark) int { return a.From - b.From })
	joined := all[:0]
	for _, m := range all {
		if n := len(joined); n > 0 && m.From <= joined[n-1].To {
			joined[n-1].To = max(joined[n-1].To, m.To)
			continue
		}
		joined = append(joined, m)
	}
	return joined
}

// said returns when the first mark is said: when its recognised word begins.
func said(at models.Millis, marks []Mark, from, start []int64) models.Millis {
	if len(marks) == 0 {
		return at
	}
	for i := range from {
		if from[i] > int64(marks[0].From) {
			break
		}
		at = models.Millis(start[i])
	}
	return at
}
