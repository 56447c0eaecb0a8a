package main

import (
	"io"

	"earshot/models"
	"earshot/report"
)

// printTable writes a table in one of the formats table, csv and json; json is
// a list of objects, a row each.
func printTable(w io.Writer, t models.Table, format string) error {
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

// drawTable writes a table without the number of its rows.
func drawTable(w io.Writer, t models.Table) { report.Lines(w, t, "") }

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// cell formats a value for people.
func cell(v any) string { return report.Plain(v) }
