package ask

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/report"
)

// explanation prints one interaction for a person: the transcript with the
// evidence of every verdict marked and numbered, then what each number means,
// then the scorecards question by question.
type explanation struct {
	in    *models.Interaction
	all   bool // misses too, with what was searched
	notes []note
	// What people decided, beside what the machine says.
	reviews []models.Review
	finals  []models.FinalScore

	language string       // empty: English
	names    report.Names // of rules and questions; nil: as they were called then
}

// note is one numbered statement under the transcript.
type note struct {
	verdict  models.Verdict
	evidence []models.Evidence
}

// Explain prints an interaction with its evidence marked and its scorecards in
// the language it was held in; all: also the rules that missed.
func Explain(w io.Writer, in *models.Interaction, all bool) {
	explanation{in: in, all: all}.print(w)
}

func (x explanation) print(w io.Writer) {
	for _, v := range x.in.Verdicts {
		if v.Outcome != models.Miss {
			x.notes = append(x.notes, note{v, v.Evidence})
		}
	}
	slices.SortStableFunc(x.notes, func(a, b note) int { return cmp.Compare(b.verdict.Severity, a.verdict.Severity) })
	x.head(w)
	x.summary(w)
	x.transcript(w)
	x.why(w)
	x.scorecards(w)
}

// say returns words in the language.
func (x explanation) say(words string) string { return report.Word(words, x.language) }

// value returns the words for a value of a column.
func (x explanation) value(column, v string) string {
	return report.Cell(column, v, cmp.Or(x.language, "en"))
}

// heading returns a column's name, to stand before its value.
func (x explanation) heading(column string) string {
	return strings.ToLower(report.Heading(column, cmp.Or(x.language, "en")))
}

// called returns what a rule, question or the like is called, with its code.
func (x explanation) called(kind, name, id string) string {
	return titled(cmp.Or(x.names[kind][id], name), id)
}

func (x explanation) head(w io.Writer) {
	in := x.in
	fmt.Fprintf(w, "%s  %s  %s\n", in.ID, x.value("channel", string(in.Channel)), in.Started.Local().Format("2006-01-02 15:04:05 -0700"))
	for _, f := range []struct{ name, value string }{
		{"agent", in.Agent}, {"team", in.Team}, {"queue", in.Queue}, {"customer", in.Customer}, {"direction", in.Direction},
	} {
		if f.value != "" {
			fmt.Fprintf(w, "%s %s  ", x.heading(f.name), x.value(f.name, f.value))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(in.Attributes)) {
		fmt.Fprintf(w, "%s=%s  ", k, in.Attributes[k])
	}
	fmt.Fprintln(w)
	if t := in.Transcript; t != nil {
		fmt.Fprintf(w, x.say("length %s, %d turns, %s"), t.End(), len(t.Turns), x.value("grade", string(t.Grade)))
		if t.Language != "" {
			fmt.Fprintf(w, x.say(", %s"), x.value("language", t.Language))
		}
		fmt.Fprintln(w)
		for _, n := range t.Notes {
			fmt.Fprintln(w, x.say("note:"), n)
		}
	}
	fmt.Fprintln(w)
}

// summary prints the conversation in short, each statement with the time it
// stands at.
func (x explanation) summary(w io.Writer) {
	s := x.in.Summary
	if s == nil || len(s.Text) == 0 {
		return
	}
	fmt.Fprintf(w, x.say("In short (%s)"), x.say(s.Method))
	for _, f := range []struct{ name, value string }{{"reason", s.Reason}, {"cause", s.Cause}, {"outcome", s.Outcome}} {
		if f.value == "" {
			continue
		}
		value := x.value(f.name, f.value)
		if f.name != "outcome" && value != f.value {
			value = titled(value, f.value)
		}
		fmt.Fprintf(w, x.say(", %s %s"), x.heading(f.name), value)
	}
	fmt.Fprintln(w)
	if s.Missing != "" {
		fmt.Fprintln(w, " ", x.say("not by the language model:"), s.Missing)
	}
	for _, st := range s.Text {
		at := ""
		if len(st.Cites) > 0 {
			at = st.Cites[0].Start.String()
		}
		fmt.Fprintf(w, "%8s  %s  %s\n", at, text.Pad(x.say(st.Section), 8, ' '), st.Line())
	}
	fmt.Fprintln(w)
}

func (x explanation) transcript(w io.Writer) {
	if x.in.Transcript == nil {
		fmt.Fprintln(w, x.say("(no transcript)"))
		return
	}
	for i := range x.in.Transcript.Turns {
		turn := &x.in.Transcript.Turns[i]
		fmt.Fprintf(w, "%8s  %s  %s\n", turn.Start, text.Pad(x.value("party", string(turn.Party)), 8, ' '), x.marked(i, turn.Text))
		for n, note := range x.notes {
			for _, e := range note.evidence {
				if e.Turn == i && e.Quote == "" {
					fmt.Fprintf(w, "%8s  %-8s  %s\n", e.Start, "", x.mark(fmt.Sprintf(x.say("%.1f s"), (e.End-e.Start).Seconds()), n))
				}
			}
		}
	}
	fmt.Fprintln(w)
}

// marked returns the text of turn i with every quote in brackets. Quotes that
// overlap share one pair, with all their numbers behind it.
func (x explanation) marked(i int, s string) string {
	type region struct {
		from, to int
		notes    []int
	}
	var quotes []region
	for n, note := range x.notes {
		for _, e := range note.evidence {
			if e.Turn == i && e.Quote != "" && e.To <= len(s) {
				quotes = append(quotes, region{e.From, e.To, []int{n}})
			}
		}
	}
	slices.SortStableFunc(quotes, func(a, b region) int { return cmp.Compare(a.from, b.from) })
	var merged []region
	for _, q := range quotes {
		if last := len(merged) - 1; last >= 0 && q.from < merged[last].to {
			merged[last].to = max(merged[last].to, q.to)
			merged[last].notes = append(merged[last].notes, q.notes...)
			continue
		}
		merged = append(merged, q)
	}
	var out strings.Builder
	from := 0
	for _, m := range merged {
		slices.Sort(m.notes)
		out.WriteString(s[from:m.from])
		out.WriteString(x.mark(s[m.from:m.to], slices.Compact(m.notes)...))
		from = m.to
	}
	out.WriteString(s[from:])
	return out.String()
}

// mark puts s in brackets with the numbers of notes behind, in the colour of
// the first, which is the most severe.
func (x explanation) mark(s string, notes ...int) string {
	numbers := make([]string, len(notes))
	for i, n := range notes {
		numbers[i] = strconv.Itoa(n + 1)
	}
	return terminal.SeverityColour(x.notes[notes[0]].verdict.Severity).Sprint("⟦" + s + "⟧" + strings.Join(numbers, ","))
}

func (x explanation) why(w io.Writer) {
	if len(x.notes) > 0 {
		fmt.Fprintln(w, x.say("What was found"))
	}
	for n, note := range x.notes {
		v := note.verdict
		fmt.Fprintf(w, "  %s %s", terminal.SeverityColour(v.Severity).Sprintf("%2d", n+1), x.called("rule", v.Name, v.Rule))
		if v.Outcome == models.Unsure {
			fmt.Fprint(w, x.say(" — unsure, for a person to decide"))
		}
		fmt.Fprintf(w, x.say(" (%s)"), report.Cell("severity", int64(v.Severity), cmp.Or(x.language, "en")))
		fmt.Fprintf(w, "\n     %s\n", v.Because)
		for _, r := range x.reviews {
			if r.Question == "" && r.Rule == v.Rule {
				fmt.Fprintf(w, "     → "+x.say("should be a %s, by %s%s")+"\n", x.value("machine", string(r.Label)), r.By, reasonText(r.Reason))
			}
		}
	}
	if !x.all {
		return
	}
	fmt.Fprintln(w, x.say("What was looked for and not found"))
	for _, v := range x.in.Verdicts {
		if v.Outcome == models.Miss {
			fmt.Fprintf(w, "   - %s\n     %s\n", x.called("rule", v.Name, v.Rule), v.Because)
		}
	}
}

func reasonText(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

func titled(name, id string) string {
	if name == "" {
		return id
	}
	return name + " [" + id + "]"
}

func (x explanation) scorecards(w io.Writer) {
	for _, card := range x.in.Scorecards {
		fmt.Fprintf(w, "\n"+x.say("%s, version %s: %.1f of 100"), x.called("scorecard", card.Title, card.Name), card.Version, card.Score)
		switch {
		case card.AutoFail:
			fmt.Fprint(w, x.say(", auto-fail"))
		case card.Passed:
			fmt.Fprint(w, x.say(", passed"))
		default:
			fmt.Fprint(w, x.say(", not passed"))
		}
		if card.Review {
			fmt.Fprint(w, x.say(", for review"))
		}
		fmt.Fprintln(w)
		for _, f := range x.finals {
			if f.Scorecard == card.Name {
				fmt.Fprintf(w, "  "+x.say("after review by %s: %.1f, answers changed: %d")+"\n", f.By, f.Score, f.Changed)
			}
		}
		section := ""
		for _, item := range card.Items {
			if item.Section != section {
				section = item.Section
				fmt.Fprintln(w, " ", cmp.Or(x.names["section"][section], section))
			}
			fmt.Fprintf(w, "    %s %s/%s  %s\n", text.Pad(x.value("machine", string(item.Answer)), 6, ' '), terminal.Cell(item.Points), terminal.Cell(item.Possible), x.called("question", item.Text, item.Question))
			if item.Because != "" && item.Answer != models.Pass {
				fmt.Fprintf(w, "           %s\n", item.Because)
			}
			for _, r := range x.reviews {
				if r.Scorecard == card.Name && r.Question == item.Question {
					fmt.Fprintf(w, "           → "+x.say("%s, by %s%s")+"\n", x.value("machine", string(r.Answer)), r.By, reasonText(r.Reason))
				}
			}
		}
	}
}
