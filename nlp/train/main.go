// Command train writes what nlp learns from labelled lines: the weights of the
// sentiment classifier, feelings/sentiment.bin, and the pairs of characters of
// ordinary Chinese text, lexicons/bigrams.bin.
//
//	go run ./nlp/train --data FOLDER
//
// FOLDER holds labelled lines that are not part of the project: the training
// lines of GoEmotions in Ekman's grouping (goemotions_ekman_train.tsv, columns
// text and label numbers; Demszky et al., 2020, Apache-2.0) and the validation
// lines of CPED (cped_valid.tsv, with a heading; Chen et al., 2022,
// Apache-2.0), and dict.txt, the dictionary of the package jieba 0.42.1 (MIT),
// whose words say which pairs are ordinary. Lines of contact centres
// (service.tsv, and chat.tsv in the shares in which customers feel something or
// not) and of everyday talk (talk.tsv), written for Earshot, are beside this file. The same lines give the same weights.
//
//	go run ./nlp/train --data FOLDER --check
//
// cross-validates: a series of CPED, or a fold of the rest, is told by what
// was trained on all other lines.
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
	"strconv"
	"strings"
	"unicode"

	"earshot/models/fold"
	"earshot/nlp/feelings"
	"earshot/nlp/lexicons"
)

//go:embed service.tsv
var service string

//go:embed talk.tsv
var talk string

//go:embed chat.tsv
var chat string

// ourWeight is how many lines of the other sources one line of ours counts for:
// there are few of them, but they are what will be read, and people speak
// otherwise than they write on Reddit.
var ourWeight = map[string]float64{"service-zh": 5, "service-en": 7, "talk-zh": 2, "talk-en": 7, "chat-zh": 2, "chat-en": 7}

// surpriseWeight is how much a line that only shows surprise counts: it may be
// glad or not, and is taken for neutral.
const surpriseWeight = 0.3

// Settings, and the kinds of features, were chosen by the macro-F1 of CPED with
// one series left out at a time, of the training lines of GoEmotions and of our
// own in four folds.
var (
	chineseTraining = feelings.Training{Epochs: 8, Rate: 0.05, Decay: 1e-3, Balance: 1, Ratio: 0.5, Seed: 1, Runs: 3}
	englishTraining = feelings.Training{Epochs: 9, Rate: 0.1, Decay: 1e-4, Balance: 0.9, Ratio: 0.5, Seed: 1, Runs: 3, Lean: [2]float64{0.2, 0.1}}
)

// folds is into how many parts a source without groups of its own is cut.
const folds = 4

func sourceOf(group string) string {
	source, _, _ := strings.Cut(group, "/")
	return source
}

var labels = map[string]int{"negative": 0, "neutral": 1, "positive": 2}

func main() {
	data := flag.String("data", "../shared/data/text/train", "folder of the labelled lines")
	out := flag.String("out", "nlp", "folder of the parts that embed what is written")
	checking := flag.Bool("check", false, "cross-validate instead of writing anything")
	flag.Parse()
	if err := run(*data, *out, *checking); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(data, out string, checking bool) error {
	lines, groups, err := all(data)
	if err != nil {
		return err
	}
	if checking {
		return check(os.Stdout, lines, groups)
	}
	weights := feelings.Train(lines, chineseTraining, englishTraining).AppendBinary(nil)
	fmt.Printf("%d lines, %d bytes\n", len(lines), len(weights))
	if err := os.WriteFile(filepath.Join(out, "feelings", "sentiment.bin"), weights, 0o644); err != nil {
		return err
	}
	pairs, err := bigrams(lines, filepath.Join(data, "dict.txt"))
	if err != nil {
		return err
	}
	fmt.Printf("%d pairs of characters\n", len(pairs)/4)
	return os.WriteFile(filepath.Join(out, "lexicons", "bigrams.bin"), pairs, 0o644)
}

// leastPairs is how often a pair of characters has to stand in the lines to be
// ordinary.
const leastPairs = 2

// leastFrequency is how often jieba has to have counted a word whose pairs are
// ordinary.
const leastFrequency = 10

// bigrams returns the ordinary pairs of Chinese characters, sorted.
func bigrams(lines []feelings.Labelled, dictionary string) ([]byte, error) {
	counts := map[uint32]int{}
	count := func(text string, times int) {
		previous := rune(0)
		for _, r := range fold.Simplify(text) {
			if r < 0x4E00 || r > 0x9FFF {
				r = 0
			}
			if r != 0 && previous != 0 {
				counts[lexicons.BigramKey(previous, r)] += times
			}
			previous = r
		}
	}
	for _, l := range lines {
		count(l.Text, 1)
	}
	err := read(dictionary, " ", func(column []string) error {
		if len(column) < 2 {
			return fmt.Errorf("%d columns, want 2 or more", len(column))
		}
		frequency, err := strconv.Atoi(column[1])
		if err == nil && frequency >= leastFrequency {
			count(column[0], leastPairs)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []byte
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		if counts[key] >= leastPairs {
			out = binary.LittleEndian.AppendUint32(out, key)
		}
	}
	return out, nil
}

// all returns the labelled lines, and the group of each that is held out as one.
func all(data string) (lines []feelings.Labelled, groups []string, err error) {
	add := func(group string, l feelings.Labelled) {
		lines, groups = append(lines, l), append(groups, group)
	}
	fold := func(source string) string { return fmt.Sprintf("%s/%d", source, len(lines)%folds) }
	for _, ours := range []struct{ name, rows string }{{"service", service}, {"talk", talk}, {"chat", chat}} {
		for i, row := range strings.Split(strings.TrimSpace(ours.rows), "\n") {
			label, text, ok := strings.Cut(row, "\t")
			if _, known := labels[label]; !ok || !known {
				return nil, nil, fmt.Errorf("%s.tsv:%d: want a label, a tab and a text", ours.name, i+1)
			}
			source := ours.name + "-en"
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				source = ours.name + "-zh"
			}
			add(fold(source), feelings.Labelled{Text: text, Label: labels[label], Weight: ourWeight[source]})
		}
	}
	err = read(filepath.Join(data, "cped_valid.tsv"), "\t", func(column []string) error {
		if len(column) < 6 {
			return fmt.Errorf("%d columns, want 6", len(column))
		}
		if label, ok := labels[column[2]]; ok { // else it is the heading
			series, _, _ := strings.Cut(column[0], "_")
			add("cped/"+series, feelings.Labelled{Text: column[5], Label: label, Weight: 1})
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	err = read(filepath.Join(data, "goemotions_ekman_train.tsv"), "\t", func(column []string) error {
		if len(column) < 2 {
			return fmt.Errorf("%d columns, want 2", len(column))
		}
		group, numbers := fold("goemotions"), strings.Split(column[1], ",")
		for _, n := range numbers {
			l := feelings.Labelled{Text: column[0], Weight: 1 / float64(len(numbers))}
			switch n {
			case "3": // joy
				l.Label = labels["positive"]
			case "4": // neutral
				l.Label = labels["neutral"]
			case "6":
				l.Label, l.Weight = labels["neutral"], l.Weight*surpriseWeight
			}
			add(group, l)
		}
		return nil
	})
	return lines, groups, err
}

func read(name, separator string, row func([]string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		if err := row(strings.Split(s.Text(), separator)); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return s.Err()
}
