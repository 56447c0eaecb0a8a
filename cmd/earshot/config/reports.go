package config

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"earshot/models"
	"earshot/report/pack"
	"earshot/warehouse"
)

// BriefName is what packs of reports call a brief.
const BriefName = "brief"

// Reports says how reports are written.
type Reports struct {
	Zone string `yaml:"zone" doc:"time zone in which days begin, such as Asia/Shanghai; default UTC"`
	Font string `yaml:"font" doc:"file of a font with Chinese characters for PDF and PNG, TTF, OTF or TTC; default: one that is installed"`

	Packs   []pack.Config `yaml:"packs" doc:"report packs that 'earshot serve' makes, daily, weekly or monthly; default none; each has:"`
	Webhook pack.Webhook  `yaml:"webhook" doc:"where packs and bursts of complaints are announced"`
}

// Location returns the time zone in which days begin.
func (c Reports) Location() (*time.Location, error) {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, models.BadInput("reports.zone %q: %w: want a name such as Asia/Shanghai", c.Zone, err)
	}
	return zone, nil
}

func (c Reports) validate() error {
	if _, err := c.Location(); err != nil {
		return fmt.Errorf("reports: %w", err)
	}
	if err := c.Webhook.Validate(); err != nil {
		return fmt.Errorf("reports.webhook.%w", err)
	}
	_, err := c.CheckedPacks()
	return err
}

// CheckedPacks checks the packs and fills in their defaults.
func (c Reports) CheckedPacks() ([]pack.Pack, error) {
	var packs []pack.Pack
	for i, cfg := range c.Packs {
		at := fmt.Sprintf("reports.packs[%d] (%s)", i, cfg.Name)
		if slices.ContainsFunc(packs, func(p pack.Pack) bool { return p.Name == cfg.Name }) {
			return nil, models.BadInput("%s: another pack has this name", at)
		}
		cfg.Zone = cmp.Or(cfg.Zone, c.Zone)
		p, err := pack.New(cfg)
		if err != nil {
			return nil, models.BadInput("%s: %w", at, err)
		}
		for n, item := range p.Reports {
			if err := checkItem(item, p.Span(time.Now())); err != nil {
				return nil, fmt.Errorf("%s: reports[%d]: %w", at, n, err)
			}
		}
		packs = append(packs, p)
	}
	return packs, nil
}

// checkItem returns an error if there is no such report, or it cannot be asked
// for in this way.
func checkItem(item pack.Item, s pack.Span) error {
	if item.Report == BriefName {
		if item.By != "" || len(item.Where) > 0 || len(item.Set) > 0 || item.Limit != 0 {
			return models.BadInput("%s takes no by, where, set or limit", BriefName)
		}
		return nil
	}
	r, err := warehouse.FindReport(item.Report)
	if err == nil {
		_, err = r.Text(PackOptions(item, s))
	}
	return err
}

// PackOptions returns how a pack asks for one of its reports.
func PackOptions(item pack.Item, s pack.Span) warehouse.ReportOptions {
	return warehouse.ReportOptions{From: s.From, To: s.To, By: item.By, Where: item.Where, Values: item.Set, Limit: item.Limit}
}
