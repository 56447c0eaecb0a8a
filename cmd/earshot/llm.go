package main

import (
	"path/filepath"
	"strings"

	"earshot/nlp/openai"
	"earshot/pipeline"
)

// llmFlag names the language model server for one run.
type llmFlag struct {
	LLM string `name:"llm" placeholder:"URL" help:"OpenAI-compatible server that writes the summaries, such as http://127.0.0.1:8643/v1; 'make llm' starts one."`
}

func (f llmFlag) apply(a *app) error {
	if f.LLM != "" {
		a.cfg.LLM.URL = f.LLM
	}
	return a.cfg.LLM.Validate()
}

// newLLM returns a client of the configured server; the configuration has one.
func (a *app) newLLM() (*openai.Client, error) {
	c := a.cfg.LLM
	c.URL = strings.TrimSuffix(c.URL, "/")
	if strings.HasSuffix(c.Model, ".gguf") { // of EARSHOT_LLM_MODEL, which make llm reads too
		c.Model = strings.TrimSuffix(filepath.Base(c.Model), ".gguf")
	}
	return openai.New(c, a.log)
}

// withLLM puts the language model's steps among the others: the questions in
// front of the rules, which read the answers, the summary behind everything.
func (a *app) withLLM(steps []pipeline.Step) ([]pipeline.Step, func(), error) {
	client, err := a.newLLM()
	if err != nil {
		return nil, nil, err
	}
	questions, err := openai.ReadQuestions(a.cfg.LLM.Questions...)
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
