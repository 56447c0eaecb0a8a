package ask

import (
	"context"
	"strings"

	"earshot/cmd/earshot/app"
)

// draftWhys has the language model put each answered why into words, if there
// is one. The answers stay: a draft stands beside them.
func draftWhys(ctx context.Context, a *app.App, c *CausesOf, language string) error {
	if !a.Config.LLM.Enabled() {
		return nil
	}
	client, err := a.NewLLM()
	if err != nil {
		return err
	}
	defer client.Close()
	for i := range c.Whys {
		w := &c.Whys[i]
		if len(w.Cites) == 0 {
			continue // what no call says, a model cannot know
		}
		task := "Answer in one or two sentences: " + w.Question
		if language == "zh" {
			task = "用一两句话回答：" + w.Question
		}
		text, err := client.Write(ctx, language, task, w.Facts())
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			c.Missing = err.Error()
			continue
		}
		parts := make([]string, len(text.Sentences))
		for k, s := range text.Sentences {
			parts[k] = s.Text
		}
		between := " "
		if language == "zh" {
			between = ""
		}
		w.Draft = strings.Join(parts, between)
		c.Model, c.Dropped = text.Model, c.Dropped+text.Dropped
	}
	return nil
}
