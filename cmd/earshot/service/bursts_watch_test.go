package service

import (
	"context"
	"testing"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/config"
	"earshot/rootcause"
)

func TestWatchBurstsOff(t *testing.T) {
	a := &app.App{Config: config.Default()}
	a.Config.Bursts.Every = 0
	if err := watchBursts(context.Background(), a, nil); err != nil {
		t.Error(err)
	}
	for _, c := range []config.Bursts{
		{Every: -time.Second, Alarm: rootcause.DefaultBursts()},
		{Every: time.Hour},
	} {
		if c.Validate() == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
