// Package judge holds the commands around rules and scorecards: trying and
// publishing them, people's reviews, scoring again.
package judge

import (
	"fmt"
	"os"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/ask"
	"earshot/cmd/earshot/terminal"
	"earshot/qa"
	"earshot/qa/releases"
	"earshot/rules"
	"earshot/rules/convert"
)

// RulesCmd is `earshot rules`.
type RulesCmd struct {
	Check    rulesCheckCmd    `cmd:"" help:"Read all rules, scorecards and lexicons and say what is wrong, with file, line and column."`
	Test     rulesTestCmd     `cmd:"" help:"Run the tests that rules and scorecards carry."`
	Lint     rulesLintCmd     `cmd:"" help:"Find what is legal but hardly meant: dead, overlapping, doubly deducting rules."`
	Explain  ask.ExplainCmd   `cmd:"" help:"Explain why a rule hit or missed a stored conversation, condition by condition."`
	Backtest rulesBacktestCmd `cmd:"" help:"Try a draft on stored conversations: hits, score shift, agreement with people, call by call."`
	Publish  rulesPublishCmd  `cmd:"" help:"Make a draft count, or run it as a shadow; refused below a floor."`
	Shadow   rulesShadowCmd   `cmd:"" help:"Compare the shadow that runs with what counts."`
	History  rulesHistoryCmd  `cmd:"" help:"List what was published, by whom and why."`
	Import   rulesImportCmd   `cmd:"" help:"Translate the rules of another system, and list what cannot be carried over."`
}

// ruleFolders are folders given on the command line, on top of what counts.
type ruleFolders struct {
	Folders    []string `arg:"" optional:"" type:"existingpath" name:"folder" help:"Folders of rule files, or single ones, on top of those that come with Earshot, the configured and the published ones. A folder may hold scorecards in its subfolder scorecards."`
	Scorecards []string `type:"existingdir" placeholder:"DIR" help:"Folders of scorecard files."`
}

// load reads what counts with the folders on top.
func (f ruleFolders) load(a *app.App) (*rules.Set, *qa.Set, error) {
	a.Config.Rules.Scorecards = append(a.Config.Rules.Scorecards, f.Scorecards...)
	live, _, err := a.Published().Current()
	if err != nil {
		return nil, nil, err
	}
	layers := releases.LayersOf(live)
	for _, path := range f.Folders {
		top, err := releases.NewLayer(path, "")
		if err != nil {
			return nil, nil, err
		}
		layers = releases.Lay(layers, top)
	}
	return a.Compile(layers, live)
}

type rulesCheckCmd struct{ ruleFolders }

func (c rulesCheckCmd) Run(a *app.App) error {
	set, cards, err := c.load(a)
	if err != nil {
		return err
	}
	detect, err := a.NewDetectors()
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%d rules (%s), %d scorecards (%s), %d lexicons: all right\n",
		len(set.Rules()), set.Hash(), len(cards.Cards()), cards.Hash(), len(detect.Lexicons()))
	return nil
}

type rulesTestCmd struct{ ruleFolders }

func (c rulesTestCmd) Run(a *app.App) error {
	set, cards, err := c.load(a)
	if err != nil {
		return err
	}
	result := set.RunTests()
	cardTests, cardFailures := cards.RunTests()
	failures := append(append([]*rules.Problem{}, result.Failures...), cardFailures...)
	for _, f := range failures {
		fmt.Fprintln(a.Out, f)
	}
	fmt.Fprintf(a.Out, "%d tests of %d rules and %d scorecards, %d failed\n",
		result.Tests+cardTests, result.Rules, len(cards.Cards()), len(failures))
	if len(failures) > 0 {
		return app.ExitError(1)
	}
	return nil
}

type rulesLintCmd struct{ ruleFolders }

// Run ends with code 1 if there is anything to say.
func (c rulesLintCmd) Run(a *app.App) error {
	set, cards, err := c.load(a)
	if err != nil {
		return err
	}
	found := append(set.Lint(), cards.Lint()...)
	for _, p := range found {
		fmt.Fprintln(a.Out, p)
	}
	fmt.Fprintf(a.Out, "%d %s\n", len(found), terminal.Plural(len(found), "remark"))
	if len(found) > 0 {
		return app.ExitError(1)
	}
	return nil
}

type rulesImportCmd struct {
	Format string `arg:"" enum:"connect,sca" help:"connect: Amazon Connect's Rules Function JSON; sca: rule JSON of 阿里云智能对话分析."`
	File   string `arg:"" type:"existingfile" help:"The file to translate."`
}

// Run prints the rule file to standard output, and to standard error what was
// left out or changed. The exit code is 1 if something was left out.
func (c rulesImportCmd) Run(a *app.App) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	done, err := convert.From(c.Format, data)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if _, err := a.Out.Write(done.YAML); err != nil {
		return err
	}
	for _, l := range done.Changed {
		fmt.Fprintf(a.Err, "changed: %s\n", l)
	}
	for _, l := range done.Left {
		fmt.Fprintf(a.Err, "left out: %s\n", l)
	}
	fmt.Fprintf(a.Err, "%d %s carried over, %d parts left out, %d changed\n", done.Rules, terminal.Plural(done.Rules, "rule"), len(done.Left), len(done.Changed))
	if len(done.Left) > 0 {
		return app.ExitError(1)
	}
	return nil
}
