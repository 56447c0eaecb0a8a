package eval

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"earshot/models"
)

// Spoken is a stretch of a recording in which one person speaks.
type Spoken struct {
	Who   string
	Start models.Millis
	End   models.Millis
}

// PartyReport counts words by whether they were given to whoever said them: the
// complement of the word diarization error rate (L. El Shafey, H. Soltau and I.
// Shafran, Joint speech recognition and speaker diarization via sequence
// transduction, 2019). Words spoken at the same time as somebody else's, or
// where the reference has nobody, are not counted.
type PartyReport struct {
	Words   int     `json:"words"`
	Apart   int     `json:"apart"`   // of one speaker, under the better naming of the two voices
	Right   int     `json:"right"`   // given to the party the reference names; 0 where it names none
	Unknown int     `json:"unknown"` // given to nobody
	Voices  int     `json:"voices"`  // that were told apart
	Seconds float64 `json:"seconds"` // of the reference
}

// Parties compares who was heard saying each word with a reference. said holds
// the words; Who is a party.
func Parties(reference, said []Spoken) PartyReport {
	var r PartyReport
	for _, s := range reference {
		r.Seconds += (s.End - s.Start).Seconds()
	}
	count := map[[2]string]int{} // by reference and party
	for _, w := range said {
		who := speaking(reference, (w.Start+w.End)/2)
		if who == "" {
			continue
		}
		r.Words++
		if w.Who == string(models.Unknown) || w.Who == string(models.System) {
			r.Unknown++
			continue
		}
		count[[2]string{who, w.Who}]++
		if who == w.Who {
			r.Right++
		}
	}
	speakers, parties := map[string]bool{}, map[string]bool{}
	for k := range count {
		speakers[k[0]], parties[k[1]] = true, true
	}
	r.Voices = len(parties)
	r.Apart = bestNaming(count, sorted(speakers), sorted(parties))
	return r
}

func sorted(set map[string]bool) []string {
	var out []string
	for s := range set {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// bestNaming gives every party another speaker, so that most words agree.
func bestNaming(count map[[2]string]int, speakers, parties []string) int {
	if len(parties) == 0 {
		return 0
	}
	best := bestNaming(count, speakers, parties[1:])
	for i, s := range speakers {
		rest := slices.Delete(slices.Clone(speakers), i, i+1)
		best = max(best, count[[2]string{s, parties[0]}]+bestNaming(count, rest, parties[1:]))
	}
	return best
}

// speaking returns who speaks at a time, "" if nobody or several.
func speaking(reference []Spoken, at models.Millis) string {
	who := ""
	for _, s := range reference {
		if at < s.Start || at >= s.End {
			continue
		}
		if who != "" && who != s.Who {
			return ""
		}
		who = s.Who
	}
	return who
}

// ReadRTTM reads the SPEAKER lines of a Rich Transcription Time Marked file
// (NIST, 2009 RT evaluation plan, appendix A). An error names the line.
func ReadRTTM(r io.Reader, name string) ([]Spoken, error) {
	var out []Spoken
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		f := strings.Fields(lines.Text())
		if len(f) == 0 || f[0] != "SPEAKER" {
			continue
		}
		if len(f) < 8 {
			return nil, models.BadInput("%s:%d: %d fields: want at least 8, of them start, length and speaker the 4th, 5th and 8th", name, n, len(f))
		}
		start, err1 := strconv.ParseFloat(f[3], 64)
		length, err2 := strconv.ParseFloat(f[4], 64)
		if err := cmp.Or(err1, err2); err != nil || start < 0 || length < 0 {
			return nil, models.BadInput("%s:%d: start %s and length %s: want seconds", name, n, f[3], f[4])
		}
		out = append(out, Spoken{f[7], models.Millis(start * 1000), models.Millis((start + length) * 1000)})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(out) == 0 {
		return nil, models.BadInput("%s: no SPEAKER lines", name)
	}
	return out, nil
}
