package pack

import (
	"testing"
	"time"
)

// testPack returns a pack of a period, time of day and zone, with one report.
func testPack(t *testing.T, period, at, zone, to string) Pack {
	t.Helper()
	p, err := New(Config{Name: "p", Period: period, At: at, Zone: zone, To: to, Reports: []Item{{Report: "volume"}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		name, period, at, zone, moment string
		want, from, to, due            string
	}{
		{"a day in Shanghai begins at 16:00 UTC", "daily", "06:30", "Asia/Shanghai", "2026-03-31T16:00:00Z",
			"2026-04-01", "2026-03-31T16:00:00Z", "2026-04-01T16:00:00Z", "2026-04-01T22:30:00Z"},
		{"the moment before is of the day before", "daily", "", "Asia/Shanghai", "2026-03-31T15:59:59Z",
			"2026-03-31", "2026-03-30T16:00:00Z", "2026-03-31T16:00:00Z", "2026-03-31T22:00:00Z"},
		{"a day of 23 hours", "daily", "06:00", "Europe/Berlin", "2026-03-29T12:00:00Z",
			"2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T04:00:00Z"},
		{"a day of 25 hours", "daily", "06:00", "Europe/Berlin", "2026-10-25T12:00:00Z",
			"2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-26T05:00:00Z"},
		{"a week with a change of clocks", "weekly", "06:00", "America/New_York", "2026-03-08T20:00:00Z",
			"2026-W10", "2026-03-02T05:00:00Z", "2026-03-09T04:00:00Z", "2026-03-09T10:00:00Z"},
		{"Sunday belongs to the week before", "weekly", "", "UTC", "2026-03-08T23:59:59Z",
			"2026-W10", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", "2026-03-09T06:00:00Z"},
		{"the first week may begin in the year before", "weekly", "", "UTC", "2025-12-30T00:00:00Z",
			"2026-W01", "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z", "2026-01-05T06:00:00Z"},
		{"the 53rd week may end in the year after", "weekly", "", "UTC", "2027-01-02T00:00:00Z",
			"2026-W53", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z", "2027-01-04T06:00:00Z"},
		{"the 31st", "monthly", "", "UTC", "2026-01-31T23:00:00Z",
			"2026-01", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-02-01T06:00:00Z"},
		{"a leap year's February", "monthly", "", "UTC", "2028-02-29T12:00:00Z",
			"2028-02", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z", "2028-03-01T06:00:00Z"},
		{"December", "monthly", "23:59", "Asia/Shanghai", "2026-12-31T15:00:00Z",
			"2026-12", "2026-11-30T16:00:00Z", "2026-12-31T16:00:00Z", "2027-01-01T15:59:00Z"},
		{"a day that begins at one o'clock, due at what is no time", "daily", "00:30", "America/Sao_Paulo", "2018-11-03T12:00:00Z",
			"2018-11-03", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-04T03:00:00Z"},
		{"the day itself", "daily", "00:00", "America/Sao_Paulo", "2018-11-04T03:00:00Z",
			"2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z", "2018-11-05T02:00:00Z"},
		{"a day with two midnights begins with the first", "daily", "06:00", "America/Havana", "2026-11-01T12:00:00Z",
			"2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", "2026-11-02T11:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := testPack(t, c.period, c.at, c.zone, "x").Span(moment(t, c.moment))
			if s.Name != c.want {
				t.Errorf("%s, want %s", s.Name, c.want)
			}
			for _, x := range []struct {
				what, want string
				got        time.Time
			}{{"from", c.from, s.From}, {"to", c.to, s.To}, {"due", c.due, s.Due}} {
				if got := x.got.UTC().Format(time.RFC3339); got != x.want {
					t.Errorf("%s %s, want %s", x.what, got, x.want)
				}
			}
		})
	}
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestOver(t *testing.T) {
	for _, c := range []struct {
		period, now string
		want        [3]string
		next        string
	}{
		{"daily", "2026-03-01T05:59:59Z", [3]string{"2026-02-25", "2026-02-26", "2026-02-27"}, "2026-02-28"},
		{"daily", "2026-03-01T06:00:00Z", [3]string{"2026-02-26", "2026-02-27", "2026-02-28"}, "2026-03-01"},
		{"weekly", "2026-01-05T06:00:00Z", [3]string{"2025-W51", "2025-W52", "2026-W01"}, "2026-W02"},
		{"monthly", "2026-02-01T05:00:00Z", [3]string{"2025-10", "2025-11", "2025-12"}, "2026-01"},
		{"monthly", "2026-03-31T12:00:00Z", [3]string{"2025-12", "2026-01", "2026-02"}, "2026-03"},
	} {
		p := testPack(t, c.period, "06:00", "UTC", "x")
		for i, s := range p.Over(moment(t, c.now), 3) {
			if s.Name != c.want[i] || !p.names(s.Name) {
				t.Errorf("%s at %s: %d is %s, want %s", c.period, c.now, i, s.Name, c.want[i])
			}
		}
		if next := p.Next(moment(t, c.now)); next.Name != c.next {
			t.Errorf("%s at %s: next is %s, want %s", c.period, c.now, next.Name, c.next)
		}
	}
}

// Periods follow each other without a gap or an overlap, in every zone.
func TestSpansMeet(t *testing.T) {
	for _, zone := range []string{"UTC", "Asia/Shanghai", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia"} {
		for _, period := range periods {
			p := testPack(t, period, "00:30", zone, "x")
			s := p.Span(moment(t, "2010-01-15T00:00:00Z"))
			for s.From.Year() < 2027 {
				next := p.Span(s.To)
				if !next.From.Equal(s.To) || next.Name <= s.Name || s.Due.Before(s.To) || p.before(next).Name != s.Name {
					t.Fatalf("%s %s: %+v is followed by %+v", zone, period, s, next)
				}
				s = next
			}
		}
	}
}
