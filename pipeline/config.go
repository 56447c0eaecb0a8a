package pipeline

import (
	"fmt"
	"time"
)

// Config says how hard the pipeline works and how hard it tries.
type Config struct {
	Workers      int                      `yaml:"workers" doc:"interactions worked on at once; 0, the default, is 16 a core"`
	Attempts     int                      `yaml:"attempts" doc:"times a step is run on one interaction before that is given up; default 3"`
	Deaths       int                      `yaml:"deaths" doc:"times the process may die while it works on a record before that is given up; more than attempts, since a death may have other causes; default 10"`
	RetryMin     time.Duration            `yaml:"retry_min" doc:"pause before the second attempt, doubling after; default 500ms"`
	RetryMax     time.Duration            `yaml:"retry_max" doc:"longest pause between attempts; default 30s"`
	StepTimeout  time.Duration            `yaml:"step_timeout" doc:"time limit of one attempt of one step; default 5m"`
	StepTimeouts map[string]time.Duration `yaml:"step_timeouts" doc:"time limits of single steps by name; default asr: 2h"`
	StoreTimeout time.Duration            `yaml:"store_timeout" doc:"time limit of one call of the store, which is then called again; default 5m"`
	StopGrace    time.Duration            `yaml:"stop_grace" doc:"how long a stop waits for work in flight; default 15s"`
	LedgerBatch  int                      `yaml:"ledger_batch" doc:"most records noted as accepted in one call of the store; default 500"`
	LedgerWait   time.Duration            `yaml:"ledger_wait" doc:"how long a record waits for others to be noted with it; default 100ms"`
	Journal      string                   `yaml:"journal" doc:"file that notes what is worked on, so that a record that takes the process down is given up after as many attempts; a second process takes a file of the same name and a number; empty (default): journal in the data folder"`
	Topics       Topics                   `yaml:"topics" doc:"how the topics are made"`
}

// Topics says how the topics are made.
type Topics struct {
	Partitions   int   `yaml:"partitions" doc:"of each topic when it is made, which also bounds the processes that can share its work; default 4"`
	Replicas     int   `yaml:"replicas" doc:"copies of each partition; 0, the default, is the cluster's own default"`
	Interactions Topic `yaml:"interactions" doc:"what came in; default 168h"`
	Turns        Topic `yaml:"turns" doc:"turns of conversations that still run; default 24h"`
	Signals      Topic `yaml:"signals" doc:"urgency signals; default 24h"`
	Dead         Topic `yaml:"dead" doc:"records that failed, for replay; default 720h"`
}

// Topic says how long the records of a topic are kept.
type Topic struct {
	Retention      time.Duration `yaml:"retention" doc:"records older than this are deleted; 0: the cluster's default; negative: never"`
	RetentionBytes int64         `yaml:"retention_bytes" doc:"the oldest are deleted beyond this size, as stored; 0: the cluster's default, which for the embedded broker is its topic_bytes; negative: no limit"`
}

// Default returns the default configuration.
func Default() Config {
	return Config{
		Attempts:     3,
		Deaths:       10,
		RetryMin:     500 * time.Millisecond,
		RetryMax:     30 * time.Second,
		StepTimeout:  5 * time.Minute,
		StepTimeouts: map[string]time.Duration{"asr": 2 * time.Hour},
		StoreTimeout: 5 * time.Minute,
		StopGrace:    15 * time.Second,
		LedgerBatch:  500,
		LedgerWait:   100 * time.Millisecond,
		Topics: Topics{
			Partitions:   4,
			Interactions: Topic{Retention: 7 * 24 * time.Hour},
			Turns:        Topic{Retention: 24 * time.Hour},
			Signals:      Topic{Retention: 24 * time.Hour},
			Dead:         Topic{Retention: 30 * 24 * time.Hour},
		},
	}
}

// Validate returns an error that names the first key that cannot work.
func (c Config) Validate() error {
	for _, check := range []struct {
		name string
		ok   bool
		want string
	}{
		{"workers", c.Workers >= 0 && c.Workers <= 1024, "0 to 1024"},
		{"attempts", c.Attempts >= 1 && c.Attempts <= 100, "1 to 100"},
		{"deaths", c.Deaths >= 1 && c.Deaths <= 1000, "1 to 1000"},
		{"retry_min", c.RetryMin > 0 && c.RetryMin <= c.RetryMax, "more than 0 and at most retry_max"},
		{"step_timeout", c.StepTimeout > 0, "more than 0"},
		{"store_timeout", c.StoreTimeout > 0, "more than 0"},
		{"stop_grace", c.StopGrace >= 0, "0 or more"},
		{"ledger_batch", c.LedgerBatch >= 1, "1 or more"},
		{"ledger_wait", c.LedgerWait >= 0, "0 or more"},
	} {
		if !check.ok {
			return fmt.Errorf("%s: want %s", check.name, check.want)
		}
	}
	for step, limit := range c.StepTimeouts {
		if limit <= 0 {
			return fmt.Errorf("step_timeouts: %s: want more than 0", step)
		}
	}
	for _, t := range c.TopicList(1 << 20) {
		if err := t.Validate(); err != nil {
			return fmt.Errorf("topics: %w", err)
		}
	}
	return nil
}
