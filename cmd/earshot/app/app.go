// Package app is what the commands share: the configuration and the log, the way
// to a running Earshot and its store, and the steps of the pipeline as they are
// configured.
package app

import (
	"fmt"
	"log/slog"
	"os"

	"earshot/cmd/earshot/config"
	"earshot/nlp"
)

// App is what every command gets: the configuration, the log, and where to
// print.
type App struct {
	Config config.Config
	Source string // the configuration file, "" if none
	Log    *slog.Logger
	Shelf  *Shelf    // of the steps, once they are made
	Detect *nlp.Step // of the same
	Out    *os.File
	Err    *os.File
}

// ExitError ends the program with a code and without a further message.
type ExitError int

func (e ExitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }
