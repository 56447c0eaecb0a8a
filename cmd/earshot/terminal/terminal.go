// Package terminal is what people type and read at commands: days, tables,
// spreadsheet files.
package terminal

import (
	"os"

	"github.com/jedib0t/go-pretty/v6/text"
)

// IsTerminal reports whether somebody may be looking at f.
func IsTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// SeverityColour is how a severity, 1 to 3, is coloured.
func SeverityColour(severity int) text.Colors {
	switch severity {
	case 3:
		return text.Colors{text.FgRed, text.Bold}
	case 2:
		return text.Colors{text.FgYellow}
	default:
		return text.Colors{text.FgCyan}
	}
}
