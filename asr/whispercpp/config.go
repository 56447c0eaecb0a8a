package whispercpp

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"earshot/asr"
	"earshot/models/weights"
)

// Limits on one job, in samples.
const (
	maxWindow = 30 * asr.Rate
	maxVoice  = 600 * asr.Rate
)

// Config says how speech is recognised.
type Config struct {
	Model        string         `yaml:"model" doc:"name of the recognition weights, see: earshot models list; default base"`
	Coding       weights.Coding `yaml:"coding" doc:"how the weights are stored: f16, bf16, f16-q8 or bf16-q8; default empty: what earshot models fit found fastest here"`
	Workers      int            `yaml:"workers" doc:"worker processes, each using one core; default 0: as many as cores and memory allow"`
	JobTimeout   time.Duration  `yaml:"job_timeout" doc:"limit on the processor time that recognising one window of speech takes, and on how long a worker may stand still; default 3m"`
	StartTimeout time.Duration  `yaml:"start_timeout" doc:"the same limit for a worker that loads its weights; default 2m"`
	Nice         int            `yaml:"nice" doc:"how much workers give way to other processes, 0 to 19; default 5"`
}

// Default returns the configuration that serves most machines.
func Default() Config {
	return Config{Model: "base", JobTimeout: 3 * time.Minute, StartTimeout: 2 * time.Minute, Nice: 5}
}

// Validate returns an error that names the field that is wrong.
func (c Config) Validate() error {
	m, err := weights.Find(c.Model)
	if err != nil {
		return err
	}
	switch {
	case m.Kind != weights.Speech:
		return fmt.Errorf("model %s is not for speech recognition", c.Model)
	case c.Coding != "" && !slices.Contains(weights.Codings(), c.Coding):
		return fmt.Errorf("coding %.20q: want one of %v, or empty", c.Coding, weights.Codings())
	case c.Workers < 0 || c.Workers > 1024:
		return fmt.Errorf("workers %d: want 0 to 1024", c.Workers)
	case c.JobTimeout < time.Second:
		return fmt.Errorf("job_timeout %s: want at least 1s", c.JobTimeout)
	case c.StartTimeout < time.Second:
		return fmt.Errorf("start_timeout %s: want at least 1s", c.StartTimeout)
	case c.Nice < 0 || c.Nice > 19:
		return fmt.Errorf("nice %d: want 0 to 19", c.Nice)
	}
	return nil
}

// deadline gives a job of n samples its share of JobTimeout, which is meant
// for a full window, and never less than a third.
func (c Config) deadline(n int) time.Duration {
	return max(c.JobTimeout/3, time.Duration(float64(c.JobTimeout)*min(1, float64(n)/maxWindow)))
}

// size returns how many workers to run: one a core, as each computes on one
// thread, but no more than half of the memory holds. Besides its weights a
// worker needs about as much again for computing.
func (c Config) size(model string) int {
	if c.Workers > 0 {
		return c.Workers
	}
	n := runtime.GOMAXPROCS(0)
	var mem unix.Sysinfo_t
	info, err := os.Stat(model)
	if err == nil && unix.Sysinfo(&mem) == nil {
		each := 2*uint64(info.Size()) + 100<<20
		n = min(n, int(mem.Totalram*uint64(mem.Unit)/2/each))
	}
	return max(1, n)
}
