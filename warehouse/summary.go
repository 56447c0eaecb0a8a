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
	byColumns
}

func newSummaryRow(head headColumns, s *models.Summary) summaryRow {
	r := summaryRow{headColumns: head, Method: s.Method, Reason: s.Reason, Cause: s.Cause, Outcome: s.Outcome, byColumns: newBy(s.By)}
	sentences := make([]string, len(s.Text))
	for i, st := range s.Text {
		sentences[i] = st.Line()
	}
	r.Text = strings.Join(sentences, "\n")
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
