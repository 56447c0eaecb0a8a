package main

import (
	"fmt"
	"io"
	"slices"

	"earshot/nlp"
	"earshot/nlp/feelings"
)

// check prints how well lines are told that were not trained on: of each group
// in turn, a series of CPED or a fold of the rest, the classifier is trained
// on all others.
func check(out io.Writer, lines []feelings.Labelled, groups []string) error {
	whole, err := nlp.New(nlp.Default())
	if err != nil {
		return err
	}
	for _, source := range []string{"cped", "goemotions", "service-zh", "service-en", "chat-zh", "chat-en", "talk-zh", "talk-en"} {
		var confusion [3][3]float64
		held := slices.Compact(slices.Sorted(slices.Values(groups)))
		for _, group := range held {
			if sourceOf(group) != source {
				continue
			}
			var train []feelings.Labelled
			for i, l := range lines {
				if groups[i] != group {
					train = append(train, l)
				}
			}
			step := whole.Using(feelings.Train(train, chineseTraining, englishTraining))
			for i, l := range lines {
				if groups[i] == group && l.Weight >= 1 {
					felt, _ := step.Feel(l.Text)
					confusion[l.Label][labels[felt.Label()]]++
				}
			}
		}
		macro, each := macroF1(confusion)
		fmt.Fprintf(out, "%s: macro-F1 %.3f; negative %.3f, neutral %.3f, positive %.3f\n", source, macro, each[0], each[1], each[2])
	}
	return nil
}

// macroF1 returns the mean F1 over classes, and that of each. Rows of confusion
// are labels, columns what was told.
func macroF1(confusion [3][3]float64) (macro float64, each [3]float64) {
	for k := range each {
		told, labelled := 0.0, 0.0
		for i := range confusion {
			told += confusion[i][k]
			labelled += confusion[k][i]
		}
		if told+labelled > 0 {
			each[k] = 2 * confusion[k][k] / (told + labelled)
		}
		macro += each[k] / float64(len(each))
	}
	return macro, each
}
