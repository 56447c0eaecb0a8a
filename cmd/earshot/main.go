// Command earshot is speech analytics and automated quality inspection for
// contact centres: one binary that takes recordings and chat logs in through
// Kafka, transcribes, detects, applies rules, scores, and keeps every signal
// in ClickHouse. The command line is put together here; the commands live in
// the folders below.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/jedib0t/go-pretty/v6/text"
	kongcompletion "github.com/jotaen/kong-completion"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/ask"
	"earshot/cmd/earshot/config"
	"earshot/cmd/earshot/judge"
	"earshot/cmd/earshot/measure"
	"earshot/cmd/earshot/service"
	"earshot/cmd/earshot/terminal"
	"earshot/warehouse/engine"
)

// cli is the whole command line. The field order is the order of --help.
type cli struct {
	Config string `placeholder:"FILE" type:"path" env:"EARSHOT_CONFIG" help:"Configuration file. Default: earshot.yaml in this folder, if there is one."`
	Data   string `name:"home" placeholder:"DIR" help:"Folder for everything Earshot keeps; overrides the configuration (default earshot-data)."`

	Serve   service.ServeCmd   `cmd:"" group:"run" help:"Run everything in one process: broker, store, pipeline, HTTP."`
	Ingest  service.IngestCmd  `cmd:"" group:"run" help:"Send recordings and chat logs into the running Earshot."`
	Work    service.WorkCmd    `cmd:"" group:"run" help:"Run only the pipeline, against a running broker and store."`
	Store   service.StoreCmd   `cmd:"" group:"run" help:"Run only the embedded ClickHouse engine."`
	Backup  service.BackupCmd  `cmd:"" group:"run" help:"Copy everything the embedded store holds, while it runs."`
	Restore service.RestoreCmd `cmd:"" group:"run" help:"Fill an empty store from a backup."`
	Analyze service.AnalyzeCmd `cmd:"" group:"run" help:"Analyse files here and now, without broker and store."`

	Report    ask.ReportCmd    `cmd:"" group:"ask" help:"Print a named report; without a name, list them."`
	Search    ask.SearchCmd    `cmd:"" group:"ask" help:"Find words in all transcripts, Chinese and English."`
	Topics    ask.TopicsCmd    `cmd:"" group:"ask" help:"What customers complain of that no cause covers: topics with names, growth and examples."`
	Bursts    ask.BurstsCmd    `cmd:"" group:"ask" help:"Find bursts of complaints against what is usual, and what drives each."`
	Brief     ask.BriefCmd     `cmd:"" group:"ask" help:"Say in a page of words what customers complained of, each sentence with conversations that show it."`
	Causes    ask.CausesCmd    `cmd:"" group:"ask" help:"Go from complaints down to branches, fields and causes, and draft the five whys of one."`
	SQL       ask.SQLCmd       `cmd:"" name:"sql" group:"ask" help:"Run a query over the store as the read-only analyst."`
	Show      ask.ShowCmd      `cmd:"" group:"ask" help:"Show one interaction: transcript with marked evidence, scorecard, why."`
	Recording ask.RecordingCmd `cmd:"" group:"ask" help:"Write out the recording of an interaction, silent where something private is said."`
	Explain   ask.ExplainCmd   `cmd:"" group:"ask" help:"Explain why a rule hit or missed a conversation, condition by condition."`
	Rescore   judge.RescoreCmd `cmd:"" group:"ask" help:"Apply today's rules and scorecards to stored interactions."`
	Review    judge.ReviewCmd  `cmd:"" group:"ask" help:"What people decide: list what waits for them, enter or import decisions."`
	Promises  ask.PromisesCmd  `cmd:"" group:"ask" help:"What was promised to customers and what became of it; import what happened elsewhere."`
	Summarize ask.SummarizeCmd `cmd:"" group:"ask" help:"Let the language model summarise stored conversations."`
	Dead      service.DeadCmd  `cmd:"" group:"ask" help:"List, show and replay what could not be processed."`

	Rules    judge.RulesCmd      `cmd:"" group:"make" help:"Check and test rules, scorecards and lexicons."`
	Eval     measure.EvalCmd     `cmd:"" group:"make" help:"Measure a step against labelled data."`
	Models   measure.ModelsCmd   `cmd:"" group:"make" help:"List, fetch and verify model files."`
	Demo     service.DemoCmd     `cmd:"" group:"make" help:"Make the demo conversations: recordings by speech synthesis, chat logs."`
	Generate measure.GenerateCmd `cmd:"" group:"make" help:"Make up a history of conversations with planted bursts of complaints, for tests and measures."`

	ConfigCmd  service.ConfigCmd         `cmd:"" name:"config" group:"see" help:"Check or print the configuration in force."`
	Doctor     service.DoctorCmd         `cmd:"" group:"see" help:"Say what is installed, what is missing and what to type."`
	Version    service.VersionCmd        `cmd:"" group:"see" help:"Print the version and what it was built with."`
	Completion kongcompletion.Completion `cmd:"" group:"see" help:"Print shell completion code for bash, zsh or fish."`

	SpeechWorker service.SpeechWorkerCmd `cmd:"" hidden:"" help:"Recognise speech for a parent process over pipes."`
}

const description = `Speech analytics and automated quality inspection for contact centres.

Start with 'earshot doctor', then 'earshot serve' in one terminal and
'earshot ingest PATH' in another. 'earshot report coverage' tells what came in
and what became of it; 'earshot show ID' explains one conversation.`

func main() {
	engine.RunIfChild()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, out, errOut *os.File) int {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("earshot"), kong.Description(description), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Writers(out, errOut),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.ExplicitGroups([]kong.Group{
			{Key: "run", Title: "Run:"}, {Key: "ask", Title: "Ask:"},
			{Key: "make", Title: "Rules, models, measures:"}, {Key: "see", Title: "About this installation:"},
		}))
	if err != nil {
		fmt.Fprintln(errOut, "earshot:", err)
		return 1
	}
	kongcompletion.Register(parser)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errOut, "earshot: %v\nTry 'earshot --help'.\n", err)
		return 2
	}
	if !terminal.IsTerminal(out) || os.Getenv("NO_COLOR") != "" {
		text.DisableColors()
	}
	a := &app.App{Out: out, Err: errOut}
	if a.Config, a.Source, err = config.Load(c.Config, c.Data, os.Environ()); err == nil {
		a.Log, err = app.NewLogger(a.Config.Log, errOut)
	}
	if err == nil {
		err = a.NameCauses()
	}
	if err == nil {
		err = parsed.Run(a)
	}
	return exitCode(ctx, err, errOut)
}

func exitCode(ctx context.Context, err error, errOut *os.File) int {
	var code app.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return 130
	default:
		fmt.Fprintln(errOut, "earshot:", err)
		return 1
	}
}
