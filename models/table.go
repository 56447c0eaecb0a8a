package models

// Table is what a query or a report returns. A cell is nil, bool, int64,
// uint64, float64, string, time.Time, or a slice of these.
type Table struct {
	Name    string   `json:"name,omitempty"`
	Columns []Column `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// Column is a column's name and the store's type name for it.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}
