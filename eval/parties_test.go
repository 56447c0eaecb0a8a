package eval

import (
	"errors"
	"strings"
	"testing"

	"earshot/models"
)

func TestParties(t *testing.T) {
	reference := []Spoken{{"agent", 0, 1000}, {"customer", 1000, 2000}, {"agent", 1900, 3000}}
	word := func(who string, at models.Millis) Spoken { return Spoken{who, at, at + 100} }
	swapped := []Spoken{word("customer", 0), word("customer", 500), word("agent", 1200), word("agent", 2500), word("unknown", 2600), word("agent", 1920), word("agent", 5000)}
	got := Parties(reference, swapped)
	// 1920 is two people's, 5000 nobody's; the voices are named the wrong way
	// round, but one word.
	if got.Words != 5 || got.Right != 1 || got.Apart != 3 || got.Unknown != 1 || got.Voices != 2 {
		t.Errorf("%+v", got)
	}
	if got := Parties(reference, nil); got.Words != 0 || got.Apart != 0 {
		t.Errorf("%+v", got)
	}
}

func TestReadRTTM(t *testing.T) {
	got, err := ReadRTTM(strings.NewReader("SPKR-INFO x\nSPEAKER s 1 6.690 0.430 <NA> <NA> ann <NA> <NA>\n"), "x.rttm")
	if err != nil || len(got) != 1 || got[0] != (Spoken{"ann", 6690, 7120}) {
		t.Errorf("%+v, %v", got, err)
	}
	for text, want := range map[string]string{"": "no SPEAKER", "SPEAKER s 1 2": "x.rttm:1", "SPEAKER s 1 two 0.430 <NA> <NA> ann": "want seconds"} {
		if _, err := ReadRTTM(strings.NewReader(text), "x.rttm"); !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
