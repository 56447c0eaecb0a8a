package openai

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"earshot/models"
	"earshot/nlp/claims"
)

// Text is a text about many conversations that a model wrote.
type Text struct {
	Sentences []claims.Sentence `json:"sentences"`
	Dropped   int               `json:"dropped"` // sentences the facts do not support
	Model     string            `json:"model"`
	Usage     models.Usage      `json:"usage"`
	By        models.By         `json:"by"`
}

// Write has the model write a text in language, en or zh, on the facts given:
// a report's figures, or what a draft of causes rests on. task says what the
// text is about, for the model. Every sentence cites facts, and with them
// conversations, and is held against them; what does not stand is dropped.
// Facts for which the model has no room are left out from the end on. The error
// wraps ErrUnavailable or ErrUnusable, or is that of ctx: the facts themselves
// are what to show then.
func (c *Client) Write(ctx context.Context, language, task string, facts []models.Fact) (*Text, error) {
	if language != "zh" {
		language = "en"
	}
	within, free, err := c.begin(ctx)
	if err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	defer free()
	fixed := promptFile("text." + language + ".txt")
	lines := c.factLines(facts, fixed+task)
	var answer struct {
		Sentences []struct {
			Text   string `json:"text"`
			Claims []int  `json:"claims"`
		} `json:"sentences"`
	}
	t := &Text{Model: c.config.Model, By: models.By{Name: "llm", Version: PromptVersion, Hash: hashOf(fixed, string(textSchema.text))}}
	t.Usage, err = c.ask(within, messages(fixed, clean(task)+"\n", lines), textSchema, &answer)
	if err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	for _, s := range answer.Sentences {
		checked, err := claims.CheckSentence(s.Text, facts[:len(lines)], s.Claims)
		if err != nil {
			t.Dropped++
			c.log.Debug("a sentence was dropped", "reason", err)
			continue
		}
		if !slices.ContainsFunc(t.Sentences, func(o claims.Sentence) bool { return o.Text == checked.Text }) {
			t.Sentences = append(t.Sentences, checked)
		}
	}
	if len(t.Sentences) == 0 {
		return nil, fmt.Errorf("%w: the facts support none of its %d sentences", ErrUnusable, len(answer.Sentences))
	}
	return t, nil
}

// factLines are the facts as the model reads them, as many as it has room for.
func (c *Client) factLines(facts []models.Fact, fixed string) []string {
	room := c.room(fixed)
	var lines []string
	for i, f := range facts {
		line := fmt.Sprintf("%d: %s", i, clean(f.Text))
		if f.Party != "" {
			line = fmt.Sprintf("%d, said by the %s: %s", i, f.Party, clean(f.Text))
		}
		if room -= tokensOf(line); room < 0 {
			break
		}
		lines = append(lines, line)
	}
	return lines
}
