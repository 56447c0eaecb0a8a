package models

import "slices"

// Table is what a query or a report returns. A cell is nil, bool, int64,
// uint64, float64, string, time.Time, or a slice of these.
type Table struct {
	Name    string   `json:"name,omitempty"`
	Columns []Column `json:"columns"`
	Rows    [][]any  `json:"rows"`
	More    bool     `json:"more,omitempty"` // there are more rows than were asked for
}

// Column is a column's name and the store's type name for it.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Column returns the index of the column of a name; -1 if there is none.
func (t Table) Column(name string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
}
