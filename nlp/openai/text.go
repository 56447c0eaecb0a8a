package openai

import (
	"context"
	"fmt"

	"earshot/models"
	"earshot/nlp"
)

// Text is a text about many conversations that a model wrote.
type Text struct {
	Sentences []nlp.Sentence `json:"sentences"`
	Dropped   int            `json:"dropped"` // sentences the facts do not support
	Model     string         `json:"model"`
	Usage     models.Usage   `json:"usage"`
	By        models.By      `json:"by"`
}

// Write has the model write a text in language, en or zh, on the facts given:
// a report's figures, or what a draft of causes rests on. task says what the
// text is about, for the model. Every sentence cites facts, and with them
// conversations, and is held against them; what does not stand is dropped. The
// error wraps ErrUnavailable or ErrUnusable; nlp.Sentences(facts) is what to
// show then.
func (c *Client) Write(ctx context.Context, language, task string, facts []nlp.Fact) (*Text, error) {
	if language != "zh" {
		language = "en"
	}
	fixed := promptFile("text." + language + ".txt")
	lines := make([]string, len(facts))
	for i, f := range facts {
		lines[i] = fmt.Sprintf("%d: %s", i, clean(f.Text))
	}
	free, err := c.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer free()
	var answer struct {
		Sentences []struct {
			Text   string `json:"text"`
			Claims []int  `json:"claims"`
		} `json:"sentences"`
	}
	t := &Text{Model: c.config.Model, By: models.By{Name: "llm", Version: PromptVersion, Hash: hashOf(fixed, string(noteSchema.text))}}
	t.Usage, err = c.ask(ctx, messages(fixed, clean(task)+"\n", lines), noteSchema, &answer)
	if err != nil {
		return nil, err
	}
	for _, s := range answer.Sentences {
		checked, err := nlp.CheckSentence(s.Text, facts, s.Claims)
		if err != nil {
			t.Dropped++
			continue
		}
		t.Sentences = append(t.Sentences, checked)
	}
	if len(t.Sentences) == 0 {
		return nil, fmt.Errorf("%w: the facts support none of its %d sentences", ErrUnusable, len(answer.Sentences))
	}
	return t, nil
}
