package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"earshot/models"
	"earshot/nlp"
)

// line is a text to learn from.
type line struct {
	text     string
	party    models.Party
	language string
	does     []string        // labels that are true of it
	not      map[string]bool // labels that are known not to be; nil: all others
	group    int             // texts of a group are held out together
	found    []string        // kinds of findings in it, without its meaning
	x        []float32
}

func (l *line) is(label string) bool { return slices.Contains(l.does, label) }

// knows reports whether it is known if the label is true of the line.
func (l *line) knows(label string) bool { return l.not == nil || l.not[label] }

// told reports whether word lists tell of the line what m does.
func (l *line) told(m *nlp.Meaning) bool { return slices.ContainsFunc(l.found, m.Tells) }

// item is a line of the files: a conversation, or a single utterance.
type item struct {
	Turns    []models.Turn `json:"turns"`
	Language string        `json:"language"`
	Facts    []string      `json:"facts"`
	Does     []string      `json:"does"`
}

func readItems(folder, name, language string) ([]item, error) {
	file := filepath.Join(folder, name+"-"+language+".jsonl")
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	var out []item
	for s.Scan() {
		var it item
		if err := json.Unmarshal(bytes.TrimSpace(s.Bytes()), &it); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, len(out)+1, err)
		}
		out = append(out, it)
	}
	return out, s.Err()
}

// contradicting are the facts that all conversations have in which a sentence
// does what the label says; in a conversation without them, none does.
var contradicting = map[string][]string{
	"complaint": {"rule.complaint"},
	"repeat":    {"rule.repeat_contact", "word.repeat"},
	"churn":     {"rule.churn_risk", "word.churn"},
	"threat":    {"rule.threat_to_go_public", "word.threat"},
	"danger":    {"rule.safety_risk"},
	"promise":   {"rule.promise_made", "promise.made"},
}

// read returns the single utterances, with odd numbers only if odd is set, and
// the parts of conversations, of which is known what they do not do.
func read(ctx context.Context, folder string, odd bool) ([]line, error) {
	step, err := nlp.New(nlp.Default())
	if err != nil {
		return nil, err
	}
	var out []line
	groups := 0
	for _, language := range []string{"zh", "en"} {
		single, err := readItems(folder, "lines", language)
		if err != nil {
			return nil, err
		}
		for i, it := range single {
			if odd && i%2 == 1 {
				continue
			}
			found, err := findings(ctx, step, it.Turns)
			if err != nil {
				return nil, err
			}
			out = append(out, line{text: it.Turns[0].Text, party: it.Turns[0].Party, language: language, does: it.Does, group: groups, found: found[0]})
			groups++
		}
		talks, err := readItems(folder, "dialogues", language)
		if err != nil {
			return nil, err
		}
		for _, it := range talks {
			found, err := findings(ctx, step, it.Turns)
			if err != nil {
				return nil, err
			}
			not := map[string]bool{}
			for label, facts := range contradicting {
				not[label] = !slices.ContainsFunc(facts, func(f string) bool { return slices.Contains(it.Facts, f) })
			}
			for i, t := range it.Turns {
				for _, p := range nlp.MeaningParts(t.Text) {
					out = append(out, line{text: t.Text[p[0]:p[1]], party: t.Party, language: language, not: not, group: groups, found: found[i]})
				}
			}
			groups++
		}
	}
	return out, nil
}

// findings returns the kinds of the findings in each turn.
func findings(ctx context.Context, step *nlp.Step, turns []models.Turn) ([][]string, error) {
	in := &models.Interaction{Channel: models.WebChat, Transcript: &models.Transcript{Turns: slices.Clone(turns)}}
	if _, err := step.Run(ctx, in); err != nil {
		return nil, err
	}
	out := make([][]string, len(turns))
	for _, f := range in.Findings {
		if len(f.Evidence) > 0 && !strings.HasPrefix(f.Kind, "emotion.") {
			out[f.Evidence[0].Turn] = append(out[f.Evidence[0].Turn], f.Kind)
		}
	}
	return out, nil
}
