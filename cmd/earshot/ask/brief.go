package ask

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"earshot/brief"
	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/config"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/nlp/openai"
	"earshot/report"
	"earshot/warehouse"
)

// BriefCmd is `earshot brief`.
type BriefCmd struct {
	app.LLMFlag
	From   terminal.Day `placeholder:"DATE" help:"First day: 2026-03-01, today, yesterday or so many days ago as 30d (default: 7 days before --to)."`
	To     terminal.Day `placeholder:"DATE" help:"Day after the last (default: now)."`
	Lang   string       `enum:"zh,en" default:"en" help:"Language, zh or en."`
	Format string       `enum:",text,json,html,pdf,xlsx" default:"" help:"text, json, html, pdf or xlsx (default: by the name of --out, else text)."`
	Out    string       `type:"path" short:"o" placeholder:"FILE" help:"Write to this file."`
}

// Help implements kong's help provider.
func (BriefCmd) Help() string {
	return "Says in a page what customers complained of: how much, why, where it stands out, what is new against as long a time before, and what became of it. Every sentence names conversations that show it. With a language model its own words come first; of them only sentences stay that the figures support."
}

// BriefAnswer is what the command answers.
type BriefAnswer struct {
	From          time.Time       `json:"from"`
	To            time.Time       `json:"to"`
	Language      string          `json:"language"`
	Text          *openai.Text    `json:"text,omitempty"`    // by a language model; its facts count over all sections
	Missing       string          `json:"missing,omitempty"` // why there is none, where one was asked
	Sections      []brief.Section `json:"sections"`
	Conversations []briefCall     `json:"conversations"` // those named
}

// briefCall is a conversation that a sentence names.
type briefCall struct {
	ID      models.ID `json:"id"`
	Started time.Time `json:"started"`
	Channel string    `json:"channel"`
	Queue   string    `json:"queue"`
	Agent   string    `json:"agent"`
}

// Run writes the brief.
func (c BriefCmd) Run(ctx context.Context, a *app.App) error {
	format := c.Format
	var err error
	if format == "" {
		if format, err = formatOf(c.Out, "text", "json", "html", "pdf", "xlsx"); err != nil {
			return err
		}
	}
	if err := c.Apply(a); err != nil {
		return err
	}
	zone, err := a.Config.Reports.Location()
	if err != nil {
		return err
	}
	from, to, err := lastDays(7, c.From, c.To, zone)
	if err != nil {
		return err
	}
	if err := checkOut(a, c.Out, format); err != nil {
		return err
	}
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	b, err := composeBrief(ctx, a, store, from, to, c.Lang)
	if err != nil {
		return err
	}
	if b.Missing != "" {
		fmt.Fprintln(a.Err, "Without the language model:", b.Missing)
	}
	if len(b.Sections) == 0 {
		sayWhyEmpty(ctx, a, store)
	}
	return write(a, c.Out, func(w io.Writer) error {
		switch format {
		case "json":
			out := json.NewEncoder(w)
			out.SetIndent("", "  ")
			out.SetEscapeHTML(false)
			return out.Encode(b)
		case "text":
			return b.print(w)
		}
		page := b.page()
		d := report.Document{Title: page.Title, Subtitle: page.Scope, Language: c.Lang, Made: time.Now(), Pages: []report.Page{page, b.callsPage()}}
		return renderer{format: format, language: c.Lang, font: a.Config.Reports.Font}.document(d)(w)
	})
}

// composeBrief reads the figures of a time, puts them into words, and has the
// language model write on them, if there is one.
func composeBrief(ctx context.Context, a *app.App, store *warehouse.Warehouse, from, to time.Time, language string) (BriefAnswer, error) {
	zone := from.Location()
	answer := BriefAnswer{From: from, To: to, Language: language}
	figures, err := briefFigures{causesReader{store, from, to, language}, zone, a.Config.Bursts.Alarm}.read(ctx)
	if err != nil {
		return answer, err
	}
	answer.Sections = append([]brief.Section{}, brief.Write(figures, language)...)
	facts := brief.Facts(answer.Sections)
	if a.Config.LLM.Enabled() && len(facts) > 0 {
		answer.Text, err = writeOn(ctx, a, language, briefTask(from, to, language), facts)
		if ctx.Err() != nil {
			return answer, ctx.Err()
		}
		if err != nil {
			answer.Missing = err.Error()
		}
	}
	answer.Conversations, err = briefCalls(ctx, store, facts, zone)
	return answer, err
}

// writeOn has the language model write a text on facts.
func writeOn(ctx context.Context, a *app.App, language, task string, facts []models.Fact) (*openai.Text, error) {
	client, err := a.NewLLM()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return client.Write(ctx, language, task, facts)
}

func briefTask(from, to time.Time, language string) string {
	scope := report.Scope(from, to, nil, language)
	if language == "zh" {
		return "写明 " + scope + " 客户投诉了什么：先写最大的原因，再写变化、突增和处理结果。"
	}
	return "Write what customers complained of, " + scope + ": the largest causes first, then what changed, bursts, and what became of them."
}

// briefCalls describes the conversations that facts name, in the order in which
// they are named.
func briefCalls(ctx context.Context, store *warehouse.Warehouse, facts []models.Fact, zone *time.Location) ([]briefCall, error) {
	var ids []string
	for _, f := range facts {
		for _, id := range f.Calls {
			if !slices.Contains(ids, string(id)) {
				ids = append(ids, string(id))
			}
		}
	}
	calls := make([]briefCall, 0, len(ids))
	t, err := store.Query(ctx, "SELECT interaction_id, started, toString(channel), toString(queue), toString(agent) FROM interactions WHERE interaction_id IN {ids:Array(String)} ORDER BY indexOf({ids:Array(String)}, interaction_id)", warehouse.Param("ids", ids))
	for _, row := range t.Rows {
		calls = append(calls, briefCall{models.ID(row[0].(string)), row[1].(time.Time).In(zone), row[2].(string), row[3].(string), row[4].(string)})
	}
	return calls, err
}

// Number is what a conversation is called in the text, from 1; 0: it is not
// there.
func (b *BriefAnswer) Number(id models.ID) int {
	return 1 + slices.IndexFunc(b.Conversations, func(c briefCall) bool { return c.ID == id })
}

func (b *BriefAnswer) say(en, zh string) string {
	if b.Language == "zh" {
		return zh
	}
	return en
}

func (b *BriefAnswer) title() string {
	return b.say("What did customers complain of?", "客户投诉了什么？")
}

// byModel says who wrote a text, and what was left out of it.
func (b *BriefAnswer) byModel() string {
	return fmt.Sprintf(b.say("In the words of %s; each sentence is supported by the figures below, %d that are not were dropped", "由 %s 撰写，每句均有下列数据支持，另有%d句因无依据被删去"), b.Text.Model, b.Text.Dropped)
}

// line is what is read of a fact: quotes are marked as such.
func (b *BriefAnswer) line(f models.Fact) string {
	if f.Party != "" {
		return b.say("A customer: “", "客户说：“") + f.Text + "”"
	}
	return f.Text
}

// print writes the brief for a terminal.
func (b *BriefAnswer) print(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s  %s\n", b.title(), report.Scope(b.From, b.To, nil, b.Language))
	cited := func(indent, text string, calls []models.ID) {
		out.WriteString(indent + text)
		out.WriteByte(' ')
		for _, id := range calls {
			fmt.Fprintf(&out, "[%d]", b.Number(id))
		}
		out.WriteByte('\n')
	}
	if b.Text != nil {
		fmt.Fprintf(&out, "\n%s:\n", b.byModel())
		for _, s := range b.Text.Sentences {
			cited("  ", s.Text, s.Calls[:min(len(s.Calls), callsOfFact)])
		}
	}
	for _, s := range b.Sections {
		fmt.Fprintf(&out, "\n%s\n", s.Subject)
		for _, f := range s.Facts {
			indent := "  "
			if f.Party != "" {
				indent = "      "
			}
			cited(indent, b.line(f), f.Calls)
		}
	}
	if len(b.Conversations) > 0 {
		fmt.Fprintf(&out, "\n%s\n", b.say("Conversations (earshot show ID)", "会话（earshot show ID）"))
		for i, c := range b.Conversations {
			fmt.Fprintf(&out, "  [%d] %s  %s  %s  %s\n", i+1, c.ID, c.Started.Format("2006-01-02 15:04"), report.Cell("channel", c.Channel, b.Language), c.Agent)
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// page is the brief as a page of a report: a row each sentence.
func (b *BriefAnswer) page() report.Page {
	p := report.Page{Name: config.BriefName, Title: b.title(), Scope: report.Scope(b.From, b.To, nil, b.Language), Language: b.Language,
		Chart: models.Chart{Kind: "table"}, Table: models.Table{Columns: terminal.Columns("subject", "statement", "examples")}}
	row := func(subject, text string, calls []models.ID) {
		ids := make([]string, len(calls))
		for i, id := range calls {
			ids[i] = string(id)
		}
		p.Table.Rows = append(p.Table.Rows, []any{subject, text, ids})
	}
	if b.Text != nil {
		p.Note = b.byModel() + b.say(".", "。")
		for _, s := range b.Text.Sentences {
			row(b.say("In short", "摘要"), s.Text, s.Calls[:min(len(s.Calls), callsOfFact)])
		}
	}
	for _, s := range b.Sections {
		for _, f := range s.Facts {
			row(s.Subject, b.line(f), f.Calls)
		}
	}
	return p
}

// callsPage lists the conversations named.
func (b *BriefAnswer) callsPage() report.Page {
	p := report.Page{Name: "brief-conversations", Title: b.say("The conversations named", "所引会话"), Scope: report.Scope(b.From, b.To, nil, b.Language), Language: b.Language,
		Chart: models.Chart{Kind: "table"}, Table: models.Table{Columns: terminal.Columns("interaction_id", "started", "channel", "queue", "agent")}}
	for _, c := range b.Conversations {
		p.Table.Rows = append(p.Table.Rows, []any{string(c.ID), c.Started, c.Channel, c.Queue, c.Agent})
	}
	return p
}
