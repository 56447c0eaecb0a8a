// Command train writes what nlp tells the meaning of sentences by: for each
// label a logistic regression over the vectors of nlp/e5, meaning.bin.
//
//	go run ./nlp/e5/train
//
// It learns from the single utterances of nlp/testdata (lines-*.jsonl), written
// for Earshot, and from the conversations that lexicons are developed on
// (dialogues-*.jsonl): of these what their sentences do not do. The same lines
// give the same heads on the same processor. nlp/e5/train/SHA256SUMS names them.
//
//	go run ./nlp/e5/train --check
//
// prints how well the labels are told, by heads that did not learn from a line,
// and writes nothing. --odd learns from the utterances with odd numbers only, so
// that the others can judge.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"earshot/nlp"
	"earshot/nlp/e5"
)

// scale is by how much the vectors, which all lie close, are drawn apart.
const scale = 10

func main() {
	data := flag.String("data", "nlp/testdata", "folder of the labelled lines")
	out := flag.String("out", "nlp", "folder to write meaning.bin to")
	checking := flag.Bool("check", false, "say how well labels are told instead of writing anything")
	odd := flag.Bool("odd", false, "learn from the utterances with odd numbers only")
	flag.Parse()
	if err := run(context.Background(), *data, *out, *checking, *odd); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, data, out string, checking, odd bool) error {
	lines, err := read(ctx, data, odd)
	if err != nil {
		return err
	}
	mean, err := embed(ctx, lines)
	if err != nil {
		return err
	}
	outcomes := make([]outcome, len(nlp.Meanings))
	each(len(outcomes), func(i int) { outcomes[i] = learn(lines, nlp.Meanings[i], mean) })
	report(os.Stdout, outcomes)
	if checking {
		return nil
	}
	var heads []nlp.Head
	for _, o := range outcomes {
		if o.head != nil {
			heads = append(heads, *o.head)
		}
	}
	file := nlp.AppendHeads(nil, heads)
	fmt.Printf("%d lines, %d heads, %d bytes\n", len(lines), len(heads), len(file))
	return os.WriteFile(filepath.Join(out, "meaning.bin"), file, 0o644)
}

// embed sets what the lines are told by, and returns the mean of their vectors.
func embed(ctx context.Context, lines []line) ([]float64, error) {
	model, err := e5.Open()
	if err != nil {
		return nil, err
	}
	const batch = 100
	vectors := make([][]float32, len(lines))
	errs := make([]error, (len(lines)+batch-1)/batch)
	each(len(errs), func(b int) {
		part := lines[b*batch : min(len(lines), (b+1)*batch)]
		texts := make([]string, len(part))
		for i := range part {
			texts[i] = part[i].text
		}
		var v [][]float32
		v, errs[b] = model.Embed(ctx, texts)
		copy(vectors[b*batch:], v)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	mean := make([]float64, nlp.Dims)
	for _, v := range vectors {
		for k := range mean {
			mean[k] += float64(v[k]) / float64(len(vectors))
		}
	}
	for i, v := range vectors {
		x := make([]float32, 1+nlp.Dims)
		x[0] = 1
		for k := range mean {
			x[1+k] = float32(scale * (float64(v[k]) - mean[k]))
		}
		lines[i].x = x
	}
	return mean, nil
}

// each calls do with the numbers below n, on all cores.
func each(n int, do func(i int)) {
	var all sync.WaitGroup
	next := make(chan int)
	for range runtime.NumCPU() {
		all.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}

func report(w io.Writer, outcomes []outcome) {
	fmt.Fprintf(w, "%-10s %5s %11s %6s %11s %7s %11s %11s\n", "label", "lines", "words", "limit", "meaning", "recall", "added", "talks")
	for _, o := range outcomes {
		fmt.Fprintf(w, "%-10s %5d %6d/%4d", o.meaning.Label, o.n, o.words.right, o.words.wrong)
		if t := o.at; o.head != nil {
			fmt.Fprintf(w, " %6.2f %6d/%4d %7.2f %6d/%4d %6d/%4d", o.limit, t.lines.right, t.lines.wrong, float64(t.lines.right)/float64(o.n), t.added.right, t.added.wrong, t.talks.right, t.talks.wrong)
		}
		fmt.Fprintln(w)
	}
}
