package app

import (
	"fmt"
	"log/slog"
	"os"

	"earshot/cmd/earshot/config"
)

// NewLogger returns a log without private numbers; an error names the key of the
// configuration that cannot be.
func NewLogger(c config.Log, to *os.File) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, fmt.Errorf("log.level %q: want debug, info, warn or error", c.Level)
	}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: masking()}
	switch c.Format {
	case "text":
		return slog.New(slog.NewTextHandler(to, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(to, options)), nil
	default:
		return nil, fmt.Errorf("log.format %q: want text or json", c.Format)
	}
}
