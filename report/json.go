package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"earshot/models"
)

// JSON writes a table as a list of objects, a row each, with the columns' own
// names in their order. What is no number is null.
func JSON(w io.Writer, t models.Table) error {
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
