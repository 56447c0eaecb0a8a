package nlp

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/script"
	"earshot/models/search"
)

// Limits of an extractive summary.
const (
	summaryShare = 1.0 / 3 // of the characters of the conversation
	summaryMost  = 1200    // characters
	summaryLeast = 40      // characters a short conversation may use
)

var sectionOrder = []string{"reason", "request", "detail", "action", "promise", "outcome"}

// Extract returns the summary in sentences of the conversation itself: those
// that say most about the cause, the request, what was done and promised and
// how it ended, in this order. findings are those of the conversation. It is
// the form used where no language model writes, and the one that a model's
// summary falls back to.
func Extract(in *models.Interaction, findings []models.Finding, by models.By) *models.Summary {
	s := &models.Summary{Method: "extractive", Text: []models.Statement{}, By: by}
	for _, f := range findings {
		switch {
		case f.Kind == "contact.reason":
			s.Reason = f.Label
		case f.Kind == "complaint.cause":
			s.Cause = f.Label
		case strings.HasPrefix(f.Kind, "disposition."):
			s.Outcome = f.Kind[len("disposition."):]
		case f.Kind == "promise.made" && len(f.Evidence) > 0:
			s.Promises = append(s.Promises, promiseOf(f))
		}
	}
	s.Text = statements(in.Transcript, Telling(in.Transcript, findings, budgetOf(in.Transcript)))
	return s
}

func budgetOf(t *models.Transcript) int {
	total := 0
	for i := range t.Turns {
		total += utf8.RuneCountInString(t.Turns[i].Text)
	}
	return max(summaryLeast, min(summaryMost, int(summaryShare*float64(total))))
}

// statements puts chosen passages in reading order: one statement for what a
// party says to a section, with a citation for each passage.
func statements(t *models.Transcript, chosen []Passage) []models.Statement {
	slices.SortStableFunc(chosen, func(a, b Passage) int {
		return cmp.Or(cmp.Compare(slices.Index(sectionOrder, a.Section), slices.Index(sectionOrder, b.Section)), cmp.Compare(a.Turn, b.Turn), cmp.Compare(a.From, b.From))
	})
	out := []models.Statement{}
	for i := 0; i < len(chosen); {
		k := i + 1
		for k < len(chosen) && chosen[k].Section == chosen[i].Section && t.Turns[chosen[k].Turn].Party == t.Turns[chosen[i].Turn].Party {
			k++
		}
		out = append(out, statement(t, chosen[i:k]))
		i = k
	}
	return out
}

func statement(t *models.Transcript, passages []Passage) models.Statement {
	s := models.Statement{Section: passages[0].Section, Party: t.Turns[passages[0].Turn].Party}
	var text strings.Builder
	for _, p := range passages {
		quote := t.Turns[p.Turn].Text[p.From:p.To]
		if text.Len() > 0 {
			text.WriteString(joint(text.String(), script.HasHan(quote)))
		}
		text.WriteString(quote)
		s.Cites = append(s.Cites, t.Quote(p.Turn, p.From, p.To))
	}
	s.Text = text.String()
	return s
}

const fullStops = ".!?。！？；"

// joint is what stands between two passages of one statement.
func joint(before string, chinese bool) string {
	ended := strings.ContainsRune(fullStops, lastRune(before))
	switch {
	case chinese && ended:
		return ""
	case chinese:
		return "；"
	case ended:
		return " "
	}
	return "; "
}

// actionWords tell what was promised; of several the first in this list counts.
var actionWords = []struct{ action, words string }{
	{"refund", `退款|退还|退回|退给|到账|到帐|补偿|赔偿|refund|credit|reimburse`},
	{"callback", `回电|打电话|致电|回访|call|ring|phone`},
	{"delivery", `发货|补发|寄|送达|送到|配送|签收|ship|deliver|dispatch|arrive|receive`},
	{"repair", `维修|修好|上门|更换|换货|恢复|解决|处理|repair|visit|fix|replace|technician|resolve|sort`},
	{"reply", `回复|答复|反馈|联系|通知|核实|email|e-mail|get back|reply|contact|hear|update|follow up|let you know|touch`},
}

// actions finds the words of actionWords; of is by word.
var actions = func() (all struct {
	words *search.Exact
	of    []int
}) {
	var words []string
	for i, a := range actionWords {
		for _, w := range strings.Split(a.words, "|") {
			words, all.of = append(words, w), append(all.of, i)
		}
	}
	all.words = search.NewExact(words)
	return all
}()

// ActionOf returns what is promised, or was done, by the words for it:
// callback, refund, delivery, repair, reply or other.
func ActionOf(said string) string {
	found := search.BorrowMatches()
	defer search.ReturnMatches(found)
	folded := searchFolder.Fold(said)
	*found = actions.words.Find(*found, folded.String())
	first := len(actionWords)
	for _, m := range *found {
		first = min(first, actions.of[m.Word])
	}
	if first == len(actionWords) {
		return "other"
	}
	return actionWords[first].action
}

func promiseOf(f models.Finding) models.Promise {
	e := f.Evidence[0]
	p := models.Promise{Party: f.Party, Action: ActionOf(e.Quote), Text: e.Quote, Cites: f.Evidence}
	if due, err := time.Parse(time.RFC3339, f.Label); err == nil {
		p.Due = &due
	}
	return p
}
