package openai

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"earshot/models"
	"earshot/nlp"
	"earshot/nlp/claims"
)

// mostStatements bounds a summary, however long the conversation was.
const mostStatements = 16

// Summarise returns a summary that the model wrote and the conversation
// supports, sentence by sentence. Reason, cause, outcome and promises are those
// of the findings: a model has no say in them. A conversation longer than the
// model's context is read in parts, one after the other, and the sentences of
// all parts are brought together here; memory stays that of one part. The
// error wraps ErrUnavailable or ErrUnusable, or is that of ctx.
func (c *Client) Summarise(ctx context.Context, in *models.Interaction) (*models.Summary, error) {
	language := languageOf(in.Transcript)
	fixed := promptFile("summary." + language + ".txt")
	s := nlp.Extract(in, in.Findings, models.By{Name: "llm", Version: PromptVersion, Hash: hashOf(fixed, string(summarySchema.text))})
	extracted := s.Text
	s.Method, s.Model, s.Usage, s.Text = "llm", c.config.Model, &models.Usage{}, nil
	ground := claims.NewGrounder(in.Transcript)
	written := 0
	for _, part := range c.parts(c.linesOf(in), fixed) {
		kept, n, err := c.part(ctx, fixed, part, ground, s)
		if err != nil {
			return nil, err
		}
		written += n
		s.Text = append(s.Text, kept...)
		if len(s.Text) > 4*mostStatements {
			s.Text = choose(s.Text)
		}
	}
	if len(s.Text) == 0 {
		return nil, fmt.Errorf("%w: the conversation supports none of its %d sentences", ErrUnusable, written)
	}
	s.Text = choose(s.Text)
	// What the customer came for has to be said, in their own words if need be.
	if !slices.ContainsFunc(s.Text, func(st models.Statement) bool { return st.Section == "reason" || st.Section == "request" }) {
		for _, st := range extracted {
			if st.Section == "reason" {
				s.Text = append([]models.Statement{st}, s.Text...)
				break
			}
		}
	}
	return s, nil
}

// part asks for the sentences of one part, and keeps those that stand.
func (c *Client) part(ctx context.Context, fixed string, part []line, ground *claims.Grounder, s *models.Summary) ([]models.Statement, int, error) {
	var answer struct {
		Sentences []claims.Claim `json:"sentences"`
	}
	texts := make([]string, len(part))
	for i, l := range part {
		texts[i] = l.String()
	}
	used, err := c.ask(ctx, messages(fixed, "", texts), summarySchema, &answer)
	s.Usage.Add(used)
	if err != nil {
		return nil, 0, err
	}
	var kept []models.Statement
	for _, claim := range answer.Sentences {
		st, err := ground.Ground(claim)
		if err != nil {
			s.Dropped++
			c.log.Debug("a sentence was dropped", "reason", err)
			continue
		}
		if !slices.ContainsFunc(kept, func(o models.Statement) bool { return o.Text == st.Text }) {
			kept = append(kept, st)
		}
	}
	return kept, len(answer.Sentences), nil
}

// choose brings statements into reading order and keeps the first of each
// section, and of promises and outcomes the last, where there are too many.
func choose(all []models.Statement) []models.Statement {
	sections := claims.StatementSections()
	most := map[string]int{"reason": 3, "request": 3, "detail": 3, "action": 3, "promise": 3, "next": 2, "outcome": 2}
	var out []models.Statement
	for _, section := range sections {
		var of []models.Statement
		for _, st := range all {
			if st.Section == section && !slices.ContainsFunc(of, func(o models.Statement) bool { return o.Text == st.Text }) {
				of = append(of, st)
			}
		}
		if n := most[section]; len(of) > n && len(all) > mostStatements {
			if section == "promise" || section == "outcome" || section == "next" {
				of = of[len(of)-n:]
			} else {
				of = of[:n]
			}
		}
		out = append(out, of...)
	}
	return out[:min(len(out), mostStatements)]
}

// parts cuts lines so that each part fits the model's context with the fixed
// prompt, the answer and a repair turn. A turn longer than a part is cut.
func (c *Client) parts(lines []line, fixed string) [][]line {
	room := c.room(fixed)
	var out [][]line
	var part []line
	used := 0
	for _, l := range lines {
		for _, piece := range cutLine(l, room) {
			n := tokensOf(piece.String())
			if used+n > room && len(part) > 0 {
				out, part, used = append(out, part), nil, 0
			}
			part, used = append(part, piece), used+n
		}
	}
	if len(part) > 0 {
		out = append(out, part)
	}
	return out
}

// room is how many tokens of data fit beside the fixed prompt, the answer and a
// repair turn.
func (c *Client) room(fixed string) int {
	return max(200, c.config.Context-2*c.config.Answer-tokensOf(fixed)-200)
}

func cutLine(l line, room int) []line {
	if tokensOf(l.text)+20 <= room {
		return []line{l}
	}
	var out []line
	runes := []rune(l.text)
	for step := max(room-20, 50); len(runes) > 0; {
		n := min(step, len(runes))
		out = append(out, line{l.turn, l.party, string(runes[:n])})
		runes = runes[n:]
	}
	return out
}

// linesOf returns what the model reads of a conversation.
func (c *Client) linesOf(in *models.Interaction) []line {
	if c.config.Read == "extract" {
		return extract(in)
	}
	var out []line
	for i := range in.Transcript.Turns {
		if t := &in.Transcript.Turns[i]; strings.TrimSpace(t.Text) != "" {
			out = append(out, line{i, t.Party, t.Text})
		}
	}
	return out
}

// extractShare is how much of a conversation's tokens extract sends at most.
const extractShare = 0.25

// extract returns the passages that tell most of a conversation, those that
// findings of weight rest on first, and the question before each as far as
// there is room.
func extract(in *models.Interaction) []line {
	t := in.Transcript
	full, characters := 0, 0
	for i := range t.Turns {
		full += tokensOf(line{i, t.Turns[i].Party, t.Turns[i].Text}.String())
		characters += len([]rune(t.Turns[i].Text))
	}
	room := int(extractShare * float64(full))
	texts := map[int]string{}
	add := func(turn int, text string) {
		if strings.Contains(texts[turn], text) {
			return
		}
		n := tokensOf(text)
		if texts[turn] == "" {
			n = tokensOf(line{turn, t.Turns[turn].Party, text}.String())
		}
		if n > room {
			return
		}
		room -= n
		if texts[turn] != "" {
			text = texts[turn] + " … " + text
		}
		texts[turn] = text
	}
	passages := nlp.Telling(t, in.Findings, max(40, int(extractShare*float64(characters))))
	for _, f := range in.Findings {
		if f.Severity >= 2 || f.Kind == "promise.made" {
			for _, e := range f.Evidence {
				for _, p := range passages {
					if p.Turn == e.Turn && e.Quote != "" {
						add(p.Turn, t.Turns[p.Turn].Text[p.From:p.To])
					}
				}
			}
		}
	}
	for _, p := range passages {
		add(p.Turn, t.Turns[p.Turn].Text[p.From:p.To])
	}
	for _, p := range passages {
		if p.Turn > 0 && strings.ContainsAny(t.Turns[p.Turn-1].Text, "?？吗") {
			add(p.Turn-1, t.Turns[p.Turn-1].Text)
		}
	}
	var out []line
	for i := range t.Turns {
		if texts[i] != "" {
			out = append(out, line{i, t.Turns[i].Party, texts[i]})
		}
	}
	return out
}

// reason is an error in a sentence, for the summary that has to do without.
func reason(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if errors.Is(err, context.DeadlineExceeded) {
		text = "the language model took too long: " + text
	}
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300]) + "…"
	}
	return text
}
