package config

// Log says what is logged, to standard error.
type Log struct {
	Level  string `yaml:"level" doc:"debug, info, warn or error; default info"`
	Format string `yaml:"format" doc:"text or json; default text"`
}
