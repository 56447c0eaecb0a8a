package main

import (
	"fmt"
	"os"

	"earshot/rules"
)

type rulesCmd struct {
	Check  rulesCheckCmd  `cmd:"" help:"Read all rules, scorecards and lexicons and say what is wrong, with file, line and column."`
	Test   rulesTestCmd   `cmd:"" help:"Run the tests that rules and scorecards carry."`
	Lint   rulesLintCmd   `cmd:"" help:"Find what is legal but hardly meant: dead, overlapping, doubly deducting rules."`
	Import rulesImportCmd `cmd:"" help:"Translate the rules of another system, and list what cannot be carried over."`
}

// ruleFolders are folders given on the command line, on top of the
// configured ones.
type ruleFolders struct {
	Folders    []string `arg:"" optional:"" type:"existingdir" name:"folder" help:"Folders of rule files, on top of the built-in and configured ones."`
	Scorecards []string `type:"existingdir" placeholder:"DIR" help:"Folders of scorecard files, in the same way."`
}

func (f ruleFolders) addTo(a *app) {
	a.cfg.Rules.Folders = append(a.cfg.Rules.Folders, f.Folders...)
	a.cfg.Rules.Scorecards = append(a.cfg.Rules.Scorecards, f.Scorecards...)
}

type rulesCheckCmd struct{ ruleFolders }

func (c rulesCheckCmd) Run(a *app) error {
	c.addTo(a)
	set, cards, err := a.loadRules()
	if err != nil {
		return err
	}
	detect, err := a.newDetectors()
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%d rules (%s), %d scorecards (%s), %d lexicons: all right\n",
		len(set.Rules()), set.Hash(), len(cards.Cards()), cards.Hash(), len(detect.Lexicons()))
	return nil
}

type rulesTestCmd struct{ ruleFolders }

func (c rulesTestCmd) Run(a *app) error {
	c.addTo(a)
	set, cards, err := a.loadRules()
	if err != nil {
		return err
	}
	result := set.RunTests()
	cardTests, cardFailures := cards.RunTests()
	failures := append(append([]*rules.Problem{}, result.Failures...), cardFailures...)
	for _, f := range failures {
		fmt.Fprintln(a.out, f)
	}
	fmt.Fprintf(a.out, "%d tests of %d rules and %d scorecards, %d failed\n",
		result.Tests+cardTests, result.Rules, len(cards.Cards()), len(failures))
	if len(failures) > 0 {
		return exitError(1)
	}
	return nil
}

type rulesLintCmd struct{ ruleFolders }

// Run ends with code 1 if there is anything to say.
func (c rulesLintCmd) Run(a *app) error {
	c.addTo(a)
	set, cards, err := a.loadRules()
	if err != nil {
		return err
	}
	found := append(set.Lint(), cards.Lint()...)
	for _, p := range found {
		fmt.Fprintln(a.out, p)
	}
	fmt.Fprintf(a.out, "%d %s\n", len(found), plural(len(found), "remark"))
	if len(found) > 0 {
		return exitError(1)
	}
	return nil
}

type rulesImportCmd struct {
	Format string `arg:"" enum:"connect,sca" help:"connect: Amazon Connect's Rules Function JSON; sca: rule JSON of 阿里云智能对话分析."`
	File   string `arg:"" type:"existingfile" help:"The file to translate."`
}

// Run prints the rule file to standard output, and to standard error what was
// left out or changed. The exit code is 1 if something was left out.
func (c rulesImportCmd) Run(a *app) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	done, err := rules.Import(c.Format, data)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if _, err := a.out.Write(done.YAML); err != nil {
		return err
	}
	for _, l := range done.Changed {
		fmt.Fprintf(a.err, "changed: %s\n", l)
	}
	for _, l := range done.Left {
		fmt.Fprintf(a.err, "left out: %s\n", l)
	}
	fmt.Fprintf(a.err, "%d %s carried over, %d parts left out, %d changed\n", done.Rules, plural(done.Rules, "rule"), len(done.Left), len(done.Changed))
	if len(done.Left) > 0 {
		return exitError(1)
	}
	return nil
}
