package terminal

import (
	"encoding/json"
	"fmt"
	"io"

	"earshot/models"
	"earshot/report"
)

// Columns returns columns of these names.
func Columns(names ...string) []models.Column {
	list := make([]models.Column, len(names))
	for i, n := range names {
		list[i] = models.Column{Name: n}
	}
	return list
}

// Counted words a number of things.
func Counted(n int, word string) string { return fmt.Sprint(n, " ", Plural(n, word)) }

// PrintIndented writes v as JSON for people to read.
func PrintIndented(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

// PrintTable writes a table in one of the formats table, csv and json; json is
// a list of objects, a row each.
func PrintTable(w io.Writer, t models.Table, format string) error {
	switch format {
	case "csv":
		return report.CSV(w, t, "", false)
	case "json":
		return report.JSON(w, t)
	default:
		report.Text(w, t, "")
		return nil
	}
}

// DrawTable writes a table without the number of its rows.
func DrawTable(w io.Writer, t models.Table) { report.Lines(w, t, "") }

// Plural returns the English word for one or for n things.
func Plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// Cell formats a value for people.
func Cell(v any) string { return report.Plain(v) }
