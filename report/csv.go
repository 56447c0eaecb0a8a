package report

import (
	"encoding/csv"
	"io"
	"time"

	"earshot/models"
)

// bom tells Excel that a CSV file is UTF-8.
const bom = "\ufeff"

// CSV writes a table with its columns' own names, or in a language if one is
// given. Text that begins like a formula is guarded. withBOM puts a byte order
// mark in front, without which Excel garbles Chinese.
func CSV(w io.Writer, t models.Table, language string, withBOM bool) error {
	if withBOM {
		if _, err := io.WriteString(w, bom); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		if record[i] = c.Name; language != "" {
			record[i] = Heading(c.Name, language)
		}
		record[i] = Guarded(record[i])
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, v := range row {
			if _, isNumber := Number(v); isNumber {
				record[i] = Plain(v)
				continue
			}
			text := Plain(v)
			if at, is := v.(time.Time); is && isDay(t.Columns[i]) {
				text = at.UTC().Format(time.DateOnly)
			}
			if s, isText := v.(string); isText && language != "" {
				text = value(t.Columns[i].Name, s, language)
			}
			record[i] = Guarded(text)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
