// Package config is the whole configuration: defaults, file, environment, and what
// cannot work.
package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"earshot/asr"
	"earshot/asr/whispercpp"
	"earshot/bus"
	"earshot/bus/embedded"
	"earshot/ingest"
	"earshot/ingest/media"
	"earshot/nlp"
	"earshot/nlp/openai"
	"earshot/pipeline"
	"earshot/qa"
	"earshot/redact"
	"earshot/report/pack"
	"earshot/rootcause"
	"earshot/warehouse"
	"earshot/warehouse/engine"
)

// Config is the whole configuration. Each part belongs to the package that
// uses it; this one knows only where things lie by default.
type Config struct {
	Data      string            `yaml:"data" doc:"folder for everything Earshot keeps; default earshot-data in the working folder"`
	Log       Log               `yaml:"log" doc:"what is logged, to standard error"`
	HTTP      HTTP              `yaml:"http" doc:"where uploads come in"`
	Kafka     bus.Config        `yaml:"kafka" doc:"the Kafka cluster; without brokers the embedded one is used"`
	Broker    embedded.Config   `yaml:"broker" doc:"the embedded broker, used where kafka.brokers is empty"`
	Warehouse warehouse.Config  `yaml:"warehouse" doc:"the ClickHouse server; without addr the embedded store is used"`
	Store     engine.Config     `yaml:"store" doc:"the embedded ClickHouse engine, used where warehouse.addr is empty"`
	Media     media.Config      `yaml:"media" doc:"where recordings are kept"`
	Ingest    ingest.Config     `yaml:"ingest" doc:"how recordings and chat logs are read"`
	Pipeline  pipeline.Config   `yaml:"pipeline" doc:"how interactions are worked on"`
	ASR       asr.Config        `yaml:"asr" doc:"how recordings become transcripts"`
	Whisper   whispercpp.Config `yaml:"whisper" doc:"the speech recogniser"`
	Redact    redact.Config     `yaml:"redact" doc:"which private data is masked"`
	NLP       nlp.Config        `yaml:"nlp" doc:"which signals are found"`
	LLM       openai.Config     `yaml:"llm" doc:"a language model that writes summaries; without a url they are extractive"`
	Rules     Rules             `yaml:"rules" doc:"the user's own rules and scorecards"`
	Reports   Reports           `yaml:"reports" doc:"how reports are written"`
	Bursts    Bursts            `yaml:"bursts" doc:"how bursts of complaints are looked for"`
}

// Rules says where the user's own rules and scorecards are.
type Rules struct {
	Folders    []string `yaml:"folders" doc:"folders with rule files; a rule there replaces the built-in one of its id; default none"`
	Scorecards []string `yaml:"scorecards" doc:"folders with scorecard files, in the same way; those in a subfolder scorecards of a folder above are read anyway; default none"`
	Published  string   `yaml:"published" doc:"folder with what 'earshot rules publish' has published, which lies on top; workers on several machines share it; default rules in the data folder"`
	Floor      qa.Floor `yaml:"floor" doc:"what new and changed rules have to reach in a back-test before they are published"`
	Gate       qa.Gate  `yaml:"gate" doc:"how well a rule has to agree with people before it deducts by itself, for 'earshot rules publish --gate'"`
}

func (c *Rules) validate() error {
	for name, v := range map[string]float64{
		"floor.precision": c.Floor.Precision, "floor.recall": c.Floor.Recall, "floor.kappa": c.Floor.Kappa, "floor.ac1": c.Floor.AC1,
		"gate.hybrid": c.Gate.Hybrid, "gate.auto": c.Gate.Auto,
	} {
		if v < 0 || v > 1 {
			return fmt.Errorf("rules.%s: %g: want 0 to 1", name, v)
		}
	}
	if c.Floor.Labels < 0 || c.Floor.Shift < 0 || c.Gate.Labels < 0 {
		return errors.New("rules.floor.labels, rules.floor.shift and rules.gate.labels: want 0 or more")
	}
	if c.Gate.Auto < c.Gate.Hybrid {
		return fmt.Errorf("rules.gate.auto %g lies below rules.gate.hybrid %g", c.Gate.Auto, c.Gate.Hybrid)
	}
	return nil
}

// Default returns the configuration that is in force where nobody says otherwise.
func Default() Config {
	c := Config{
		Data:      "earshot-data",
		Log:       Log{Level: "info", Format: "text"},
		HTTP:      HTTP{Listen: "127.0.0.1:8642"},
		Kafka:     bus.Default(),
		Broker:    embedded.Default(),
		Warehouse: warehouse.Default(),
		Store:     engine.Default(),
		Media:     media.Default(),
		Ingest:    ingest.Default(),
		Pipeline:  pipeline.Default(),
		ASR:       asr.Default(),
		Whisper:   whispercpp.Default(),
		Redact:    redact.Default(),
		NLP:       nlp.Default(),
		LLM:       openai.Default(),
		Rules:     Rules{Floor: qa.DefaultFloor(), Gate: qa.DefaultGate()},
		Reports:   Reports{Webhook: pack.DefaultWebhook()},
		Bursts:    Bursts{Every: time.Hour, Alarm: rootcause.DefaultBursts()},
	}
	c.Broker.Dir, c.Store.Path, c.Media.URL, c.ASR.Cache = "", "", "", "" // below Data, see locate
	return c
}

// Locate puts everything that has no place of its own below the data folder.
func (c *Config) Locate() error {
	var err error
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	for place, below := range map[*string]string{
		&c.Rules.Published: "rules", &c.Broker.Dir: "broker", &c.Store.Path: "store", &c.Store.Backups: "backups", &c.Media.URL: "media", &c.ASR.Cache: "asr", &c.Pipeline.Journal: "journal", &c.LLM.Ledger: "llm.json",
	} {
		if *place == "" {
			*place = filepath.Join(c.Data, below)
		}
	}
	for i := range c.Reports.Packs {
		if place := &c.Reports.Packs[i].To; *place == "" {
			*place = filepath.Join(c.Data, "packs")
		}
	}
	return nil
}

// ASRFolder is where transcripts are cached in a data folder.
func ASRFolder(data string) string { return filepath.Join(data, "asr") }

// validate returns an error that names the first key that cannot work.
func (c *Config) validate() error {
	for _, part := range []struct {
		name  string
		check func() error
		off   bool
	}{
		{"http", c.HTTP.validate, false},
		{"kafka", c.Kafka.Validate, len(c.Kafka.Brokers) == 0},
		{"broker", c.Broker.Validate, len(c.Kafka.Brokers) > 0},
		{"warehouse", c.Warehouse.Validate, len(c.Warehouse.Addr) == 0},
		{"store", c.Store.Validate, len(c.Warehouse.Addr) > 0},
		{"media", c.Media.Validate, false},
		{"ingest", c.Ingest.Validate, false},
		{"pipeline", c.Pipeline.Validate, false},
		{"asr", c.ASR.Validate, false},
		{"whisper", c.Whisper.Validate, false},
		{"redact", c.Redact.Validate, false},
		{"nlp", c.NLP.Validate, false},
		{"llm", c.LLM.Validate, false},
		{"rules", c.Rules.validate, false},
		{"reports", c.Reports.validate, false},
		{"bursts", c.Bursts.Validate, false},
	} {
		if part.off {
			continue
		}
		if err := part.check(); err != nil {
			if strings.HasPrefix(err.Error(), part.name) {
				return fmt.Errorf("configuration: %w", err)
			}
			return fmt.Errorf("configuration: %s: %w", part.name, err)
		}
	}
	return nil
}
