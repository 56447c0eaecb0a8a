package models

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	tr, err := Parse("# refund\nC: 我要退款\n... 12s\n[0:31.5] A: I am sorry\n[40-43.2] C：曝光你们\n... 5s\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []Turn{
		{Party: Customer, Text: "我要退款", Start: 0, End: 800},
		{Party: Agent, Text: "I am sorry", Start: 31500, End: 32200},
		{Party: Customer, Text: "曝光你们", Start: 40000, End: 43200},
	}
	if len(tr.Turns) != len(want) {
		t.Fatalf("got %d turns, want %d", len(tr.Turns), len(want))
	}
	for i, w := range want {
		g := tr.Turns[i]
		if g.Party != w.Party || g.Text != w.Text || g.Start != w.Start || g.End != w.End {
			t.Errorf("turn %d: got %+v, want %+v", i, g, w)
		}
	}
	if tr.Length != 48200 {
		t.Errorf("length %d, want 48200: the pause at the end counts", tr.Length)
	}
	if err := tr.Validate(); err != nil {
		t.Error(err)
	}
}

func TestParsePauseBetweenTurns(t *testing.T) {
	tr := MustParse("C: 喂\n... 12s\nA: 您好")
	if gap := tr.Turns[1].Start - tr.Turns[0].End; gap != 12000 {
		t.Errorf("gap %d ms, want 12000", gap)
	}
}

func TestParseErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"C: a\nhello":          "line 2",
		"[9-3] C: a":           "line 1",
		"[x] C: a":             "line 1",
		"[5] C: a\n[4] A: b":   "line 2",
		"C: a\n\n... 3.3.3s":   "line 3",
		"[-4] C: negative":     "line 1",
		"[NaN] C: not a time":  "line 1",
		"[1e999] C: not small": "line 1",
	} {
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, ErrBadInput) {
			t.Errorf("%q: got %v, want ErrBadInput with %q", text, err, want)
		}
	}
}

func TestEvidenceCheck(t *testing.T) {
	tr := MustParse("C: 我要退款\nA: sorry")
	good := []Evidence{tr.Quote(0, 6, 12), tr.QuoteTurn(1), Stretch(0, 100, 900)}
	for _, e := range good {
		if err := e.Check(tr); err != nil {
			t.Errorf("%+v: %v", e, err)
		}
	}
	if good[0].Quote != "退款" {
		t.Errorf("quote %q", good[0].Quote)
	}
	for name, e := range map[string]Evidence{
		"invented quote":     {Turn: 0, From: 6, To: 12, Quote: "投诉", End: 10},
		"wrong turn":         {Turn: 1, From: 0, To: 6, Quote: "退款", End: 10},
		"no such turn":       {Turn: 7, From: 0, To: 5, Quote: "sorry"},
		"negative turn":      {Turn: -1, From: 0, To: 5, Quote: "sorry"},
		"past the text":      {Turn: 1, From: 0, To: 50, Quote: "sorry"},
		"after the end":      Stretch(0, 0, 1<<40),
		"backwards":          Stretch(0, 10, 5),
		"quote with no span": {Turn: 0, Quote: "退款", End: 10},
	} {
		if e.Check(tr) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestQuoteTakesWordTimes(t *testing.T) {
	tr := &Transcript{Turns: []Turn{{Party: Agent, Start: 1000, End: 9000, Text: "one two three", Words: []Word{
		{From: 0, To: 3, Start: 1000, End: 2000}, {From: 4, To: 7, Start: 2500, End: 3000}, {From: 8, To: 13, Start: 8000, End: 9000},
	}}}}
	if e := tr.Quote(0, 4, 7); e.Start != 2500 || e.End != 3000 {
		t.Errorf("got %d–%d, want 2500–3000", e.Start, e.End)
	}
	if e := tr.Quote(0, 4, 13); e.Start != 2500 || e.End != 9000 {
		t.Errorf("got %d–%d, want 2500–9000", e.Start, e.End)
	}
}

func TestValidate(t *testing.T) {
	valid := func() *Interaction {
		return &Interaction{ID: "call-1", Channel: WeChat, Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Transcript: MustParse("C: hi")}
	}
	if err := valid().Validate(); err != nil {
		t.Fatal(err)
	}
	before := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for want, change := range map[string]func(*Interaction){
		"id ":            func(in *Interaction) { in.ID = "../../etc" },
		"channel":        func(in *Interaction) { in.Channel = "fax" },
		"started":        func(in *Interaction) { in.Started = time.Time{} },
		"the year":       func(in *Interaction) { in.Started = time.Date(1, 2, 1, 0, 0, 0, 0, time.UTC) },
		"before it":      func(in *Interaction) { in.Ended = &before },
		"neither":        func(in *Interaction) { in.Transcript = nil },
		"schema version": func(in *Interaction) { in.Schema = 9 },
		"sha256":         func(in *Interaction) { in.Media = &Media{SHA256: "x"} },
		"party":          func(in *Interaction) { in.Transcript.Turns[0].Party = "boss" },
		"start_ms":       func(in *Interaction) { in.Transcript.Turns[0].Start = -1 },
		"UTF-8":          func(in *Interaction) { in.Transcript.Turns[0].Text = "\xff" },
		"word 0":         func(in *Interaction) { in.Transcript.Turns[0].Words = []Word{{From: 0, To: 99}} },
		"direction":      func(in *Interaction) { in.Direction = "sideways" },
		"queue":          func(in *Interaction) { in.Queue = strings.Repeat("q", MaxFieldBytes+1) },
	} {
		in := valid()
		change(in)
		err := in.Validate()
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, ErrBadInput) {
			t.Errorf("want ErrBadInput with %q, got %v", want, err)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	in := &Interaction{Schema: 1, ID: "a", Channel: Phone, Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Media: &Media{SHA256: strings.Repeat("a", 64), Roles: []Party{Agent, Customer}}, Transcript: MustParse("C: 你好\nA: hi")}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var back Interaction
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(&back)
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != string(again) {
		t.Errorf("changed on the way:\n%s\n%s", b, again)
	}
}

func TestMillisString(t *testing.T) {
	for m, want := range map[Millis]string{0: "0:00.0", 62500: "1:02.5", 59960: "1:00.0", -1500: "-0:01.5", 3_600_000: "60:00.0"} {
		if got := m.String(); got != want {
			t.Errorf("%d: got %s, want %s", m, got, want)
		}
	}
}

func TestRevision(t *testing.T) {
	at := time.Date(2026, 5, 4, 3, 2, 1, 7_000_000, time.UTC)
	a, b, c := NewRevision(at, 41), NewRevision(at, 42), NewRevision(at.Add(time.Millisecond), 0)
	if !(a < b && b < c) {
		t.Errorf("want %d < %d < %d", a, b, c)
	}
	if !b.Time().Equal(at) {
		t.Errorf("got %s, want %s", b.Time(), at)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("C: hi\n... 3s\n[1:02-1:05] A: 您好")
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := Parse(text)
		if err != nil {
			return
		}
		for i := range tr.Turns {
			if tr.Turns[i].End < tr.Turns[i].Start || tr.Turns[i].End > tr.Length {
				t.Fatalf("turn %d runs from %d to %d in a dialogue of %d", i, tr.Turns[i].Start, tr.Turns[i].End, tr.Length)
			}
		}
	})
}
