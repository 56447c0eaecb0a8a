package app

import (
	"fmt"
	"sync/atomic"
	"time"
)

// Progress says every few seconds how much is done, until the function it
// returns is called.
func (a *App) Progress(done *atomic.Int64, of int64, what string) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	started := time.Now()
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				n := done.Load()
				fmt.Fprintf(a.Err, "%d of %d %s, %.0f a second\n", n, of, what, float64(n)/time.Since(started).Seconds())
			}
		}
	}()
	return func() { close(quit); <-ended }
}
