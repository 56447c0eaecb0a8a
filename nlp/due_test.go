package nlp

import (
	"testing"
	"time"

	"earshot/models"
)

// What was said on Friday, 20 November 2026, at 9 o'clock is due then.
func TestDueTimes(t *testing.T) {
	step, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for said, want := range map[string]string{
		"You'll have the refund by the 14th.":           "2026-12-14T23:59:59Z",
		"You'll have the refund by the 24th.":           "2026-11-24T23:59:59Z",
		"We will send it on January 5th.":               "2027-01-05T23:59:59Z",
		"He'll ring you before five.":                   "2026-11-20T17:00:00Z",
		"I'll call you at 8 am.":                        "2026-11-21T08:00:00Z",
		"I'll call you at half eight tomorrow.":         "2026-11-21T23:59:59Z",
		"I'll email it in the next half an hour.":       "2026-11-20T09:30:00Z",
		"It'll be with you within the hour.":            "2026-11-20T10:00:00Z",
		"Someone will call you this afternoon.":         "2026-11-20T18:00:00Z",
		"In the week before it will arrive by Tuesday.": "2026-11-24T23:59:59Z",
		"I will reduce it by five percent.":             "",
		"We'll send two more before three weeks pass.":  "",
	} {
		in := &models.Interaction{Started: at, Transcript: models.MustParse("A: " + said)}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range in.Findings {
			if f.Kind == "promise.made" {
				got = f.Label
			}
		}
		if got != want {
			t.Errorf("%q is due %q, want %q", said, got, want)
		}
	}
}
