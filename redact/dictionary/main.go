// Command dictionary writes the filter of English words that tells names from
// words, words_en.bin.
//
//	go run ./redact/dictionary --text FILE
//
// FILE is English text, its first column if it has tabs; the training lines of
// GoEmotions (Demszky et al., 2020, Apache-2.0) were used, which have the names
// of persons taken out. A word counts that stands there in small letters twice
// or more. The file holds hashes of words, not the text.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"strings"
	"unicode"

	"earshot/redact"
)

const (
	least = 2
	size  = 32 << 10 // about 16 bits a word
)

func main() {
	text := flag.String("text", "../shared/data/text/train/goemotions_ekman_train.tsv", "English text")
	out := flag.String("out", "redact/words_en.bin", "file to write")
	flag.Parse()
	if err := run(*text, *out); err != nil {
		fmt.Fprintln(os.Stderr, "dictionary:", err)
		os.Exit(1)
	}
}

func run(text, out string) error {
	f, err := os.Open(text)
	if err != nil {
		return err
	}
	defer f.Close()
	counts := map[string]int{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		line, _, _ := strings.Cut(s.Text(), "\t")
		for _, w := range strings.FieldsFunc(line, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' }) {
			w = strings.TrimSuffix(strings.Trim(w, "'’"), "'s")
			if len(w) > 1 && w == strings.ToLower(w) {
				counts[w]++
			}
		}
	}
	if err := s.Err(); err != nil {
		return err
	}
	filter := make(redact.WordFilter, size)
	n := 0
	for w, c := range counts {
		if c >= least {
			filter.Add(w)
			n++
		}
	}
	fmt.Printf("%d words, %d bytes\n", n, len(filter))
	return os.WriteFile(out, filter, 0o644)
}
