package main

import (
	"encoding/json"
	"fmt"
	"time"

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
	JSON          bool   `name:"json" help:"Print JSON."`
	First         uint64 `default:"1" hidden:"" help:"First seed."`
}

// Help implements kong's help provider.
func (evalTopicsCmd) Help() string {
	return "Every complaint of a made-up history is given to topic discovery without queue, product or cause. What is found is compared with the customers' problems, four or so for each queue, and with the queues. Purity, normalised mutual information and the adjusted Rand index are 1 for the same groups."
}

type topicsMeasure struct {
	Seed     uint64            `json:"seed"`
	Language string            `json:"language"`
	Problems eval.TopicsReport `json:"problems"`
	Queues   eval.TopicsReport `json:"queues"`
	Named    []topics.Topic    `json:"topics,omitempty"`
}

func (c evalTopicsCmd) Run(a *app) error {
	var all []topicsMeasure
	for seed := c.First; seed < c.First+uint64(c.Seeds); seed++ {
		from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		h, err := demo.NewHistory(demo.History{Seed: seed, Conversations: c.Conversations, From: from, To: from.AddDate(0, 0, 28), Bursts: 3})
		if err != nil {
			return err
		}
		all = append(all, c.measure(h, from.AddDate(0, 0, 14))...)
	}
	if c.JSON {
		out := json.NewEncoder(a.out)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(all)
	}
	t := models.Table{Columns: columns("seed", "language", "conversations", "problems", "topics", "purity", "NMI", "ARI", "in no topic", "purity of queues")}
	for _, m := range all {
		p := m.Problems
		t.Rows = append(t.Rows, []any{m.Seed, m.Language, p.N, p.Classes, p.Groups, share(p.Purity), share(p.NMI), share(p.ARI), p.Unplaced, share(m.Queues.Purity)})
		for _, topic := range m.Named {
			fmt.Fprintf(a.out, "%d %s %5d  %s\n", m.Seed, m.Language, topic.Count+topic.Before, topic.Name)
		}
	}
	return printTable(a.out, t, "table")
}

// measure finds the topics of both languages at once, as the command does, and
// compares those of each.
func (c evalTopicsCmd) measure(h *demo.History, since time.Time) []topicsMeasure {
	var docs []topics.Document
	var language []string
	var problem, queue []int
	numbers := map[string]int{}
	number := func(name string) int {
		if _, ok := numbers[name]; !ok {
			numbers[name] = len(numbers)
		}
		return numbers[name]
	}
	for i := range h.Conversations {
		in, about := h.Told(i)
		if !about.Complaint && !c.All {
			continue
		}
		docs = append(docs, customerSays(in))
		language = append(language, in.Language)
		problem = append(problem, number(fmt.Sprint(about.Queue, "/", about.Problem)))
		queue = append(queue, number(about.Queue))
	}
	found := topics.Find(docs, topics.Options{Since: since})
	var all []topicsMeasure
	for _, l := range []string{"zh", "en"} {
		var of, problems, queues []int
		for i := range docs {
			if language[i] == l {
				of, problems, queues = append(of, found.Of[i]), append(problems, problem[i]), append(queues, queue[i])
			}
		}
		m := topicsMeasure{Seed: h.Seed, Language: l, Problems: eval.Topics(of, problems), Queues: eval.Topics(of, queues)}
		if c.Names {
			for _, t := range found.Topics {
				if t.Language == l {
					m.Named = append(m.Named, t)
				}
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
