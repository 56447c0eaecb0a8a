// Package pack makes report packs: several reports of a day, week or month as
// one document, written to a folder or bucket when the period is over and
// announced on a webhook, each period once.
package pack

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"earshot/models/bucket"
	"earshot/report"
)

// Config describes one pack.
type Config struct {
	Name     string   `yaml:"name" doc:"of the pack, in the names of its files: letters, digits, - and _"`
	Title    string   `yaml:"title" doc:"what stands on top of it; default its name"`
	Period   string   `yaml:"period" doc:"daily, weekly (from Monday) or monthly"`
	At       string   `yaml:"at" doc:"time of day at which it is made, on the first day after the period, as 06:30; default 06:00"`
	Zone     string   `yaml:"zone" doc:"time zone of its days and of at; default reports.zone"`
	Language string   `yaml:"language" doc:"zh or en; default en"`
	Formats  []string `yaml:"formats" doc:"of xlsx, pdf and html; default xlsx"`
	To       string   `yaml:"to" doc:"folder, as a path or file:/// URL, or, in a build with -tags s3, a bucket URL; default packs in the data folder"`
	Reports  []Item   `yaml:"reports" doc:"what is in it, in this order: for each report its name as report, or brief for the complaints in words, title (default its question), and by, where, set and limit as 'earshot report' takes them"`
}

// Item is one report of a pack.
type Item struct {
	Report string            `yaml:"report"`
	Title  string            `yaml:"title"`
	By     string            `yaml:"by"`
	Where  map[string]string `yaml:"where"`
	Set    map[string]int    `yaml:"set"`
	Limit  int               `yaml:"limit"`
}

// Pack is a checked Config with its defaults filled in.
type Pack struct {
	Config
	zone         *time.Location
	hour, minute int
}

// Formats lists the formats that packs come in.
func Formats() []string { return []string{"xlsx", "pdf", "html"} }

const mostReports = 100

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// New checks a configuration and fills in its defaults. The error names the
// key that cannot work. Whether there are such reports is for the caller to
// check.
func New(c Config) (Pack, error) {
	if !namePattern.MatchString(c.Name) {
		return Pack{}, fmt.Errorf("name %q: want 1 to 64 letters, digits, - and _, such as weekly-quality; title may be anything", c.Name)
	}
	p := Pack{Config: c}
	p.Title = cmp.Or(c.Title, c.Name)
	p.Language = cmp.Or(c.Language, "en")
	if len(p.Formats) == 0 {
		p.Formats = []string{"xlsx"}
	}
	if !slices.Contains(report.Languages(), p.Language) {
		return Pack{}, fmt.Errorf("language %q: want %s", c.Language, strings.Join(report.Languages(), " or "))
	}
	for i, f := range p.Formats {
		if !slices.Contains(Formats(), f) || slices.Contains(p.Formats[:i], f) {
			return Pack{}, fmt.Errorf("formats: %q: want some of %s, each once", f, strings.Join(Formats(), ", "))
		}
	}
	if !slices.Contains(periods, c.Period) {
		return Pack{}, fmt.Errorf("period %q: want %s", c.Period, strings.Join(periods, ", "))
	}
	at, err := time.Parse("15:04", cmp.Or(c.At, "06:00"))
	if err != nil {
		return Pack{}, fmt.Errorf("at %q: want a time of day such as 06:30", c.At)
	}
	p.hour, p.minute = at.Hour(), at.Minute()
	if p.zone, err = time.LoadLocation(c.Zone); err != nil {
		return Pack{}, fmt.Errorf("zone %q: %w: want a name such as Asia/Shanghai", c.Zone, err)
	}
	if len(c.Reports) == 0 || len(c.Reports) > mostReports {
		return Pack{}, fmt.Errorf("reports: %d of them: want 1 to %d", len(c.Reports), mostReports)
	}
	if err := bucket.Check(c.To); err != nil {
		return Pack{}, fmt.Errorf("to: %w", err)
	}
	return p, nil
}

// Zone is the time zone of the pack's days.
func (p Pack) Zone() *time.Location { return p.zone }
