package embedded

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/twmb/franz-go/pkg/kfake"
)

// logger passes the broker's messages on. Its informational ones name every
// request, so they count as debug here.
type logger struct{ log *slog.Logger }

var levels = map[kfake.LogLevel]slog.Level{
	kfake.LogLevelError: slog.LevelError, kfake.LogLevelWarn: slog.LevelWarn,
	kfake.LogLevelInfo: slog.LevelDebug, kfake.LogLevelDebug: slog.LevelDebug - 4,
}

func (l logger) Logf(level kfake.LogLevel, msg string, args ...any) {
	at, ok := levels[level]
	if !ok || !l.log.Enabled(context.Background(), at) {
		return
	}
	l.log.Log(context.Background(), at, "embedded broker", "message", fmt.Sprintf(msg, args...))
}
