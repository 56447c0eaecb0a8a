package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set at build time: -ldflags "-X main.version=…".
var version = "development"

type versionCmd struct{}

func (versionCmd) Run(a *app) error {
	fmt.Fprintf(a.out, "earshot %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, m := range info.Deps {
		switch m.Path {
		case "github.com/ggerganov/whisper.cpp/bindings/go", "github.com/segmentio/kafka-go",
			"github.com/twmb/franz-go/pkg/kfake", "github.com/ClickHouse/clickhouse-go/v2":
			fmt.Fprintf(a.out, "  %s %s\n", m.Path, m.Version)
		}
	}
	return nil
}
