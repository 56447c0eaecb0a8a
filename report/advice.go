package report

import (
	"strings"

	"earshot/models"
)

// Advise adds a column that says in a sentence what each row comes to: the
// template with its {columns} filled in from said, the same rows in words. An
// empty template adds nothing.
func Advise(t, said models.Table, template, language string) models.Table {
	if template == "" {
		return t
	}
	advised := models.Table{Name: t.Name, More: t.More, Columns: append(t.Columns[:len(t.Columns):len(t.Columns)], models.Column{Name: "advice", Type: "String"}), Rows: make([][]any, len(t.Rows))}
	for i, row := range t.Rows {
		var pairs []string
		for c, column := range said.Columns {
			text := Cell(column.Name, said.Rows[i][c], language)
			if text == "" {
				text = "–"
			}
			pairs = append(pairs, "{"+column.Name+"}", text)
		}
		advised.Rows[i] = append(row[:len(row):len(row)], strings.NewReplacer(pairs...).Replace(template))
	}
	return advised
}
