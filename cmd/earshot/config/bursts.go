package config

import (
	"fmt"
	"time"

	"earshot/rootcause"
)

// Bursts says how bursts of complaints are looked for.
type Bursts struct {
	Every time.Duration         `yaml:"every" doc:"how often 'earshot serve' looks for bursts of complaints, 1s to 24h; 0: never; default 1h"`
	Alarm rootcause.BurstConfig `yaml:"alarm" doc:"what counts as a burst"`
}

// Validate returns an error that names the key that cannot work.
func (c Bursts) Validate() error {
	if c.Every != 0 && (c.Every < time.Second || c.Every > 24*time.Hour) {
		return fmt.Errorf("every %s: want 1s to 24h, or 0 for never", c.Every)
	}
	if err := c.Alarm.Validate(); err != nil {
		return fmt.Errorf("alarm.%w", err)
	}
	return nil
}
