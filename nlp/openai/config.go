package openai

import (
	"net/url"
	"time"

	"earshot/models"
)

// Config says which server writes, how much it may cost, and when it is asked.
type Config struct {
	URL   string `yaml:"url" doc:"base URL of an OpenAI-compatible server, such as http://127.0.0.1:8643/v1; empty, the default: no language model, summaries are extractive"`
	Key   string `yaml:"api_key" doc:"API key, if the server wants one; better given as EARSHOT_LLM_API_KEY (none)"`
	Model string `yaml:"model" doc:"name of the model; a server with one model takes any (none)"`

	For  string `yaml:"for" doc:"which conversations it summarises: all, or flagged: those with a serious verdict or a failed scorecard; default all"`
	Read string `yaml:"read" doc:"what it reads of each: full, or extract: the passages that tell most and those around them, at most a quarter of the text; default full"`

	Context  int           `yaml:"context" doc:"tokens the model takes in and gives out at once; longer conversations are summarised in parts (8192)"`
	Answer   int           `yaml:"answer" doc:"most tokens of one answer (900)"`
	Parallel int           `yaml:"parallel" doc:"requests at once; what the server has slots for (2)"`
	Timeout  time.Duration `yaml:"timeout" doc:"time limit of one request (90s)"`
	Patience time.Duration `yaml:"patience" doc:"how long a conversation waits for its summary in all, slots and retries included, before it goes on without (2m)"`
	// Unhurried: waiting for a slot takes none of Patience. It is for commands in
	// which nothing has to go on meanwhile, such as analyze.
	Unhurried bool `yaml:"-"`
	Attempts  int  `yaml:"attempts" doc:"tries of a request that fails in a way that may pass (3)"`

	BreakerFailures int           `yaml:"breaker_failures" doc:"failures in a row after which the server is left alone (5)"`
	BreakerPause    time.Duration `yaml:"breaker_pause" doc:"for how long, before one request tries it again (30s)"`

	DailyTokens int64   `yaml:"daily_tokens" doc:"tokens a day (UTC), in and out; 0, the default: no limit"`
	DailyCost   float64 `yaml:"daily_cost" doc:"cost a day (UTC) in the currency of the prices; 0, the default: no limit"`
	PriceIn     float64 `yaml:"price_in" doc:"price of a million tokens read (0)"`
	PriceCached float64 `yaml:"price_cached" doc:"price of a million tokens read that the server had in its cache (that of price_in)"`
	PriceOut    float64 `yaml:"price_out" doc:"price of a million tokens written (0)"`
	Ledger      string  `yaml:"ledger" doc:"file that keeps what was spent today, for all processes of this machine; default llm.json in the data folder"`

	Questions []string `yaml:"questions" doc:"YAML files, or folders of them, with questions the model answers for the rules (none)"`
}

// Default returns the configuration used where nothing is set.
func Default() Config {
	return Config{
		For: "all", Read: "full", Context: 8192, Answer: 900, Parallel: 2, Timeout: 90 * time.Second, Patience: 2 * time.Minute, Attempts: 3,
		BreakerFailures: 5, BreakerPause: 30 * time.Second,
	}
}

// Enabled reports whether a server is configured.
func (c Config) Enabled() bool { return c.URL != "" }

// Validate returns an error that wraps models.ErrBadInput and names the first
// key that can never work.
func (c Config) Validate() error {
	if c.URL != "" {
		u, err := url.Parse(c.URL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return models.BadInput("llm: url %q: want the base URL of a server, such as http://127.0.0.1:8643/v1", c.URL)
		}
	}
	for _, check := range []struct {
		name string
		ok   bool
		want string
	}{
		{"for", c.For == "all" || c.For == "flagged", "all or flagged"},
		{"read", c.Read == "full" || c.Read == "extract", "full or extract"},
		{"context", c.Context >= 2048, "2048 or more"},
		{"answer", c.Answer >= 100 && c.Answer <= c.Context/2, "100 to half of context"},
		{"parallel", c.Parallel >= 1 && c.Parallel <= 256, "1 to 256"},
		{"timeout", c.Timeout > 0, "more than 0"},
		{"patience", c.Patience > 0 && c.Patience <= 4*time.Minute, "more than 0 and at most 4m, below the pipeline's step_timeout"},
		{"attempts", c.Attempts >= 1 && c.Attempts <= 20, "1 to 20"},
		{"breaker_failures", c.BreakerFailures >= 1, "1 or more"},
		{"breaker_pause", c.BreakerPause > 0, "more than 0"},
		{"daily_tokens", c.DailyTokens >= 0, "0 or more"},
		{"daily_cost", c.DailyCost >= 0, "0 or more"},
		{"price_in, price_cached, price_out", c.PriceIn >= 0 && c.PriceCached >= 0 && c.PriceOut >= 0, "0 or more"},
	} {
		if !check.ok {
			return models.BadInput("llm: %s: want %s", check.name, check.want)
		}
	}
	return nil
}
