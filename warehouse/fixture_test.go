package warehouse_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/models"
	"earshot/warehouse"
	"earshot/warehouse/engine"
)

// fixture fills an empty store with conversations that every report's tests
// are counted over, and with what redelivery, repeated scoring and attempts
// that broke off leave behind, none of which may count.
func fixture(t *testing.T, w *warehouse.Warehouse, e engine.Endpoint) {
	t.Helper()
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	var all errgroup.Group // what comes at about the same time is written together
	for i, in := range fixtureInteractions() {
		all.Go(func() error { return storeAgainAndAgain(t.Context(), writer, in, int64(i)) })
	}
	for _, file := range []string{"may.jsonl", "odd.jsonl"} {
		for i, in := range read[models.Interaction](t, file) {
			all.Go(func() error { return storeAgainAndAgain(t.Context(), writer, &in, int64(i)) })
		}
	}
	reviews := read[models.Review](t, "reviews.jsonl")
	if err := errors.Join(w.Reviewed(t.Context(), reviews, nil), w.Reviewed(t.Context(), reviews, nil)); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)
	for _, a := range []models.Accepted{
		{ID: "f1", Channel: models.Phone, Started: at, Revision: 100}, {ID: "f2", Channel: models.Phone, Started: at, Revision: 100},
		{ID: "f3", Channel: models.WebChat, Started: at, Revision: 100}, {ID: "f4", Channel: models.WebChat, Started: at, Revision: 100},
	} {
		all.Go(func() error { return writer.Accept(t.Context(), []models.Accepted{a}) })
	}
	for _, d := range []models.Dead{
		{ID: "f1", Channel: models.Phone, Step: "asr", Code: "timed-out", Reason: "not done within 2h", Revision: 100, At: at.Add(time.Hour), Attempts: 3},
		{ID: "f2", Channel: models.Phone, Step: "asr", Code: "bad-input", Reason: "call.wav is empty", Revision: 100, At: at, Attempts: 1},
		// A failure of an older record: the latest of f3 is still in flight.
		{ID: "f3", Channel: models.WebChat, Step: "decode", Code: "bad-input", Reason: "no", Revision: 99, At: at, Attempts: 1},
		// One that failed and was scored when it was sent again.
		{ID: "en-1", Channel: models.Phone, Step: "asr", Code: "crashed", Reason: "signal", Revision: 8, At: at, Attempts: 3},
		// Refused at the door.
		{Step: "ingest", Code: "bad-input", Reason: "line 3: not JSON", Source: "a.jsonl:3", At: at, Attempts: 1, Record: []byte("{")},
		{ID: "r2", Channel: models.SMS, Step: "ingest", Code: "bad-input", Reason: "no turns", Source: "b.json", At: at.Add(time.Minute), Attempts: 1},
	} {
		all.Go(func() error { return errors.Join(writer.Fail(t.Context(), d), writer.Fail(t.Context(), d)) })
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, table := range strings.Fields("interactions turns findings verdicts scorecards score_items summaries trace") {
		for _, change := range []string{"write + 1 AS write", "write + 2 AS write, revision + 1 AS revision"} {
			from := "(SELECT * REPLACE (" + change + ") FROM earshot_raw." + table + ")"
			execute(t, e, "INSERT INTO earshot_raw.unsettled (interaction_id, write, revision) SELECT DISTINCT interaction_id, write, revision FROM "+from)
			execute(t, e, "INSERT INTO earshot_raw."+table+" SELECT * FROM "+from)
		}
	}
}

// storeAll stores interactions at the same time. The writer writes together what
// comes together: one after the other takes ten times as long.
func storeAll(t testing.TB, writer *warehouse.Writer, revision models.Revision, interactions ...*models.Interaction) {
	t.Helper()
	var all errgroup.Group
	for _, in := range interactions {
		all.Go(func() error { return writer.Store(t.Context(), in, revision) })
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
}

// read returns what a file of testdata holds, a record a line. may.jsonl is
// thirty-two conversations of May 2026, of nine customers and four agents;
// odd.jsonl five of July in which much is missing, off the scale or no work.
func read[T any](t *testing.T, name string) []T {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	for lines := json.NewDecoder(bytes.NewReader(b)); lines.More(); {
		var record T
		if err := lines.Decode(&record); err != nil {
			t.Fatalf("%s: record %d: %v", name, len(all)+1, err)
		}
		all = append(all, record)
	}
	return all
}

// storeAgainAndAgain stores an interaction as redelivery may: first an older
// conversation under the same id, on another channel and another day, then the
// right one twice, then the older again.
func storeAgainAndAgain(ctx context.Context, writer *warehouse.Writer, in *models.Interaction, offset int64) error {
	revision := models.NewRevision(in.Started.Add(time.Hour), offset)
	note := models.Accepted{ID: in.ID, Channel: in.Channel, Started: in.Started, Revision: revision, Source: "fixture"}
	older := note
	older.Revision, older.Channel, older.Started = 7, models.Email, in.Started.AddDate(0, -3, 0)
	before := *in
	before.Channel, before.Started, before.Agent, before.Verdicts = models.Email, older.Started, "nobody", in.Verdicts[:0]
	before.Transcript = models.MustParse("C: an older conversation under the same id\nA: with other words\nC: and more turns\nA: than now\nC: so\nA: there")
	return errors.Join(
		writer.Accept(ctx, []models.Accepted{older, note, note}),
		writer.Store(ctx, &before, older.Revision),
		writer.Store(ctx, in, revision), writer.Store(ctx, in, revision),
		writer.Store(ctx, &before, older.Revision),
		writer.Accept(ctx, []models.Accepted{note}),
	)
}

// fixtureInteractions are two calls and two chats of March 2026 and one chat
// of February.
func fixtureInteractions() []*models.Interaction {
	east := time.FixedZone("", 8*3600)
	zh1 := call("zh-1", "王芳", "售后", "一组", time.Date(2026, 3, 10, 1, 30, 0, 0, east), `
		[0-2] A: 您好，请问有什么可以帮您
		[2-5] C: 我要退款，不然我就曝光你们
		[20-23] A: 请您稍等
		[22-24] C: 骗子`)
	for i := range zh1.Transcript.Turns {
		zh1.Transcript.Turns[i].Confidence, zh1.Transcript.Turns[i].Language = 0.9-0.2*float64(i), "zh"
	}
	zh1.Findings = []models.Finding{
		word(zh1, "word.threat", "曝光", 1, "曝光", 3), word(zh1, "word.abuse", "骗子", 3, "骗子", 1),
		{Kind: "silence.long", Score: 1, Value: 15, Evidence: []models.Evidence{models.Stretch(1, 5000, 20000)}},
		{Kind: "talkover", Party: models.Customer, Score: 1, Value: 1000, Evidence: []models.Evidence{models.Stretch(3, 22000, 23000)}},
	}
	zh1.Verdicts = []models.Verdict{
		hit(zh1, "threat_public", 3, 1, "曝光", "risk"), miss(zh1, "agent_abuse"), hit(zh1, "dead_air", 1, 1, "", "flow", "hold"),
	}
	zh1.Verdicts[0].Evidence = append(zh1.Verdicts[0].Evidence, quoteIn(zh1, 1, "不然我就曝光你们")...)
	zh1.Scorecards = []models.Scorecard{card(60, true, false, item("greeting", "pass", 20, 20), item("hold", "fail", 0, 40), item("closing", "n/a", 0, 0))}

	en1 := call("en-1", "Ann", "billing", "one", time.Date(2026, 3, 10, 14, 0, 0, 0, time.UTC), `
		[0-3] A: Hello, how can I help
		[3-6] C: You idiots charged me twice
		[6-60] A: Oh shut up`)
	en1.Transcript.Turns[0].Confidence, en1.Transcript.Turns[1].Confidence = 0.4, 0.8
	en1.Findings = []models.Finding{word(en1, "word.abuse", "idiots", 1, "idiots", 1), word(en1, "word.abuse", "shut up", 2, "shut up", 2)}
	en1.Verdicts = []models.Verdict{miss(en1, "threat_public"), hit(en1, "agent_abuse", 3, 2, "shut up", "conduct"), miss(en1, "dead_air")}
	en1.Scorecards = []models.Scorecard{card(0, false, true, item("greeting", "pass", 20, 20), autoFail(item("abuse", "fail", 0, 30)))}

	chat1 := chat("chat-1", models.WebChat, "王芳", time.Date(2026, 3, 11, 3, 0, 0, 0, east), "C: 什么时候发货\nA: 明天")
	chat1.Verdicts = []models.Verdict{miss(chat1, "threat_public"), miss(chat1, "agent_abuse"), {Rule: "dead_air", Version: "1", Name: "dead_air", Outcome: models.Unsure, Because: "no times"}}
	chat1.Scorecards = []models.Scorecard{card(50, false, false, item("greeting", "fail", 0, 20), item("answer", "pass", 20, 20))}
	chat1.Scorecards[0].Items[0].Evidence = []models.Evidence{chat1.Transcript.QuoteTurn(1)}
	chat1.Scorecards[0].Review = true

	chat2 := chat("chat-2", models.WeChat, "Ann", time.Date(2026, 3, 11, 4, 0, 0, 0, time.UTC), "C: thanks\nA: bye\nC: bye")
	chat2.Verdicts = []models.Verdict{miss(chat2, "threat_public")}
	chat2.Scorecards = []models.Scorecard{card(100, true, false, item("greeting", "pass", 20, 20))}

	feb := chat("feb-1", models.WebChat, "Ann", time.Date(2026, 2, 27, 12, 0, 0, 0, time.UTC), "C: 我要曝光你们\nA: sorry")
	feb.Verdicts = []models.Verdict{hit(feb, "threat_public", 3, 0, "曝光", "risk")}
	return []*models.Interaction{zh1, en1, chat1, chat2, feb}
}

func call(id models.ID, agent, queue, team string, started time.Time, dialogue string) *models.Interaction {
	in := &models.Interaction{
		Schema: 1, ID: id, Channel: models.Phone, Agent: agent, Queue: queue, Team: team, Started: started,
		Media: &models.Media{SHA256: strings.Repeat("0", 64)}, Transcript: models.MustParse(dialogue),
	}
	in.Trace = []models.Trace{{Step: "asr", Started: started.UTC(), Millis: 900}}
	return in
}

func chat(id models.ID, channel models.Channel, agent string, started time.Time, dialogue string) *models.Interaction {
	return &models.Interaction{Schema: 1, ID: id, Channel: channel, Language: "zh", Agent: agent, Queue: "chat", Started: started, Transcript: models.MustParse(dialogue)}
}

// quoteIn returns evidence for words of a turn; of no words, for the turn's
// time.
func quoteIn(in *models.Interaction, turn int, words string) []models.Evidence {
	text := in.Transcript.Turns[turn].Text
	if words == "" {
		t := in.Transcript.Turns[turn]
		return []models.Evidence{models.Stretch(turn, t.Start, t.End)}
	}
	from := strings.Index(text, words)
	return []models.Evidence{in.Transcript.Quote(turn, from, from+len(words))}
}

func word(in *models.Interaction, kind, label string, turn int, words string, severity int) models.Finding {
	return models.Finding{
		Kind: kind, Party: in.Transcript.Turns[turn].Party, Score: 1, Label: label, Severity: severity, Evidence: quoteIn(in, turn, words),
		By: models.By{Name: "words", Hash: "abc"},
	}
}

func hit(in *models.Interaction, rule string, severity, turn int, words string, tags ...string) models.Verdict {
	return models.Verdict{
		Rule: rule, Version: "1", Name: rule, Outcome: models.Hit, Because: "because of " + rule, Severity: severity, Tags: tags,
		Evidence: quoteIn(in, turn, words),
	}
}

func miss(in *models.Interaction, rule string) models.Verdict {
	return models.Verdict{
		Rule: rule, Version: "1", Name: rule, Outcome: models.Miss, Because: "nothing found",
		Searched: []models.Evidence{in.Transcript.QuoteTurn(0), in.Transcript.QuoteTurn(1)},
	}
}

func card(score float64, passed, autoFail bool, items ...models.Item) models.Scorecard {
	c := models.Scorecard{Name: "service", Title: "Service", Version: "2", Score: score, Passed: passed, AutoFail: autoFail, Review: autoFail, Items: items}
	for _, i := range items {
		c.Points, c.Possible = c.Points+i.Points, c.Possible+i.Possible
	}
	return c
}

func item(question string, answer models.Answer, points, possible float64) models.Item {
	return models.Item{Question: question, Section: "manner", Text: question + "?", Rule: question + "_rule", Answer: answer, Points: points, Possible: possible, Because: "why " + question}
}

func autoFail(i models.Item) models.Item {
	i.AutoFail = true
	return i
}
