// Command train writes what nlp learns from labelled lines: the weights of the
// sentiment classifier, sentiment.bin, and the pairs of characters of ordinary
// Chinese text, bigrams.bin.
//
//	go run ./nlp/train --data FOLDER
//
// FOLDER holds labelled lines that are not part of the project: the training
// lines of GoEmotions in Ekman's grouping (goemotions_ekman_train.tsv, columns
// text and label numbers; Demszky et al., 2020, Apache-2.0) and the validation
// lines of CPED (cped_valid.tsv, with a heading; Chen et al., 2022,
// Apache-2.0). Lines of contact centres, written for Earshot, are beside this
// file. The same lines give the same weights.
package main

import (
	"bufio"
	_ "embed"
	"encoding/binary"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"earshot/models/fold"
	"earshot/nlp"
)

//go:embed service.tsv
var service string

// serviceWeight is how many lines of the other sources one line of ours
// counts for: there are few of them, but they are what will be read.
const serviceWeight = 10

// training was chosen by the macro-F1 of CPED with one series left out at a
// time, and of the development lines of GoEmotions.
var training = nlp.Training{Epochs: 3, Rate: 0.05, Decay: 1e-3, Balance: 1, Seed: 1}

var labels = map[string]int{"negative": 0, "neutral": 1, "positive": 2}

func main() {
	data := flag.String("data", "../shared/data/text/train", "folder of the labelled lines")
	out := flag.String("out", "nlp", "folder to write to")
	flag.Parse()
	if err := run(*data, *out); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(data, out string) error {
	lines, err := all(data)
	if err != nil {
		return err
	}
	weights := nlp.TrainSentiment(lines, training).AppendBinary(nil)
	fmt.Printf("%d lines, %d bytes\n", len(lines), len(weights))
	if err := os.WriteFile(filepath.Join(out, "sentiment.bin"), weights, 0o644); err != nil {
		return err
	}
	pairs := bigrams(lines)
	fmt.Printf("%d pairs of characters\n", len(pairs)/4)
	return os.WriteFile(filepath.Join(out, "bigrams.bin"), pairs, 0o644)
}

// leastPairs is how often a pair of characters has to stand in the lines to be
// ordinary.
const leastPairs = 2

// bigrams returns the ordinary pairs of Chinese characters, sorted.
func bigrams(lines []nlp.Labelled) []byte {
	counts := map[uint32]int{}
	for _, l := range lines {
		previous := rune(0)
		for _, r := range fold.Simplify(l.Text) {
			if r < 0x4E00 || r > 0x9FFF {
				r = 0
			}
			if r != 0 && previous != 0 {
				counts[nlp.BigramKey(previous, r)]++
			}
			previous = r
		}
	}
	var out []byte
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		if counts[key] >= leastPairs {
			out = binary.LittleEndian.AppendUint32(out, key)
		}
	}
	return out
}

func all(data string) ([]nlp.Labelled, error) {
	var lines []nlp.Labelled
	for i, row := range strings.Split(strings.TrimSpace(service), "\n") {
		label, text, ok := strings.Cut(row, "\t")
		if _, known := labels[label]; !ok || !known {
			return nil, fmt.Errorf("service.tsv:%d: want a label, a tab and a text", i+1)
		}
		lines = append(lines, nlp.Labelled{Text: text, Label: labels[label], Weight: serviceWeight})
	}
	err := read(filepath.Join(data, "cped_valid.tsv"), func(column []string) error {
		if len(column) < 6 {
			return fmt.Errorf("%d columns, want 6", len(column))
		}
		if label, ok := labels[column[2]]; ok { // else it is the heading
			lines = append(lines, nlp.Labelled{Text: column[5], Label: label, Weight: 1})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = read(filepath.Join(data, "goemotions_ekman_train.tsv"), func(column []string) error {
		if len(column) < 2 {
			return fmt.Errorf("%d columns, want 2", len(column))
		}
		numbers := strings.Split(column[1], ",")
		for _, n := range numbers {
			l := nlp.Labelled{Text: column[0], Weight: 1 / float64(len(numbers))}
			switch n {
			case "3": // joy
				l.Label = labels["positive"]
			case "4": // neutral
				l.Label = labels["neutral"]
			case "6": // surprise may be glad or not
				l.Label, l.Weight = labels["neutral"], l.Weight/2
			}
			lines = append(lines, l)
		}
		return nil
	})
	return lines, err
}

func read(name string, row func([]string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		if err := row(strings.Split(s.Text(), "\t")); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return s.Err()
}
