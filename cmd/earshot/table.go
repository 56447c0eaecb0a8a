package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"earshot/models"
)

// printTable writes a table in one of the formats table, csv and json; json is
// a list of objects, a row each.
func printTable(w io.Writer, t models.Table, format string) error {
	switch format {
	case "csv":
		return printCSV(w, t)
	case "json":
		return printJSON(w, t)
	default:
		printText(w, t)
		return nil
	}
}

func printText(w io.Writer, t models.Table) {
	drawTable(w, t)
	fmt.Fprintf(w, "%d %s\n", len(t.Rows), plural(len(t.Rows), "row"))
}

func drawTable(w io.Writer, t models.Table) {
	out := table.NewWriter()
	out.SetOutputMirror(w)
	out.SetStyle(table.StyleLight)
	out.Style().Format.Header = text.FormatDefault
	out.Style().Options.SeparateRows = false
	header := table.Row{}
	var columns []table.ColumnConfig
	for i, c := range t.Columns {
		header = append(header, c.Name)
		columns = append(columns, table.ColumnConfig{Number: i + 1, WidthMax: 60})
	}
	out.AppendHeader(header)
	out.SetColumnConfigs(columns)
	for _, row := range t.Rows {
		cells := table.Row{}
		for _, v := range row {
			cells = append(cells, cell(v))
		}
		out.AppendRow(cells)
	}
	out.Render()
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// cell formats a value for people and for CSV.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(math.Round(v*10000)/10000, 'f', -1, 64)
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05")
	case []string:
		return strings.Join(v, ", ")
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = cell(v[i])
		}
		return strings.Join(parts, ", ")
	default:
		return fmt.Sprint(v)
	}
}

func printCSV(w io.Writer, t models.Table) error {
	out := csv.NewWriter(w)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = c.Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, v := range row {
			record[i] = plainText(v)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plainText keeps a spreadsheet from running text that begins like a formula:
// such text gets an apostrophe in front.
func plainText(v any) string {
	s := cell(v)
	if _, isText := v.(string); !isText {
		return s
	}
	if trimmed := strings.TrimLeft(s, " \u00a0\t\r\n"); trimmed != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(trimmed)[0]) {
		return "'" + s
	}
	return s
}

func printJSON(w io.Writer, t models.Table) error {
	rows := make([]json.RawMessage, 0, len(t.Rows))
	for _, row := range t.Rows {
		var b strings.Builder
		b.WriteByte('{')
		for i, v := range row {
			if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
				v = nil
			}
			name, err := json.Marshal(t.Columns[i].Name)
			if err != nil {
				return err
			}
			value, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("column %s: %w", name, err)
			}
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(name)
			b.WriteByte(':')
			b.Write(value)
		}
		b.WriteByte('}')
		rows = append(rows, json.RawMessage(b.String()))
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(rows)
}
