package report

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"earshot/models"
)

// widest is how wide a column of a text table may be, in characters.
const widest = 60

// Text writes a table for a terminal, with the columns' own names, or in a
// language if one is given, and below it the number of rows.
func Text(w io.Writer, t models.Table, language string) {
	Lines(w, t, language)
	switch {
	case language != "":
		fmt.Fprintln(w, Rows(len(t.Rows), language))
	case len(t.Rows) == 1:
		fmt.Fprintln(w, "1 row")
	default:
		fmt.Fprintf(w, "%d rows\n", len(t.Rows))
	}
}

// Lines writes a table as Text does, without the number of rows.
func Lines(w io.Writer, t models.Table, language string) {
	out := table.NewWriter()
	out.SetOutputMirror(w)
	out.SetStyle(table.StyleLight)
	out.Style().Format.Header = text.FormatDefault
	out.Style().Options.SeparateRows = false
	header := table.Row{}
	var columns []table.ColumnConfig
	for i, c := range t.Columns {
		name := c.Name
		if language != "" {
			name = Heading(name, language)
		}
		header = append(header, name)
		align := text.AlignDefault
		if isNumber(t, i) {
			align = text.AlignRight
		}
		columns = append(columns, table.ColumnConfig{Number: i + 1, WidthMax: widest, WidthMaxEnforcer: text.WrapSoft, Align: align, AlignHeader: align})
	}
	out.AppendHeader(header)
	out.SetColumnConfigs(columns)
	for _, row := range Cells(t, len(t.Rows), language) {
		cells := table.Row{}
		for _, c := range row {
			cells = append(cells, c)
		}
		out.AppendRow(cells)
	}
	out.Render()
}

// Rows says how many rows there are.
func Rows(n int, language string) string {
	if n == 1 {
		return Word("1 row", language)
	}
	return fmt.Sprintf(Word("%d rows", language), n)
}
