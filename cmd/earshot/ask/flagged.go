package ask

import (
	"context"
	"fmt"
	"io"
	"strings"

	"earshot/cmd/earshot/terminal"
	"earshot/warehouse"
)

// flaggedWidth is how much of a sentence is printed, in characters.
const flaggedWidth = 70

// PrintFlagged prints the report flagged for a person to read through: each
// conversation with what flagged it, and the sentence each time.
func PrintFlagged(ctx context.Context, w io.Writer, store *warehouse.Warehouse) error {
	t, err := store.Report(ctx, "flagged", warehouse.ReportOptions{Limit: 1000})
	if err != nil {
		return err
	}
	at := map[string]int{}
	for i, c := range t.Columns {
		at[c.Name] = i
	}
	byID := map[string][][]any{}
	var order []string
	for _, row := range t.Rows {
		id := terminal.Cell(row[at["interaction_id"]])
		if byID[id] == nil {
			order = append(order, id)
		}
		byID[id] = append(byID[id], row)
	}
	fmt.Fprintf(w, "%d conversations are flagged:\n", len(order))
	for _, id := range order {
		first := byID[id][0]
		fmt.Fprintf(w, "\n%s  %s, agent %s\n", id, terminal.Cell(first[at["channel"]]), terminal.Cell(first[at["agent"]]))
		for _, row := range byID[id] {
			fmt.Fprintf(w, "  %s  %s\n", severityMark(row[at["severity"]]), flagName(terminal.Cell(row[at["flag"]]), terminal.Cell(row[at["name"]])))
			if sentence := terminal.Cell(row[at["sentence"]]); sentence != "" {
				fmt.Fprintf(w, "       %s %s: %s\n", terminal.Cell(row[at["at"]]), terminal.Cell(row[at["party"]]), around(sentence, terminal.Cell(row[at["quote"]]), flaggedWidth))
			}
		}
	}
	return nil
}

// flagName names what flagged a conversation. The questions of a scorecard
// say what should have been done, so one that failed is marked as not done.
func flagName(flag, name string) string {
	if flag == "not_done" {
		return "not done: " + name
	}
	return name
}

func severityMark(v any) string {
	severity, err := count(v)
	if err != nil || severity < 0 {
		return "  "
	}
	return terminal.SeverityColour(severity).Sprint(strings.Repeat("!", severity) + strings.Repeat(" ", max(0, 3-severity)))
}

// around returns at most width characters of a sentence on one line, with the
// quote among them.
func around(sentence, quote string, width int) string {
	runes := []rune(strings.Join(strings.Fields(sentence), " "))
	if len(runes) <= width {
		return string(runes)
	}
	from := 0
	if i := strings.Index(string(runes), quote); i > 0 {
		from = max(0, min(len([]rune(string(runes)[:i]))-width/3, len(runes)-width))
	}
	cut := string(runes[from:min(len(runes), from+width)])
	if from > 0 {
		cut = "…" + cut
	}
	if from+width < len(runes) {
		cut += "…"
	}
	return cut
}
