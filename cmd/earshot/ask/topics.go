package ask

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/report"
	"earshot/topics"
	"earshot/warehouse"
)

// mostRead bounds the memory that topics take: some 500 MB.
const mostRead = 20_000

// TopicsCmd is `earshot topics`.
type TopicsCmd struct {
	From     terminal.Day `placeholder:"DATE" help:"First day: 2026-03-01, today, yesterday or so many days ago as 30d (default: 28 days before --to). As many days before it are the period before."`
	To       terminal.Day `placeholder:"DATE" help:"Day after the last (default: tomorrow)."`
	All      bool         `help:"Every conversation, not only complaints that have no cause yet."`
	By       string       `placeholder:"COLUMN" help:"Count within topics by queue, channel, team, agent, language, direction or attributes.NAME."`
	Least    int          `help:"Fewest conversations of a topic (default 1 in 200, at least 3)."`
	Examples int          `default:"3" help:"Examples of a topic, 1 to 20."`
	Lang     string       `enum:"zh,en" default:"en" help:"Language of the table, zh or en; topics are in the customers' words."`
	Format   string       `enum:"table,json" default:"table" help:"table or json."`
}

// Help implements kong's help provider.
func (TopicsCmd) Help() string {
	return fmt.Sprintf("Groups conversations by what the customer said and names each group in the customers' words, with how it grew against as long a time before and the conversations that show it. Of more than %d conversations as many are read, picked by a hash of their IDs, and counts are of those.", mostRead)
}

// TopicsAnswer is what --format json prints.
type TopicsAnswer struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Before time.Time `json:"before"` // start of the period before
	Found  int       `json:"conversations"`
	Read   int       `json:"read"` // of them, both periods together
	topics.Result
}

// Run prints the topics of a range of days.
func (c TopicsCmd) Run(ctx context.Context, a *app.App) error {
	zone, err := a.Config.Reports.Location()
	if err != nil {
		return err
	}
	answer, err := c.period(zone)
	if err != nil {
		return err
	}
	if c.Examples < 1 || c.Examples > 20 || c.Least < 0 {
		return models.BadInput("--examples %d, --least %d: want 1 to 20 examples, and at least 0", c.Examples, c.Least)
	}
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	answer.Result, answer.Found, answer.Read, err = findTopics(ctx, store, warehouse.Complaints{From: answer.Before, To: answer.To, All: c.All, By: c.By, Most: mostRead},
		topics.Options{Since: answer.From, Least: c.Least, Examples: c.Examples})
	if err != nil {
		return err
	}
	cited := map[models.ID][]*models.Evidence{}
	for _, topic := range answer.Topics {
		for i := range topic.Examples {
			e := &topic.Examples[i]
			cited[e.ID] = append(cited[e.ID], &e.Evidence)
		}
	}
	if err := store.NarrowTimes(ctx, cited); err != nil {
		return err
	}
	if c.Format == "json" {
		out := json.NewEncoder(a.Out)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(answer)
	}
	if answer.Found == 0 {
		sayWhyEmpty(ctx, a, store)
	}
	c.print(a, answer)
	return nil
}

// findTopics groups what customers said in complaints: found of them there are,
// read of which were looked at.
func findTopics(ctx context.Context, store *warehouse.Warehouse, which warehouse.Complaints, o topics.Options) (r topics.Result, found, read int, err error) {
	said, found, err := store.Complaints(ctx, which)
	if err != nil {
		return r, 0, 0, err
	}
	docs := make([]topics.Document, len(said))
	for i, s := range said {
		docs[i] = topics.Document{ID: s.ID, Started: s.Started, By: s.By}
		for _, t := range s.Says {
			docs[i].Says = append(docs[i].Says, topics.Utterance(t))
		}
	}
	return topics.Find(docs, o), found, len(docs), nil
}

// period returns the days asked for and as many before them.
func (c TopicsCmd) period(zone *time.Location) (TopicsAnswer, error) {
	to := c.To
	if !to.Given {
		to = terminal.Day{Given: true, Ago: -1}
	}
	end := to.In(zone)
	from := end.AddDate(0, 0, -28)
	if c.From.Given {
		from = c.From.In(zone)
	}
	if !from.Before(end) {
		return TopicsAnswer{}, models.BadInput("from %s is not before to %s", from.Format(time.DateOnly), end.Format(time.DateOnly))
	}
	return TopicsAnswer{From: from, To: end, Before: from.Add(from.Sub(end))}, nil
}

func (c TopicsCmd) print(a *app.App, answer TopicsAnswer) {
	t := models.Table{Columns: terminal.Columns("topic", "conversations", "before", "change")}
	if c.By != "" {
		t.Columns = append(t.Columns, models.Column{Name: c.By})
	}
	add := func(name string, now, before int, change string, by []topics.Tally) {
		row := []any{name, int64(now), int64(before), change}
		if c.By != "" {
			row = append(row, tallies(by, c.By, c.Lang))
		}
		t.Rows = append(t.Rows, row)
	}
	for _, topic := range answer.Topics {
		change := report.Word("new", c.Lang)
		if percent, ok := topic.Growth(); ok {
			change = fmt.Sprintf("%+.0f %%", percent)
		}
		add(topic.Name, topic.Count, topic.Before, change, topic.By)
	}
	add(report.Word("other", c.Lang), answer.Other, answer.Result.Before, "", nil)
	report.Text(a.Out, t, c.Lang)
	for _, topic := range answer.Topics {
		fmt.Fprintf(a.Out, "\n%s\n", topic.Name)
		for _, e := range topic.Examples {
			fmt.Fprintf(a.Out, "  %s  %s  %s  %s\n", e.Started.Local().Format("2006-01-02 15:04"), e.ID, e.Evidence.Start, e.Evidence.Quote)
		}
	}
	if answer.Read < answer.Found {
		fmt.Fprintf(a.Out, "\n"+report.Word("%d of %d conversations were read, picked by a hash of their IDs; counts are of those.", c.Lang)+"\n", answer.Read, answer.Found)
	}
}

// tallies shows the first values, as "billing 34, delivery 3".
func tallies(by []topics.Tally, column, language string) string {
	var parts []string
	for _, t := range by[:min(len(by), 3)] {
		parts = append(parts, fmt.Sprintf("%s %d", report.Cell(column, t.Value, language), t.Count))
	}
	if more := len(by) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf(report.Word("%d more", language), more))
	}
	return strings.Join(parts, ", ")
}
