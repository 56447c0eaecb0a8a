package models

// Chart says how a Table is best drawn.
type Chart struct {
	Kind  string   `yaml:"kind" json:"kind"` // table, bar, stacked-bar, line or heatmap
	X     string   `yaml:"x" json:"x,omitempty"`
	Y     []string `yaml:"y" json:"y,omitempty"`         // the measures; of a heatmap the column down its side
	Value string   `yaml:"value" json:"value,omitempty"` // of a heatmap: the measure that colours a cell
}

// ChartKinds lists every kind of chart.
func ChartKinds() []string { return []string{"table", "bar", "stacked-bar", "line", "heatmap"} }
