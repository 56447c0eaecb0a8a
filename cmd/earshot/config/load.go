package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/goccy/go-yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"
)

const envPrefix = "EARSHOT_"

// Variables that are no configuration keys: they say where set-up put things
// and what tests may skip.
var otherEnv = []string{"EARSHOT_CONFIG", "EARSHOT_CACHE", "EARSHOT_SHARED", "EARSHOT_KAFKA", "EARSHOT_KAFKA_RESTART", "EARSHOT_REQUIRE_SERVICES",
	"EARSHOT_LLM_ADDR", "EARSHOT_LLM_THREADS", "EARSHOT_LLM_START"}

// Load merges, later over earlier: the defaults, the file, the
// environment, the data folder of the command line. The file is path, or ./earshot.yaml if path is empty and that
// exists. A key that Earshot does not know is an error that names its place.
func Load(path, data string, environ []string) (Config, string, error) {
	cfg := Default()
	if path == "" {
		if _, err := os.Stat("earshot.yaml"); err == nil {
			path = "earshot.yaml"
		}
	}
	if path != "" {
		if err := readConfigFile(path, &cfg); err != nil {
			return cfg, path, err
		}
	}
	if err := applyEnv(&cfg, environ); err != nil {
		return cfg, path, err
	}
	if data != "" {
		cfg.Data = data
	}
	if err := cfg.Locate(); err != nil {
		return cfg, path, err
	}
	return cfg, path, cfg.validate()
}

func readConfigFile(path string, cfg *Config) (err error) {
	defer func() { // goccy/go-yaml 1.19 panics on some tagged values
		if p := recover(); p != nil {
			err = fmt.Errorf("configuration %s cannot be read as YAML: %v", path, p)
		}
	}()
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("configuration %s does not exist: create it, or leave out --config to use the defaults", path)
	}
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	if len(strings.TrimSpace(string(text))) == 0 {
		return nil
	}
	if err := yaml.UnmarshalWithOptions(text, cfg, yaml.Strict()); err != nil {
		return fmt.Errorf("configuration %s:%s", filepath.Clean(path), position(err))
	}
	return nil
}

// position formats a YAML error as line:column: message, followed by the
// lines around it.
func position(err error) string {
	var yerr yaml.Error
	if !errors.As(err, &yerr) || yerr.GetToken() == nil {
		return " " + err.Error()
	}
	at := yerr.GetToken().Position
	return fmt.Sprintf("%d:%d: %s\n%s", at.Line, at.Column, yerr.GetMessage(), yaml.FormatError(err, false, true))
}

// applyEnv sets every key that a variable names: http.listen is
// EARSHOT_HTTP_LISTEN. Lists are separated by commas.
func applyEnv(cfg *Config, environ []string) error {
	k := koanf.New(".")
	if err := k.Load(structs.Provider(*cfg, "yaml"), nil); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	keys := map[string]string{}
	for _, key := range k.Keys() {
		keys[envName(key)] = key
	}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		key, known := keys[name]
		if !known || value == "" {
			continue
		}
		var v any = value
		if _, list := k.Get(key).([]string); list {
			v = strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
		}
		if err := set(cfg, key, v); err != nil {
			return fmt.Errorf("environment %s=%q: %w", name, value, err)
		}
	}
	return nil
}

// set gives one key a new value and leaves the others alone.
func set(cfg *Config, key string, value any) error {
	k := koanf.New(".")
	if err := k.Load(confmap.Provider(map[string]any{key: value}, "."), nil); err != nil {
		return err
	}
	return k.UnmarshalWithConf("", cfg, koanf.UnmarshalConf{DecoderConfig: &mapstructure.DecoderConfig{
		Result: cfg, TagName: "yaml", WeaklyTypedInput: true,
		DecodeHook: mapstructure.StringToTimeDurationHookFunc(),
	}})
}

func envName(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// UnknownEnv lists EARSHOT_ variables that set nothing, such as a misspelt key.
func UnknownEnv(cfg Config, environ []string) ([]string, error) {
	k := koanf.New(".")
	if err := k.Load(structs.Provider(cfg, "yaml"), nil); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	known := slices.Clone(otherEnv)
	for _, key := range k.Keys() {
		known = append(known, envName(key))
	}
	var unknown []string
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if value != "" && strings.HasPrefix(name, envPrefix) && !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown, nil
}
