package report

import (
	"slices"

	"earshot/models"
)

// Names are words for what a table calls by its code, by column: rules,
// questions, sections and scorecards, which every centre has of its own.
type Names map[string]map[string]string

// namedBy says which names a column's codes are looked up in.
var namedBy = map[string]string{
	"rule": "rule", "with_rule": "rule", "question": "question", "section": "section", "scorecard": "scorecard", "unsure_questions": "question",
}

// Named returns the table with words in the place of codes; codes without
// words, and words that two codes share, stay codes. A column "name" or "asks"
// beside a code that now says the same is left out.
func Named(t models.Table, names Names) models.Table {
	words := make([]map[string]string, len(t.Columns))
	found := false
	for c, column := range t.Columns {
		if words[c] = names[namedBy[column.Name]]; words[c] != nil {
			words[c] = distinct(t, c, words[c])
			found = found || len(words[c]) > 0
		}
	}
	if !found {
		return t
	}
	flag := t.Column("flag")
	said := models.Table{Name: t.Name, More: t.More, Columns: t.Columns, Rows: make([][]any, len(t.Rows))}
	for r, row := range t.Rows {
		row = slices.Clone(row)
		for c, column := range t.Columns {
			if words[c] == nil {
				continue
			}
			again := t.Column(saidAgain[column.Name])
			notDone := flag >= 0 && row[flag] == "not_done" // the question, not the rule against its absence
			if word := named(row[c], words[c]); again >= 0 && (notDone || Plain(word) == Plain(row[c])) {
				row[c] = row[again]
			} else {
				row[c] = word
			}
		}
		said.Rows[r] = row
	}
	return without(said, repeated(said))
}

// saidAgain are the columns beside codes that say them in words, maybe in
// another language than the reader's.
var saidAgain = map[string]string{"rule": "name", "question": "asks"}

func named(v any, words map[string]string) any {
	switch v := v.(type) {
	case string:
		if word := words[v]; word != "" {
			return word
		}
	case []string:
		all := make([]string, len(v))
		for i := range v {
			if all[i] = words[v[i]]; all[i] == "" {
				all[i] = v[i]
			}
		}
		return all
	}
	return v
}

// distinct returns the words of the codes in a column that no other code in it
// has.
func distinct(t models.Table, column int, words map[string]string) map[string]string {
	codes := map[string]string{}
	shared := map[string]bool{}
	note := func(code string) {
		word := words[code]
		if other, ok := codes[word]; ok && other != code {
			shared[word] = true
		}
		codes[word] = code
	}
	for _, row := range t.Rows {
		switch v := row[column].(type) {
		case string:
			note(v)
		case []string:
			for _, code := range v {
				note(code)
			}
		}
	}
	own := map[string]string{}
	for word, code := range codes {
		if word != "" && !shared[word] {
			own[code] = word
		}
	}
	return own
}

// repeated lists the columns of saidAgain that the table has beside a code.
func repeated(t models.Table) []int {
	var all []int
	for of, again := range saidAgain {
		if a := t.Column(again); a >= 0 && t.Column(of) >= 0 {
			all = append(all, a)
		}
	}
	return all
}

// Filled returns the table without columns that have no value in any row, such
// as an attribute that a centre does not send.
func Filled(t models.Table) models.Table {
	if len(t.Rows) == 0 {
		return t
	}
	var empty []int
	for c := range t.Columns {
		if !slices.ContainsFunc(t.Rows, func(row []any) bool { return Plain(row[c]) != "" }) {
			empty = append(empty, c)
		}
	}
	return without(t, empty)
}

func without(t models.Table, columns []int) models.Table {
	if len(columns) == 0 {
		return t
	}
	left := models.Table{Name: t.Name, More: t.More}
	for c, column := range t.Columns {
		if !slices.Contains(columns, c) {
			left.Columns = append(left.Columns, column)
		}
	}
	for _, row := range t.Rows {
		var cells []any
		for c, v := range row {
			if !slices.Contains(columns, c) {
				cells = append(cells, v)
			}
		}
		left.Rows = append(left.Rows, cells)
	}
	return left
}

// Add sets the word of a code, unless it has one.
func (n Names) Add(column, code, word string) {
	if n[column][code] == "" {
		n[column][code] = word
	}
}

// Beside returns the table with a column behind each that holds reasons and
// causes, for machines that want the code as well as what people call it: of
// cause it is cause_name.
func Beside(t models.Table, language string) models.Table {
	both := models.Table{Name: t.Name, More: t.More, Rows: make([][]any, len(t.Rows))}
	for c, column := range t.Columns {
		both.Columns = append(both.Columns, column)
		isPath := slices.Contains(pathColumns, column.Name)
		if isPath {
			both.Columns = append(both.Columns, models.Column{Name: column.Name + "_name", Type: "String"})
		}
		for r, row := range t.Rows {
			both.Rows[r] = append(both.Rows[r], row[c])
			if isPath {
				both.Rows[r] = append(both.Rows[r], Cell(column.Name, row[c], language))
			}
		}
	}
	return both
}
