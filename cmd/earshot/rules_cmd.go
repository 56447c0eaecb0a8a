package main

import (
	"fmt"

	"earshot/rules"
)

type rulesCmd struct {
	Check rulesCheckCmd `cmd:"" help:"Read all rules, scorecards and lexicons and say what is wrong, with file, line and column."`
	Test  rulesTestCmd  `cmd:"" help:"Run the tests that rules and scorecards carry."`
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
