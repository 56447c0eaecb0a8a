package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"earshot/models"
	"earshot/nlp/claims"
)

// Question is something the model is asked about every conversation. Its
// answer is the finding llm.question.ID, which the rule operator question
// reads.
type Question struct {
	ID      string            `yaml:"id"`
	Ask     map[string]string `yaml:"ask"`     // by language, en or zh
	Answers []string          `yaml:"answers"` // those allowed
	Absent  []string          `yaml:"absent"`  // of them, those that say that something did not happen, and so need no quote
	Party   models.Party      `yaml:"party"`   // whose words an answer rests on; empty: anybody's
}

var questionID = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// ReadQuestions reads the files, and those of the folders, that paths name.
// Errors wrap models.ErrBadInput and name the file.
func ReadQuestions(paths ...string) ([]Question, error) {
	var out []Question
	for _, path := range paths {
		files := []string{path}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			if files, err = filepath.Glob(filepath.Join(path, "*.yaml")); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if errors.Is(err, fs.ErrNotExist) {
				return nil, models.BadInput("llm.questions: %s does not exist", file)
			}
			if err != nil {
				return nil, fmt.Errorf("llm.questions: %w", err)
			}
			some, err := parseQuestions(text)
			if err != nil {
				return nil, models.BadInput("llm.questions: %s: %w", file, err)
			}
			for _, q := range some {
				if slices.ContainsFunc(out, func(o Question) bool { return o.ID == q.ID }) {
					return nil, models.BadInput("llm.questions: %s: question %s is there twice", file, q.ID)
				}
				out = append(out, q)
			}
		}
	}
	return out, nil
}

func parseQuestions(text []byte) (all []Question, err error) {
	defer func() { // goccy/go-yaml panics on some tagged values
		if p := recover(); p != nil {
			err = fmt.Errorf("cannot be read as YAML: %v", p)
		}
	}()
	var file struct {
		Questions []Question `yaml:"questions"`
	}
	if err := yaml.UnmarshalWithOptions(text, &file, yaml.Strict()); err != nil {
		return nil, err
	}
	for _, q := range file.Questions {
		switch {
		case !questionID.MatchString(q.ID):
			return nil, fmt.Errorf("id %q: want lower-case letters, digits and _", q.ID)
		case q.Ask["en"] == "" && q.Ask["zh"] == "":
			return nil, fmt.Errorf("question %s: ask: want a text under en, zh or both", q.ID)
		case len(q.Answers) < 2:
			return nil, fmt.Errorf("question %s: answers: want two or more", q.ID)
		}
		if q.Party != "" && q.Party != models.Agent && q.Party != models.Customer {
			return nil, fmt.Errorf("question %s: party %q: want agent or customer", q.ID, q.Party)
		}
		for _, a := range q.Absent {
			if !slices.Contains(q.Answers, a) {
				return nil, fmt.Errorf("question %s: absent: %q is none of its answers", q.ID, a)
			}
		}
	}
	return file.Questions, nil
}

func (q Question) text(language string) string {
	if t := q.Ask[language]; t != "" {
		return t
	}
	return q.Ask["en"] + q.Ask["zh"]
}

// asked is the question as the model is asked it.
func (q Question) asked(language string) string {
	allowed := strings.Join(q.Answers, " / ")
	switch {
	case q.Party == "":
	case language == "zh":
		allowed += "；只引用" + map[models.Party]string{models.Agent: "坐席", models.Customer: "客户"}[q.Party] + "的话"
	default:
		allowed += "; quote only the " + string(q.Party)
	}
	return fmt.Sprintf("%s: %s (%s)\n", q.ID, q.text(language), allowed)
}

// QuestionStep asks its questions in the pipeline, before the rules.
type QuestionStep struct {
	client    *Client
	questions []Question
	schema    *schema
	hash      string
}

// NewQuestionStep returns a step that asks the questions.
func NewQuestionStep(c *Client, questions []Question) (*QuestionStep, error) {
	ids := make([]string, len(questions))
	var answers []string
	for i, q := range questions {
		ids[i] = q.ID
		for _, a := range q.Answers {
			if !slices.Contains(answers, a) {
				answers = append(answers, a)
			}
		}
	}
	all, err := json.Marshal(questions)
	if err != nil {
		return nil, err
	}
	idList, _ := json.Marshal(ids) //nolint:errcheck // strings
	answerList, _ := json.Marshal(answers)
	text := strings.NewReplacer("{ids}", string(idList), "{answers}", string(answerList)).Replace(promptFile("questions.schema.json"))
	s, err := newSchema("answers", text)
	if err != nil {
		return nil, err
	}
	return &QuestionStep{client: c, questions: questions, schema: s, hash: hashOf(string(all), promptFile("questions.en.txt"), promptFile("questions.zh.txt"), text)}, nil
}

// Name returns "llm_questions".
func (s *QuestionStep) Name() string { return "llm_questions" }

const questionKind = "llm.question."

// Run replaces the answers in in. An answer that is none of those allowed, or
// whose quotes do not stand or are another party's than asked for, is no finding: the rules are unsure then, which
// costs nobody points. A model that is down stops nothing.
func (s *QuestionStep) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	if in.Transcript == nil || len(in.Transcript.Turns) == 0 || len(s.questions) == 0 {
		return nil, nil
	}
	found, err := s.answers(ctx, in)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err != nil {
		s.client.log.Warn("questions stay open", "id", in.ID, "reason", reason(err))
		return nil, nil
	}
	in.Findings = append(slices.DeleteFunc(slices.Clone(in.Findings), func(f models.Finding) bool { return strings.HasPrefix(f.Kind, questionKind) }), found...)
	return []models.By{s.by()}, nil
}

func (s *QuestionStep) by() models.By {
	return models.By{Name: "llm.question", Version: PromptVersion + " " + s.client.config.Model, Hash: s.hash}
}

func (s *QuestionStep) answers(ctx context.Context, in *models.Interaction) ([]models.Finding, error) {
	ctx, free, err := s.client.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer free()
	language := languageOf(in.Transcript)
	var asked strings.Builder
	for _, q := range s.questions {
		asked.WriteString(q.asked(language))
	}
	fixed := promptFile("questions."+language+".txt") + "\n" + asked.String()
	lines := s.client.linesOf(in)
	if len(s.client.parts(lines, fixed)) > 1 {
		lines = extract(in)
	}
	parts := s.client.parts(lines, fixed)
	if len(parts) != 1 {
		return nil, fmt.Errorf("%w: the conversation is too long for llm.context", ErrUnusable)
	}
	texts := make([]string, len(parts[0]))
	for i, l := range parts[0] {
		texts[i] = l.String()
	}
	var answer struct {
		Answers []judged `json:"answers"`
	}
	if _, err := s.client.ask(ctx, messages(fixed, "", texts), s.schema, &answer); err != nil {
		return nil, err
	}
	return s.findings(in, answer.Answers), nil
}

// judged is an answer as the model gives it.
type judged struct {
	ID     string        `json:"id"`
	Answer string        `json:"answer"`
	Score  float64       `json:"score"`
	Cites  []claims.Cite `json:"cites"`
}

// findings keeps the answers that stand: one for each question.
func (s *QuestionStep) findings(in *models.Interaction, answers []judged) []models.Finding {
	ground := claims.NewGrounder(in.Transcript)
	var out []models.Finding
	for _, q := range s.questions {
		i := slices.IndexFunc(answers, func(a judged) bool { return a.ID == q.ID })
		if i < 0 || !slices.Contains(q.Answers, answers[i].Answer) {
			continue
		}
		a := answers[i]
		f := models.Finding{Kind: questionKind + q.ID, Score: a.Score, Label: a.Answer, By: s.by(), Evidence: []models.Evidence{}}
		stands := true
		for _, cite := range a.Cites {
			e, err := ground.Place(cite)
			if err != nil {
				stands = false
				break
			}
			if q.Party == "" || in.Transcript.Turns[cite.Turn].Party == q.Party {
				f.Evidence = append(f.Evidence, e)
			}
		}
		if !stands || len(f.Evidence) == 0 && !(len(a.Cites) == 0 && slices.Contains(q.Absent, a.Answer)) {
			continue
		}
		if len(f.Evidence) == 0 { // that something did not happen rests on all of it
			f.Evidence = append(f.Evidence, models.Stretch(0, 0, in.Transcript.End()))
		}
		out = append(out, f)
	}
	return out
}
