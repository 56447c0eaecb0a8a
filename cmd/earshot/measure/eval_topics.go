package measure

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/demo"
	"earshot/eval"
	"earshot/models"
	"earshot/topics"
)

// evalTopicsCmd measures topic discovery over made-up histories, in which it
// is known what every conversation is about.
type evalTopicsCmd struct {
	Conversations int    `default:"4000" help:"Conversations of a history; four in ten are complaints."`
	Seeds         int    `default:"5" help:"Histories, from seed 1 on."`
	Names         bool   `help:"Print the topics of each history, too."`
	All           bool   `help:"Group every conversation, not complaints alone."`
	Data          string `type:"existingfile" help:"Instead: JSON Lines of texts with the topic of each, {\"text\",\"label\"}."`
	JSON          bool   `name:"json" help:"Print JSON."`
	First         uint64 `default:"1" hidden:"" help:"First seed."`
}

// Help implements kong's help provider.
func (evalTopicsCmd) Help() string {
	return "Every complaint of a made-up history is given to topic discovery without queue, product or cause. What is found is compared with the customers' problems, four or so for each queue, and with the queues. Purity, normalised mutual information and the adjusted Rand index are 1 for the same groups."
}

type topicsMeasure struct {
	Seed     uint64             `json:"seed"`
	Language string             `json:"language"`
	Problems eval.TopicsReport  `json:"problems"`
	Queues   *eval.TopicsReport `json:"queues,omitempty"`
	Found    []topics.Topic     `json:"topics,omitempty"`
}

func (c evalTopicsCmd) Run(a *app.App) error {
	var all []topicsMeasure
	if c.Data != "" {
		given, err := c.given()
		if err != nil {
			return err
		}
		all = given.measure(topics.Options{})
	} else {
		for seed := c.First; seed < c.First+uint64(c.Seeds); seed++ {
			made, since, err := c.made(seed)
			if err != nil {
				return err
			}
			all = append(all, made.measure(topics.Options{Since: since})...)
		}
	}
	if c.JSON {
		out := json.NewEncoder(a.Out)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(all)
	}
	t := models.Table{Columns: terminal.Columns("seed", "language", "conversations", "labels", "topics", "purity", "NMI", "ARI", "in no topic", "purity of queues")}
	for _, m := range all {
		p := m.Problems
		row := []any{nil, m.Language, p.N, p.Classes, p.Groups, share(p.Purity), share(p.NMI), share(p.ARI), p.Unplaced, nil}
		if m.Queues != nil {
			row[0], row[9] = m.Seed, share(m.Queues.Purity)
		}
		t.Rows = append(t.Rows, row)
		for _, topic := range m.Found {
			if c.Names {
				fmt.Fprintf(a.Out, "%s %5d  %s\n", m.Language, topic.Count+topic.Before, topic.Name)
			}
		}
	}
	return terminal.PrintTable(a.Out, t, "table")
}

// toldTopics are documents with the true topic of each.
type toldTopics struct {
	seed      uint64
	docs      []topics.Document
	languages []string
	labels    []string
	queues    []string // none where they are not known
}

// given reads the texts of a file.
func (c evalTopicsCmd) given() (toldTopics, error) {
	items, err := readLabelled[eval.TopicItem](labelled{Data: c.Data})
	if err != nil {
		return toldTopics{}, err
	}
	var told toldTopics
	for i, item := range items {
		told.docs = append(told.docs, topics.Document{ID: models.ID(fmt.Sprintf("%08d", i)), Says: []topics.Utterance{{Text: item.Text}}})
		told.languages = append(told.languages, item.Language)
		told.labels = append(told.labels, item.Label)
	}
	return told, nil
}

// made makes a history up, of two periods of a fortnight.
func (c evalTopicsCmd) made(seed uint64) (told toldTopics, since time.Time, err error) {
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	h, err := demo.NewHistory(demo.History{Seed: seed, Conversations: c.Conversations, From: from, To: from.AddDate(0, 0, 28), Bursts: 3})
	if err != nil {
		return told, since, err
	}
	told.seed = seed
	for i := range h.Conversations {
		in, about := h.Told(i)
		if !about.Complaint && !c.All {
			continue
		}
		told.docs = append(told.docs, customerSays(in))
		told.languages = append(told.languages, in.Language)
		told.labels = append(told.labels, fmt.Sprint(about.Queue, "/", about.Problem))
		told.queues = append(told.queues, about.Queue)
	}
	return told, from.AddDate(0, 0, 14), nil
}

// measure finds the topics of all languages at once, as the command does, and
// compares those of each.
func (told toldTopics) measure(o topics.Options) []topicsMeasure {
	found := topics.Find(told.docs, o)
	var all []topicsMeasure
	for _, language := range slices.Compact(slices.Sorted(slices.Values(told.languages))) {
		m := topicsMeasure{Seed: told.seed, Language: language}
		var of []int
		var labels, queues []string
		for i := range told.docs {
			if told.languages[i] != language {
				continue
			}
			of, labels = append(of, found.Of[i]), append(labels, told.labels[i])
			if told.queues != nil {
				queues = append(queues, told.queues[i])
			}
		}
		m.Problems = eval.Topics(of, labels)
		if queues != nil {
			r := eval.Topics(of, queues)
			m.Queues = &r
		}
		for _, t := range found.Topics {
			if language == "" || t.Language == language {
				m.Found = append(m.Found, t)
			}
		}
		all = append(all, m)
	}
	return all
}

func customerSays(in *models.Interaction) topics.Document {
	d := topics.Document{ID: in.ID, Started: in.Started}
	for i, t := range in.Transcript.Turns {
		if t.Party == models.Customer {
			d.Says = append(d.Says, topics.Utterance{Turn: i, Start: t.Start, End: t.End, Text: t.Text})
		}
	}
	return d
}

// share is a figure between 0 and 1 as the tables show it.
func share(v float64) string { return fmt.Sprintf("%.3f", v) }
