package media

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gocloud.dev/blob"
)

// Config says where recordings are kept.
type Config struct {
	URL string `yaml:"url" doc:"folder for recordings, as a path or file:/// URL, or, in a build with -tags s3, a bucket URL such as s3://name?region=…; default data/media"`
}

// Default returns the configuration that is used where the user gives none.
func Default() Config { return Config{URL: "data/media"} }

// Validate returns an error unless the URL is of a kind this build can open.
func (c Config) Validate() error {
	if c.URL == "" {
		return errors.New("media.url is empty: give a folder or a bucket URL")
	}
	scheme, _, isURL := strings.Cut(c.URL, "://")
	if known := blob.DefaultURLMux().BucketSchemes(); isURL && !slices.Contains(known, scheme) {
		return fmt.Errorf("media.url: scheme %q: this build opens %s, or a plain path; s3 needs a build with -tags s3", scheme, strings.Join(known, ", "))
	}
	return nil
}
