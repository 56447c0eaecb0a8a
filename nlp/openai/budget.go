package openai

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"earshot/models"
)

// spent is what one day (UTC) has used up, what is reserved included. A
// process that dies between the two leaves its reservation counted: the limit
// may be reached early, and is never passed.
type spent struct {
	Day    string  `json:"day"`
	Tokens int64   `json:"tokens"`
	Cost   float64 `json:"cost"`
	Calls  int64   `json:"calls"`
}

// budget keeps what was spent in a file that all processes of a machine share.
type budget struct {
	mu   sync.Mutex
	path string // empty: in memory
	now  func() time.Time
	mem  spent
}

// held is a reservation.
type held struct {
	day    string
	tokens int64
	cost   float64
}

var errSpent = errors.New("the day's budget is spent")

func openBudget(c Config) (*budget, error) {
	b := &budget{path: c.Ledger, now: time.Now}
	if b.path == "" {
		return b, nil
	}
	if err := os.MkdirAll(filepath.Dir(b.path), 0o700); err != nil {
		return nil, fmt.Errorf("llm.ledger: %w", err)
	}
	return b, b.change(func(*spent) error { return nil })
}

// reserve takes tokens from the day's budget, at the price of tokens written,
// which is mostly the higher one.
func (b *budget) reserve(tokens int64, c Config) (held, error) {
	h := held{tokens: tokens, cost: float64(tokens) * max(c.PriceIn, c.PriceOut) / 1e6}
	err := b.change(func(s *spent) error {
		h.day = s.Day
		if c.DailyTokens > 0 && s.Tokens+h.tokens > c.DailyTokens {
			return fmt.Errorf("%w: %d of %d tokens used, %d needed; it begins anew at midnight UTC", errSpent, s.Tokens, c.DailyTokens, h.tokens)
		}
		if c.DailyCost > 0 && s.Cost+h.cost > c.DailyCost {
			return fmt.Errorf("%w: %.4f of %.4f used, up to %.4f needed; it begins anew at midnight UTC", errSpent, s.Cost, c.DailyCost, h.cost)
		}
		s.Tokens += h.tokens
		s.Cost += h.cost
		return nil
	})
	return h, err
}

// settle replaces a reservation by what was used. A reservation of a day that
// is over has gone with it.
func (b *budget) settle(h held, u models.Usage, c Config) error {
	return b.change(func(s *spent) error {
		s.Calls += int64(u.Calls)
		if s.Day == h.day {
			s.Tokens -= h.tokens
			s.Cost -= h.cost
		}
		s.Tokens += int64(u.Prompt + u.Answer)
		s.Cost = max(0, s.Cost+c.cost(u))
		return nil
	})
}

// cost of what was used.
func (c Config) cost(u models.Usage) float64 {
	cached := c.PriceCached
	if cached == 0 {
		cached = c.PriceIn
	}
	return (float64(u.Prompt-u.Cached)*c.PriceIn + float64(u.Cached)*cached + float64(u.Answer)*c.PriceOut) / 1e6
}

// change reads what was spent today, lets f change it, and keeps it.
func (b *budget) change(f func(*spent) error) (err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	today := b.now().UTC().Format(time.DateOnly)
	s := b.mem
	if b.path != "" {
		file, err := os.OpenFile(b.path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return fmt.Errorf("llm.ledger: %w", err)
		}
		defer file.Close()
		if err := unix.Flock(int(file.Fd()), unix.LOCK_EX); err != nil {
			return fmt.Errorf("llm.ledger: lock %s: %w", b.path, err)
		}
		if s, err = readSpent(file); err != nil {
			return err
		}
		defer func() {
			if err == nil {
				err = writeSpent(file, s)
			}
		}()
	}
	if s.Day != today {
		s = spent{Day: today}
	}
	if err := f(&s); err != nil {
		return err
	}
	b.mem = s
	return nil
}

func readSpent(file *os.File) (spent, error) {
	var s spent
	text, err := io.ReadAll(io.LimitReader(file, 1<<16))
	if err != nil {
		return s, fmt.Errorf("llm.ledger: %w", err)
	}
	if len(text) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, models.BadInput("llm.ledger: %s is not what Earshot wrote: %w; remove it to begin the day anew", file.Name(), err)
	}
	return s, nil
}

// writeSpent overwrites the file in place: the record is far smaller than a
// block, and padded, so that no shorter one leaves a tail behind.
func writeSpent(file *os.File, s spent) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if _, err := file.WriteAt(fmt.Appendf(nil, "%-255s\n", text), 0); err != nil {
		return fmt.Errorf("llm.ledger: %w", err)
	}
	return nil
}
