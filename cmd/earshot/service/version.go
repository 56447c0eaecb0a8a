package service

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"earshot/cmd/earshot/app"
)

// VersionCmd is `earshot version`.
type VersionCmd struct{}

// Run prints the version and those of the libraries that formats depend on.
func (VersionCmd) Run(a *app.App) error {
	fmt.Fprintf(a.Out, "earshot %s (%s, %s/%s)\n", app.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, m := range info.Deps {
		switch m.Path {
		case "github.com/ggerganov/whisper.cpp/bindings/go", "github.com/segmentio/kafka-go",
			"github.com/twmb/franz-go/pkg/kfake", "github.com/ClickHouse/clickhouse-go/v2":
			fmt.Fprintf(a.Out, "  %s %s\n", m.Path, m.Version)
		}
	}
	return nil
}
