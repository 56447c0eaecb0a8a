package warehouse

import (
	"encoding/json"
	"strings"
	"time"

	"earshot/models"
)

type summaryRow struct {
	headColumns
	Method        string       `ch:"method"`
	Reason        string       `ch:"reason"`
	Cause         string       `ch:"cause"`
	Outcome       string       `ch:"outcome"`
	Text          string       `ch:"text"`
	PromiseParty  []string     `ch:"promises.party"`
	PromiseAction []string     `ch:"promises.action"`
	PromiseText   []string     `ch:"promises.text"`
	PromiseDue    []*time.Time `ch:"promises.due"`
	Whole         string       `ch:"whole"`
	Model         string       `ch:"model"`
	Calls         int64        `ch:"calls"`
	PromptTokens  int64        `ch:"prompt_tokens"`
	CachedTokens  int64        `ch:"cached_tokens"`
	AnswerTokens  int64        `ch:"answer_tokens"`
	Cost          float64      `ch:"cost"`
	Dropped       int64        `ch:"dropped"`
	Missing       string       `ch:"missing"`
	Section       []string     `ch:"sentences.section"`
	Sentence      []string     `ch:"sentences.text"`
	Turn          []int64      `ch:"sentences.turn"`
	Quote         []string     `ch:"sentences.quote"`
	byColumns
}

func newSummaryRow(head headColumns, s *models.Summary) summaryRow {
	r := summaryRow{
		headColumns: head, Method: s.Method, Reason: s.Reason, Cause: s.Cause, Outcome: s.Outcome, byColumns: newBy(s.By),
		Model: s.Model, Dropped: int64(s.Dropped), Missing: s.Missing,
	}
	if u := s.Usage; u != nil {
		r.Calls, r.PromptTokens, r.CachedTokens, r.AnswerTokens, r.Cost = int64(u.Calls), int64(u.Prompt), int64(u.Cached), int64(u.Answer), u.Cost
	}
	for _, st := range s.Text {
		var first models.Evidence
		if len(st.Cites) > 0 {
			first = st.Cites[0]
		}
		r.Section, r.Sentence = append(r.Section, st.Section), append(r.Sentence, st.Line())
		r.Turn, r.Quote = append(r.Turn, int64(first.Turn)), append(r.Quote, first.Quote)
	}
	r.Text = strings.Join(r.Sentence, "\n")
	for _, p := range s.Promises {
		r.PromiseParty = append(r.PromiseParty, string(p.Party))
		r.PromiseAction = append(r.PromiseAction, p.Action)
		r.PromiseText = append(r.PromiseText, p.Text)
		var due *time.Time
		if p.Due != nil {
			due = new(storable(*p.Due))
		}
		r.PromiseDue = append(r.PromiseDue, due)
	}
	whole, err := json.Marshal(s)
	if err != nil {
		panic(err) // nothing in a summary can fail to be JSON
	}
	r.Whole = string(whole)
	return r
}

func (r *summaryRow) addTo(in *models.Interaction) {
	in.Summary = new(models.Summary)
	if err := json.Unmarshal([]byte(r.Whole), in.Summary); err != nil {
		in.Summary = nil // written by a version whose form this one cannot read; rescore makes it anew
	}
}
