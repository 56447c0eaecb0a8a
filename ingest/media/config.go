package media

import (
	"errors"
	"fmt"
	"time"

	"earshot/models/bucket"
)

// Config says where recordings are kept.
type Config struct {
	URL       string        `yaml:"url" doc:"folder for recordings, as a path or file:/// URL, or, in a build with -tags s3, a bucket URL such as s3://name?region=…; default data/media"`
	Muted     string        `yaml:"muted" doc:"folder or bucket for the copies people hear, in which what is private is silent; default empty: beside the recordings, in a folder whose name ends with -muted, or below muted/ of the bucket"`
	Originals time.Duration `yaml:"originals" doc:"how long a recording is kept that has a muted copy, 1h or more; default 0: for good"`
	Release   bool          `yaml:"release" doc:"whether 'earshot recording --original' hands out what is not muted; default false"`
}

// Default returns the configuration that is used where the user gives none.
func Default() Config { return Config{URL: "data/media"} }

// Validate returns an error unless the URLs are of a kind this build can open.
func (c Config) Validate() error {
	for _, place := range []struct{ key, url string }{{"url", c.URL}, {"muted", c.Muted}} {
		if place.url == "" && place.key == "muted" {
			continue
		}
		if err := bucket.Check(place.url); err != nil {
			return fmt.Errorf("media.%s: %w", place.key, err)
		}
	}
	if c.URL == c.Muted {
		return errors.New("media.muted: muted copies go to a place of their own, not to media.url")
	}
	if c.Originals != 0 && c.Originals < time.Hour {
		return fmt.Errorf("media.originals %s: want 0 to keep recordings for good, or at least 1h: work on them may have to be repeated", c.Originals)
	}
	return nil
}
