package app

import (
	"path/filepath"
	"strings"

	"earshot/nlp/openai"
	"earshot/pipeline"
)

// LLMFlag names the language model server for one run.
type LLMFlag struct {
	LLM string `name:"llm" placeholder:"URL" help:"OpenAI-compatible server that writes the summaries, such as http://127.0.0.1:8643/v1; 'make llm' starts one."`
}

// Apply puts the server into the configuration, and returns an error if that
// cannot work.
func (f LLMFlag) Apply(a *App) error {
	if f.LLM != "" {
		a.Config.LLM.URL = f.LLM
	}
	return a.Config.LLM.Validate()
}

// NewLLM returns a client of the configured server; the configuration has one.
func (a *App) NewLLM() (*openai.Client, error) {
	c := a.Config.LLM
	c.URL = strings.TrimSuffix(c.URL, "/")
	if strings.HasSuffix(c.Model, ".gguf") { // of EARSHOT_LLM_MODEL, which make llm reads too
		c.Model = strings.TrimSuffix(filepath.Base(c.Model), ".gguf")
	}
	return openai.New(c, a.Log)
}

// withLLM puts the language model's steps among the others: the questions in
// front of the rules, which read the answers, the summary behind everything.
func (a *App) withLLM(steps []pipeline.Step) ([]pipeline.Step, func(), error) {
	client, err := a.NewLLM()
	if err != nil {
		return nil, nil, err
	}
	questions, err := openai.ReadQuestions(a.Config.LLM.Questions...)
	if err != nil {
		return nil, nil, err
	}
	var out []pipeline.Step
	for _, s := range steps {
		if s.Name() == "rules" && len(questions) > 0 {
			ask, err := openai.NewQuestionStep(client, questions)
			if err != nil {
				return nil, nil, err
			}
			out = append(out, ask)
		}
		out = append(out, s)
	}
	return append(out, openai.NewStep(client)), client.Close, nil
}
