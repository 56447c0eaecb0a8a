package report

import (
	"strings"

	"earshot/models"
)

// Advise adds a column that says in a sentence what each row comes to: the
// template with its {columns} filled in. An empty one adds nothing.
func Advise(t models.Table, template, language string) models.Table {
	if template == "" {
		return t
	}
	advised := models.Table{Name: t.Name, Columns: append(t.Columns[:len(t.Columns):len(t.Columns)], models.Column{Name: "advice", Type: "String"}), Rows: make([][]any, len(t.Rows))}
	for i, row := range t.Rows {
		var pairs []string
		for c, column := range t.Columns {
			text := Cell(column.Name, row[c], language)
			if text == "" {
				text = "–"
			}
			pairs = append(pairs, "{"+column.Name+"}", text)
		}
		advised.Rows[i] = append(row[:len(row):len(row)], strings.NewReplacer(pairs...).Replace(template))
	}
	return advised
}
