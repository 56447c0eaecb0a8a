package terminal

import (
	"testing"
	"time"
)

func TestDay(t *testing.T) {
	for _, s := range []string{"", "2026-2-1", "2026-02-30", "-3d", "1e3d", "d", "tomorrow", "0000-00-00", "2026-01-01; DROP"} {
		var d Day
		if err := d.UnmarshalText([]byte(s)); err == nil {
			t.Errorf("%q is taken as a day: %+v", s, d)
		}
	}
	for _, s := range []string{"2026-02-28", "today", "Yesterday", "30d", " 0d "} {
		var d Day
		if err := d.UnmarshalText([]byte(s)); err != nil || d.In(mustZone(t, "Asia/Shanghai")).Hour() != 0 {
			t.Errorf("%q: %v", s, err)
		}
	}
	var d Day
	if err := d.UnmarshalText([]byte("2026-03-01")); err != nil || d.In(mustZone(t, "Asia/Shanghai")).UTC().Format("2006-01-02 15") != "2026-02-28 16" {
		t.Errorf("a day in Shanghai begins %s: %v", d.In(mustZone(t, "Asia/Shanghai")).UTC(), err)
	}
	if !(Day{}).In(mustZone(t, "")).IsZero() {
		t.Error("no day is some time")
	}
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
