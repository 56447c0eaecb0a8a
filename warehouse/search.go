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

// likeSettings let LIKE look words up in the index from two letters on.
const likeSettings = " SETTINGS text_index_like_min_pattern_length = 2, text_index_like_max_postings_to_read = 1000"

// Search finds turns. It reads an index where the store has one and finds the
// same without. An error that wraps models.ErrBadInput says what is wrong with
// the question.
func (w *Warehouse) Search(ctx context.Context, s Search) (SearchResult, error) {
	terms, err := parseWords(s.Words)
	if err != nil {
		return SearchResult{}, err
	}
	where, args, err := s.where(terms, w.indexed(ctx))
	if err != nil {
		return SearchResult{}, err
	}
	settings := w.searchSettings(ctx)
	r := SearchResult{Found: []Found{}}
	if s.Count {
		err = w.reader.QueryRow(ctx, "SELECT count(), uniqExact(interaction_id) FROM turns WHERE "+where+settings, args...).Scan(&r.Turns, &r.Conversations)
		if err != nil {
			return SearchResult{}, fmt.Errorf("search: %w", queryError(err))
		}
	}
	limit := s.Limit
	if limit == 0 {
		limit = defaultFound
	}
	if r.Found, err = w.latest(ctx, question{where: where, settings: settings, args: args, limit: limit, terms: terms}, s.To); err != nil {
		return SearchResult{}, err
	}
	return r, nil
}

func (w *Warehouse) searchSettings(ctx context.Context) string {
	switch {
	case w.plain:
		return " SETTINGS use_skip_indexes = 0"
	case w.indexed(ctx):
		return likeSettings
	}
	return ""
}

// indexed tells whether searches use the indexes of words.
func (w *Warehouse) indexed(ctx context.Context) bool { return !w.plain && w.hasWordIndex(ctx) }

// hasWordIndex tells whether the store is new enough for the index and its
// settings. It is asked once.
func (w *Warehouse) hasWordIndex(ctx context.Context) bool {
	const name = "text_index_like_min_pattern_length"
	if known, ok := w.types.Load(name); ok {
		return known.(bool)
	}
	var n uint64
	err := w.reader.QueryRow(ctx, "SELECT count() FROM system.settings WHERE name = {name:String}", Param("name", name)).Scan(&n)
	if err == nil {
		w.types.Store(name, n > 0)
	}
	return err == nil && n > 0
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

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Columns that a search may be narrowed by. Those of turns are at hand; for
// the others the conversations are looked up.
var (
	turnColumns        = []string{"channel", "queue", "team", "agent", "party", "interaction_id"}
	interactionColumns = []string{"customer", "direction", "grade", "language", "transcript_language", "media_name"}
)

// haystack is the expression that a term is looked for in: that of the index of
// Latin words, if it has none but ASCII letters, or that of the other index.
func (t term) haystack(indexed bool) string {
	if indexed && strings.IndexFunc(t.text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return "concat(lower(text), '')"
	}
	return "lower(text)"
}

func (s Search) where(terms []term, indexed bool) (string, []any, error) {
	var conditions []string
	var args []any
	bind := func(condition, name string, value any) {
		conditions = append(conditions, condition)
		args = append(args, Param(name, value))
	}
	for i, t := range terms {
		name, not := fmt.Sprintf("word%d", i), ""
		if t.not {
			not = "NOT "
		}
		bind(t.haystack(indexed)+" "+not+"LIKE {"+name+":String}", name, "%"+likeEscaper.Replace(t.text)+"%")
	}
	if !s.From.IsZero() {
		bind("started >= {from:DateTime64(3, 'UTC')}", "from", storable(s.From).Format(moment))
	}
	if !s.To.IsZero() {
		bind("started < {to:DateTime64(3, 'UTC')}", "to", storable(s.To).Format(moment))
	}
	if !s.From.IsZero() && !s.To.IsZero() && !s.From.Before(s.To) {
		return "", nil, models.BadInput("search: from %s is not before to %s", s.From.Format(time.DateTime), s.To.Format(time.DateTime))
	}
	if s.Limit < 0 || s.Limit > mostFound {
		return "", nil, models.BadInput("search: limit %d: want 1 to %d, or 0 for %d", s.Limit, mostFound, defaultFound)
	}
	var known []string
	for i, column := range slices.Sorted(maps.Keys(s.Where)) {
		name := fmt.Sprintf("value%d", i)
		attribute, isAttribute := strings.CutPrefix(column, "attributes.")
		switch {
		case slices.Contains(turnColumns, column):
			bind(column+" = {"+name+":String}", name, s.Where[column])
		case slices.Contains(interactionColumns, column):
			known = append(known, column+" = {"+name+":String}")
			args = append(args, Param(name, s.Where[column]))
		case isAttribute && attribute != "":
			known = append(known, "attributes[{key"+name+":String}] = {"+name+":String}")
			args = append(args, Param("key"+name, attribute), Param(name, s.Where[column]))
		default:
			return "", nil, models.BadInput("search: cannot filter by %q: want one of %s, or attributes.NAME", column,
				strings.Join(slices.Concat(turnColumns, interactionColumns), ", "))
		}
	}
	if len(known) > 0 {
		conditions = append(conditions, "interaction_id IN (SELECT interaction_id FROM interactions WHERE "+strings.Join(known, " AND ")+")")
	}
	if s.Rule != "" {
		bind("interaction_id IN (SELECT interaction_id FROM verdicts WHERE rule = {rule:String} AND outcome = 'hit')", "rule", s.Rule)
	}
	return strings.Join(conditions, " AND "), args, nil
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
