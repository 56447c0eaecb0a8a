package warehouse_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"earshot/models"
	"earshot/warehouse"
)

var (
	anyText  = rapid.StringOfN(rapid.RuneFrom([]rune("ab '\"\\\t\n\x00é我要退款，曝光🙂")), 0, 12, -1)
	anyName  = rapid.SampledFrom([]string{"", "a", "名字", "it's", "x.y"})
	anyFloat = rapid.OneOf(rapid.Float64Range(-1e6, 1e6), rapid.SampledFrom([]float64{0, 1, 0.1, 1.0 / 3}))
	anyBool  = rapid.Bool()
	anyParty = rapid.SampledFrom(models.Parties())
	anyBy    = rapid.Custom(func(t *rapid.T) models.By {
		return models.By{Name: anyName.Draw(t, "name"), Version: anyName.Draw(t, "version"), Hash: anyName.Draw(t, "hash")}
	})
	anyMillis   = rapid.OneOf(rapid.Int64Range(0, 1e6), rapid.Int64Range(0, 1<<50))
	anyEvidence = rapid.Custom(func(t *rapid.T) models.Evidence {
		return models.Evidence{
			Turn: rapid.IntRange(-1, 4).Draw(t, "turn"), From: rapid.IntRange(-1, 9).Draw(t, "from"), To: rapid.IntRange(-1, 9).Draw(t, "to"),
			Quote: anyText.Draw(t, "quote"), Start: millis(t), End: millis(t),
		}
	})
	anyTime = rapid.Custom(func(t *rapid.T) time.Time {
		ms := rapid.Int64Range(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()).Draw(t, "ms")
		return time.UnixMilli(ms).UTC()
	})
)

func millis(t *rapid.T) models.Millis { return models.Millis(anyMillis.Draw(t, "ms")) }

// list draws a list that is nil when it is empty.
func list[T any](t *rapid.T, of *rapid.Generator[T], label string) []T {
	all := rapid.SliceOfN(of, 0, 3).Draw(t, label)
	if len(all) == 0 {
		return nil
	}
	return all
}

// anyInteraction draws interactions with all that JSON can hold, valid or not,
// within what the store promises: times to the millisecond.
func anyInteraction(t *rapid.T, id string) *models.Interaction {
	zone := rapid.SampledFrom([]*time.Location{time.UTC, time.FixedZone("", 8*3600), time.FixedZone("", -16200)}).Draw(t, "zone")
	in := &models.Interaction{
		Schema: rapid.IntRange(0, 1).Draw(t, "schema"), ID: models.ID(id),
		Channel:  rapid.SampledFrom(models.Channels()).Draw(t, "channel"),
		Language: anyName.Draw(t, "language"), Direction: anyName.Draw(t, "direction"), Queue: anyName.Draw(t, "queue"),
		Team: anyName.Draw(t, "team"), Agent: anyName.Draw(t, "agent"), Customer: anyText.Draw(t, "customer"),
		Started: anyTime.Draw(t, "started").In(zone),
	}
	if m := rapid.MapOfN(anyText, anyText, 0, 3).Draw(t, "attributes"); len(m) > 0 {
		in.Attributes = m
	}
	if anyBool.Draw(t, "has ended") {
		ended := anyTime.Draw(t, "ended").In(zone)
		in.Ended = &ended
	}
	if anyBool.Draw(t, "has media") {
		in.Media = &models.Media{
			SHA256: rapid.StringMatching("[0-9a-f]{64}").Draw(t, "sha"), Name: anyText.Draw(t, "name"), Bytes: anyMillis.Draw(t, "bytes"),
			Type: anyName.Draw(t, "type"), Format: anyName.Draw(t, "format"), Roles: list(t, anyParty, "roles"),
		}
	}
	if anyBool.Draw(t, "has transcript") {
		in.Transcript = anyTranscript(t)
	}
	if anyBool.Draw(t, "has summary") {
		in.Summary = anySummary(t)
	}
	if anyBool.Draw(t, "has shadow") {
		in.Shadow = anyShadow(t)
	}
	in.Findings = list(t, rapid.Custom(func(t *rapid.T) models.Finding {
		return models.Finding{
			Kind: anyName.Draw(t, "kind"), Party: anyParty.Draw(t, "party"), Score: anyFloat.Draw(t, "score"), Value: anyFloat.Draw(t, "value"),
			Label: anyText.Draw(t, "label"), Severity: rapid.IntRange(0, 3).Draw(t, "severity"), By: anyBy.Draw(t, "by"),
			Evidence: rapid.SliceOfN(anyEvidence, 0, 3).Draw(t, "evidence"),
		}
	}), "findings")
	in.Verdicts = list(t, rapid.Custom(func(t *rapid.T) models.Verdict {
		return models.Verdict{
			Rule: anyName.Draw(t, "rule"), Version: anyName.Draw(t, "version"), Name: anyText.Draw(t, "name"),
			Outcome: rapid.SampledFrom([]models.Outcome{models.Hit, models.Miss, models.Unsure}).Draw(t, "outcome"),
			Because: anyText.Draw(t, "because"), Severity: rapid.IntRange(0, 3).Draw(t, "severity"), Tags: list(t, anyName, "tags"),
			Evidence: list(t, anyEvidence, "evidence"), Searched: list(t, searchedIn(in.Transcript), "searched"), By: anyBy.Draw(t, "by"),
		}
	}), "verdicts")
	in.Scorecards = list(t, rapid.Custom(anyScorecard), "scorecards")
	in.Trace = list(t, rapid.Custom(func(t *rapid.T) models.Trace {
		return models.Trace{Step: anyName.Draw(t, "step"), Started: anyTime.Draw(t, "started"), Millis: millis(t), By: list(t, anyBy, "by"), Error: anyText.Draw(t, "error")}
	}), "trace")
	return in
}

// searchedIn draws evidence that mostly stands in the transcript.
func searchedIn(transcript *models.Transcript) *rapid.Generator[models.Evidence] {
	return rapid.Custom(func(t *rapid.T) models.Evidence {
		if transcript == nil || len(transcript.Turns) == 0 || rapid.IntRange(0, 3).Draw(t, "invent") == 0 {
			return anyEvidence.Draw(t, "evidence")
		}
		i := rapid.IntRange(0, len(transcript.Turns)-1).Draw(t, "turn")
		to := rapid.IntRange(0, len(transcript.Turns[i].Text)).Draw(t, "to")
		return transcript.Quote(i, rapid.IntRange(0, to).Draw(t, "from"), to)
	})
}

func anyShadow(t *rapid.T) *models.Shadow {
	return &models.Shadow{
		Release: anyName.Draw(t, "release"), By: anyBy.Draw(t, "by"),
		Verdicts: list(t, rapid.Custom(func(t *rapid.T) models.ShadowVerdict {
			return models.ShadowVerdict{Rule: anyName.Draw(t, "rule"), Version: anyName.Draw(t, "version"), Outcome: models.Hit,
				Live: rapid.SampledFrom([]models.Outcome{"", models.Miss}).Draw(t, "live"), Because: anyText.Draw(t, "because"), Evidence: list(t, anyEvidence, "evidence"), By: anyBy.Draw(t, "by")}
		}), "verdicts"),
		Scores: list(t, rapid.Custom(func(t *rapid.T) models.ShadowScore {
			s := models.ShadowScore{Scorecard: anyName.Draw(t, "card"), Version: anyName.Draw(t, "version"), Score: anyFloat.Draw(t, "score"), Passed: anyBool.Draw(t, "passed"), By: anyBy.Draw(t, "by")}
			if anyBool.Draw(t, "has live") {
				live := anyFloat.Draw(t, "live")
				s.Live = &live
			}
			return s
		}), "scores"),
	}
}

func anySummary(t *rapid.T) *models.Summary {
	return &models.Summary{
		Model: anyName.Draw(t, "model"), Missing: anyText.Draw(t, "missing"), Usage: &models.Usage{Calls: 2, Prompt: 900, Cached: 500, Answer: 80, Cost: 0.25}, Dropped: 3,
		Method: anyName.Draw(t, "method"), Reason: anyName.Draw(t, "reason"), Cause: anyName.Draw(t, "cause"), Outcome: anyName.Draw(t, "outcome"), By: anyBy.Draw(t, "by"),
		Text: list(t, rapid.Custom(func(t *rapid.T) models.Statement {
			return models.Statement{Section: anyName.Draw(t, "section"), Party: anyParty.Draw(t, "party"), Text: anyText.Draw(t, "text"), Cites: list(t, anyEvidence, "cites")}
		}), "text"),
		Promises: list(t, rapid.Custom(func(t *rapid.T) models.Promise {
			p := models.Promise{Party: anyParty.Draw(t, "party"), Action: anyName.Draw(t, "action"), Text: anyText.Draw(t, "text"), Cites: list(t, anyEvidence, "cites")}
			if anyBool.Draw(t, "has due") {
				due := anyTime.Draw(t, "due")
				p.Due = &due
			}
			return p
		}), "promises"),
	}
}

func anyTranscript(t *rapid.T) *models.Transcript {
	return &models.Transcript{
		Language: anyName.Draw(t, "language"), Grade: rapid.SampledFrom([]models.Grade{"", models.GradeText, models.GradeStereo}).Draw(t, "grade"),
		Length: millis(t), By: list(t, anyBy, "by"), Notes: list(t, anyText, "notes"),
		Turns: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) models.Turn {
			turn := models.Turn{
				Party: anyParty.Draw(t, "party"), Start: millis(t), End: millis(t), Text: anyText.Draw(t, "text"), Language: anyName.Draw(t, "language"),
				Confidence: anyFloat.Draw(t, "confidence"), NoSpeech: anyFloat.Draw(t, "no speech"),
				Words: list(t, rapid.Custom(func(t *rapid.T) models.Word {
					return models.Word{From: rapid.IntRange(0, 9).Draw(t, "from"), To: rapid.IntRange(0, 9).Draw(t, "to"), Start: millis(t), End: millis(t), Confidence: anyFloat.Draw(t, "c")}
				}), "words"),
			}
			if anyBool.Draw(t, "has tone") {
				turn.Tone = &models.Tone{Loudness: anyFloat.Draw(t, "loudness"), Pitch: anyFloat.Draw(t, "pitch"), Voiced: anyFloat.Draw(t, "voiced"), Pace: anyFloat.Draw(t, "pace")}
			}
			return turn
		}), 0, 4).Draw(t, "turns"),
		Events: list(t, rapid.Custom(func(t *rapid.T) models.Event {
			return models.Event{Kind: anyName.Draw(t, "kind"), Party: anyParty.Draw(t, "party"), Start: millis(t), End: millis(t)}
		}), "events"),
	}
}

func anyScorecard(t *rapid.T) models.Scorecard {
	return models.Scorecard{
		Name: anyName.Draw(t, "name"), Title: anyText.Draw(t, "title"), Version: anyName.Draw(t, "version"), Score: anyFloat.Draw(t, "score"),
		Points: anyFloat.Draw(t, "points"), Possible: anyFloat.Draw(t, "possible"), AutoFail: anyBool.Draw(t, "auto-fail"),
		Passed: anyBool.Draw(t, "passed"), Review: anyBool.Draw(t, "review"), By: anyBy.Draw(t, "by"), With: list(t, anyBy, "with"),
		Items: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) models.Item {
			return models.Item{
				Question: anyName.Draw(t, "question"), Section: anyName.Draw(t, "section"), Text: anyText.Draw(t, "text"), Rule: anyName.Draw(t, "rule"),
				Answer: rapid.SampledFrom([]models.Answer{models.Pass, models.Fail, models.NA, models.AnswerUnsure}).Draw(t, "answer"),
				Points: anyFloat.Draw(t, "points"), Possible: anyFloat.Draw(t, "possible"), AutoFail: anyBool.Draw(t, "auto-fail"),
				Because: anyText.Draw(t, "because"), Evidence: list(t, anyEvidence, "evidence"),
			}
		}), 0, 3).Draw(t, "items"),
	}
}

func TestWhatIsStoredComesBack(t *testing.T) {
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		want := map[models.ID]string{}
		var all errgroup.Group
		var ids []models.ID
		for range rapid.IntRange(1, 8).Draw(rt, "interactions") {
			n++
			in := anyInteraction(rt, fmt.Sprintf("round-trip-%d", n))
			revision := models.Revision(rapid.Uint64().Draw(rt, "revision"))
			ids = append(ids, in.ID)
			want[in.ID] = fmt.Sprint(revision, asJSON(rt, in))
			all.Go(func() error { return writer.Store(t.Context(), in, revision) })
		}
		if err := all.Wait(); err != nil {
			rt.Fatal(err)
		}
		err := w.Each(t.Context(), warehouse.Filter{IDs: ids}, func(in *models.Interaction, revision models.Revision) error {
			if got := fmt.Sprint(revision, asJSON(rt, in)); got != want[in.ID] {
				rt.Fatalf("stored\n%s\nloaded\n%s", want[in.ID], got)
			}
			delete(want, in.ID)
			return nil
		})
		if err != nil {
			rt.Fatal(err)
		}
		for id := range want {
			rt.Fatalf("%s was not loaded", id)
		}
	})
}

func TestLoad(t *testing.T) {
	defer warehouse.SetPageRows(2)()
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	stored := fixtureInteractions()
	for _, in := range stored {
		in.ID = "load-" + in.ID
	}
	storeAll(t, writer, 9, stored...)
	for _, in := range stored {
		got, revision, err := w.Load(t.Context(), in.ID)
		if err != nil || revision != 9 || asJSON(t, got) != asJSON(t, in) {
			t.Errorf("stored\n%s\nloaded\n%s, %d, %v", asJSON(t, in), asJSON(t, got), revision, err)
		}
	}
	if _, _, err := w.Load(t.Context(), "load-nothing"); !errors.Is(err, warehouse.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	for want, filter := range map[string]warehouse.Filter{
		"[load-feb-1]":                        {To: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
		"[load-en-1 load-chat-1 load-chat-2]": {From: time.Date(2026, 3, 10, 14, 0, 0, 0, time.UTC)},
		"[load-zh-1 load-en-1]":               {Channels: []models.Channel{models.Phone}},
		"[load-zh-1]":                         {IDs: []models.ID{"load-zh-1", "load-nothing"}},
		"[]":                                  {IDs: []models.ID{"' OR 1=1 --"}},
	} {
		found := []models.ID{}
		err := w.Each(t.Context(), filter, func(in *models.Interaction, _ models.Revision) error {
			if strings.HasPrefix(string(in.ID), "load-") {
				found = append(found, in.ID)
			}
			return nil
		})
		if err != nil || fmt.Sprint(found) != want {
			t.Errorf("%+v: got %v, %v, want %s", filter, found, err, want)
		}
	}
	some, all := 0, 0
	for _, sample := range []float64{0.5, 1} {
		err := w.Each(t.Context(), warehouse.Filter{Sample: sample, Bare: true}, func(in *models.Interaction, _ models.Revision) error {
			if sample == 1 {
				all++
			} else {
				some++
			}
			if in.Verdicts != nil || in.Scorecards != nil || in.Trace != nil {
				t.Errorf("%s is not bare", in.ID)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if some == 0 || some >= all {
		t.Errorf("half of %d are %d", all, some)
	}
	stop := errors.New("stop")
	if err := w.Each(t.Context(), warehouse.Filter{}, func(*models.Interaction, models.Revision) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v, want %v", err, stop)
	}
}

// TestEachOverCenturies pages over days on both sides of what a Date can hold.
func TestEachOverCenturies(t *testing.T) {
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	var ids []models.ID
	var all []*models.Interaction
	for _, year := range []int{1990, 2026, 2148, 2149, 2150, 2180, 2199} {
		in := numbered(models.ID(fmt.Sprint("century-", year)), models.SMS, time.Date(year, 7, 8, 9, 0, 0, 0, time.UTC), 2)
		ids, all = append(ids, in.ID), append(all, in)
	}
	storeAll(t, writer, 1, all...)
	for _, rows := range []int{1, 2, 3, 100} {
		back := warehouse.SetPageRows(rows)
		var found []models.ID
		err := w.Each(t.Context(), warehouse.Filter{IDs: ids}, func(in *models.Interaction, _ models.Revision) error {
			found = append(found, in.ID)
			if len(in.Transcript.Turns) != 2 || len(in.Trace) != 2 {
				t.Errorf("%s came back with %d turns and %d entries of trace, want 2", in.ID, len(in.Transcript.Turns), len(in.Trace))
			}
			return nil
		})
		back()
		if err != nil || fmt.Sprint(found) != fmt.Sprint(ids) {
			t.Errorf("%d a page: got %v, %v, want %v", rows, found, err, ids)
		}
	}
}

func asJSON(t interface{ Fatal(...any) }, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
