package models

import (
	"strings"
	"time"
	"unicode"
)

// Summary is a conversation in short. Every statement cites the places it
// rests on.
type Summary struct {
	Method   string      `json:"method" jsonschema:"enum=extractive,enum=llm,description=extractive: sentences of the conversation itself"`
	Text     []Statement `json:"text" jsonschema:"description=In reading order"`
	Reason   string      `json:"reason,omitempty" jsonschema:"description=Why the customer was in touch such as delivery/late"`
	Cause    string      `json:"cause,omitempty" jsonschema:"description=For complaints: branch and field and cause such as process/delivery/late"`
	Outcome  string      `json:"outcome,omitempty" jsonschema:"enum=resolved,enum=follow_up,enum=unresolved"`
	Promises []Promise   `json:"promises,omitempty"`
	By       By          `json:"by"`
}

// Statement is a sentence of a summary.
type Statement struct {
	Section string     `json:"section" jsonschema:"enum=reason,enum=request,enum=detail,enum=action,enum=promise,enum=next,enum=outcome"`
	Party   Party      `json:"party,omitempty" jsonschema:"description=Whose own words the text is; absent: nobody's own words"`
	Text    string     `json:"text"`
	Cites   []Evidence `json:"cites"`
}

// Line returns the statement for a reader: with who says it before it, in the
// language of the text.
func (s Statement) Line() string {
	chinese := strings.ContainsFunc(s.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	switch {
	case s.Party == Customer && chinese:
		return "客户：" + s.Text
	case s.Party == Agent && chinese:
		return "坐席：" + s.Text
	case s.Party == Customer:
		return "Customer: " + s.Text
	case s.Party == Agent:
		return "Agent: " + s.Text
	}
	return s.Text
}

// Promise is something a party said they would do by some time.
type Promise struct {
	Party  Party      `json:"party"`
	Action string     `json:"action,omitempty" jsonschema:"description=What: callback or refund or delivery or repair or reply or other"`
	Text   string     `json:"text" jsonschema:"description=In the words of the conversation"`
	Due    *time.Time `json:"due,omitempty" jsonschema:"description=By when; absent if the start of the conversation is not known"`
	Cites  []Evidence `json:"cites"`
}

// Check returns an error unless every citation of s stands in t.
func (s *Summary) Check(t *Transcript) error {
	check := func(cites []Evidence) error {
		for _, e := range cites {
			if err := e.Check(t); err != nil {
				return err
			}
		}
		return nil
	}
	for _, st := range s.Text {
		if err := check(st.Cites); err != nil {
			return err
		}
	}
	for _, p := range s.Promises {
		if err := check(p.Cites); err != nil {
			return err
		}
	}
	return nil
}
