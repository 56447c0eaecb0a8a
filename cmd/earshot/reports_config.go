package main

import (
	"fmt"
	"time"

	"earshot/models"
)

// ReportsConfig says how reports are written.
type ReportsConfig struct {
	Zone string `yaml:"zone" doc:"time zone in which days begin, such as Asia/Shanghai; default UTC"`
	Font string `yaml:"font" doc:"file of a font with Chinese characters for PDF and PNG, TTF, OTF or TTC; default: one that is installed"`
}

func (c ReportsConfig) zone() (*time.Location, error) {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, models.BadInput("reports.zone %q: %w: want a name such as Asia/Shanghai", c.Zone, err)
	}
	return zone, nil
}

func (c ReportsConfig) validate() error {
	if _, err := c.zone(); err != nil {
		return fmt.Errorf("reports: %w", err)
	}
	return nil
}
