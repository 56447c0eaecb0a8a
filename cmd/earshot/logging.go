package main

import (
	"fmt"
	"log/slog"
	"os"
)

// LogConfig says what is logged, to standard error.
type LogConfig struct {
	Level  string `yaml:"level" doc:"debug, info, warn or error; default info"`
	Format string `yaml:"format" doc:"text or json; default text"`
}

func newLogger(c LogConfig, to *os.File) (*slog.Logger, error) {
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
