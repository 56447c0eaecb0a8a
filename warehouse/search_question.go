package warehouse

import (
	"context"
	"slices"
	"strings"
	"time"
)

// question is a search as the store is asked it.
type question struct {
	where conditions // of the turns to find
	// index are conditions of those turns, and perhaps of more, for which as few
	// texts as possible are read. None: the store has no indexes of words.
	index    conditions
	exact    bool // index has all that where has
	phrase   bool // some words are parts of one term, which the texts with all of them need not have
	settings []string
	limit    int
	terms    []term
}

// conditions are joined by AND. Some have parameters.
type conditions struct {
	all  []string
	args []any
}

func (c *conditions) add(condition, parameter string, value any) {
	c.all = append(c.all, condition)
	c.args = append(c.args, Param(parameter, value))
}

func (c conditions) and(d conditions) conditions {
	return conditions{slices.Concat(c.all, d.all), slices.Concat(c.args, d.args)}
}

func (c conditions) String() string { return strings.Join(c.all, " AND ") }

// lookupSettings let LIKE look words up in an index from two letters on, and ask
// the indexes before anything is read.
var lookupSettings = []string{
	"text_index_like_min_pattern_length = 2", "text_index_like_max_postings_to_read = 1000", "use_skip_indexes_on_data_read = 0", readTimesLate,
}

// readTimesLate keeps the engine from reading when each turn was said to leave
// those out that are too early: it would not ask the indexes for the others.
const readTimesLate = "use_top_k_dynamic_filtering = 0"

// withoutViews plans a query over a view as one over its tables, which takes a
// millisecond less. Not every store that has the others has it.
const withoutViews = "analyzer_inline_views = 1"

// question is how the store is asked for what s searches.
func (w *Warehouse) question(ctx context.Context, s Search) (q question, err error) {
	if q.terms, err = parseWords(s.Words); err != nil {
		return q, err
	}
	filters, err := s.filters()
	if err != nil {
		return q, err
	}
	if q.limit = s.Limit; q.limit == 0 {
		q.limit = defaultFound
	}
	settings := w.lookups(ctx)
	if w.plain || settings == nil {
		for i, t := range q.terms {
			q.where = q.where.and(t.like(i))
		}
		q.where = q.where.and(filters)
		if w.plain {
			q.settings = []string{"use_skip_indexes = 0"}
		}
		return q, nil
	}
	q.exact, q.settings = true, settings
	var read, looked conditions
	for i, t := range q.terms {
		lookups, exact := t.lookups(i)
		looked = looked.and(lookups)
		if exact {
			continue
		}
		if read = read.and(t.like(i)); len(lookups.all) == 0 {
			q.index = q.index.and(t.like(i)) // there is no other way
		} else {
			q.exact = false
			q.phrase = q.phrase || len(lookups.all) > 1
		}
	}
	if len(looked.all) == 0 {
		q.settings = slices.DeleteFunc(slices.Clone(settings), func(s string) bool { return s == readTimesLate })
	}
	q.index = looked.and(q.index).and(filters)
	q.where = looked.and(read).and(filters)
	return q, nil
}

// lookups are the settings for a question to the indexes of words; nil if the
// store is too old for them. It is asked once.
func (w *Warehouse) lookups(ctx context.Context) []string {
	const key = "lookups"
	if known, ok := w.types.Load(key); ok {
		return known.([]string)
	}
	names := make([]string, 0, len(lookupSettings)+1)
	for _, s := range append(slices.Clip(lookupSettings), withoutViews) {
		name, _, _ := strings.Cut(s, " ")
		names = append(names, name)
	}
	var there []string
	if err := w.reader.QueryRow(ctx, "SELECT groupArray(name) FROM system.settings WHERE name IN {names:Array(String)}", Param("names", names)).Scan(&there); err != nil {
		return nil
	}
	var settings []string
	switch {
	case len(there) == len(names):
		settings = append(slices.Clip(lookupSettings), withoutViews)
	case !slices.ContainsFunc(names[:len(lookupSettings)], func(n string) bool { return !slices.Contains(there, n) }):
		settings = lookupSettings
	}
	w.types.Store(key, settings)
	return settings
}

// inlined are the settings for small questions beside that one.
func (w *Warehouse) inlined(ctx context.Context) []string {
	if slices.Contains(w.lookups(ctx), withoutViews) {
		return []string{withoutViews}
	}
	return nil
}

// since narrows the question to conversations that began then or later.
func (q question) since(t time.Time) question {
	var since conditions
	since.add("started >= {since:DateTime64(3, 'UTC')}", "since", storable(t).Format(moment))
	if q.where = q.where.and(since); len(q.index.all) > 0 {
		q.index = q.index.and(since)
	}
	return q
}

const moment = "2006-01-02 15:04:05.000"

// reading asks the same of the indexes and of the texts, if there are indexes.
func (q question) reading() question {
	if len(q.index.all) > 0 {
		q.index, q.exact = q.where, true
	}
	return q
}

// alone leaves the other processors to others: to look into the index takes one
// in any case.
func (q question) alone() question {
	q.settings = append(slices.Clip(q.settings), "max_threads = 1")
	return q
}

// set is the end of a query.
func (q question) set() string {
	if len(q.settings) == 0 {
		return ""
	}
	return " SETTINGS " + strings.Join(q.settings, ", ")
}
