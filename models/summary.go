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
	Model    string      `json:"model,omitempty" jsonschema:"description=The language model that wrote it"`
	Usage    *Usage      `json:"usage,omitempty" jsonschema:"description=What a language model used for it"`
	Dropped  int         `json:"dropped,omitempty" jsonschema:"minimum=0,description=Sentences of a language model that the conversation does not support; they are not in text"`
	Missing  string      `json:"missing,omitempty" jsonschema:"description=Why no language model wrote it though one should have"`
	By       By          `json:"by"`
}

// CauseUnknown is the cause, where causes are counted, of complaints that none is
// known of: the customer complains, and no words of the lexicons say why.
const CauseUnknown = "unknown"

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

// Usage is what a language model read and wrote, in tokens, over all calls.
type Usage struct {
	Calls  int     `json:"calls"`
	Prompt int     `json:"prompt_tokens" jsonschema:"description=Read; those from the server's cache included"`
	Cached int     `json:"cached_tokens,omitempty" jsonschema:"description=Of those read: from the server's cache"`
	Answer int     `json:"answer_tokens" jsonschema:"description=Written"`
	Cost   float64 `json:"cost,omitempty" jsonschema:"description=In the currency of the configured prices"`
}

// Add adds what another call used.
func (u *Usage) Add(o Usage) {
	u.Calls += o.Calls
	u.Prompt += o.Prompt
	u.Cached += o.Cached
	u.Answer += o.Answer
	u.Cost += o.Cost
}
