package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"earshot/models"
)

// Burst is a planted spell of complaints: many more than usual, of one queue,
// product, region or channel, all with the same cause.
type Burst struct {
	Name       string            `json:"name"`
	From       time.Time         `json:"from"`
	To         time.Time         `json:"to"`
	Dimensions map[string]string `json:"dimensions"` // queue, and one or two of product, region, channel and team
	Cause      string            `json:"cause"`
	Branch     string            `json:"branch"`   // people, process or system
	Usual      float64           `json:"usual"`    // conversations of those dimensions expected without it
	Expected   float64           `json:"expected"` // what it adds to them
	Count      int               `json:"count"`    // what it added
	IDs        []models.ID       `json:"ids"`      // the first thousand of those

	language, topic, cause int
	share                  float64 // of the season's weight while it lasts
}

// weight returns what b adds to the weight of an hour.
func (b *Burst) weight(s *season, hour int) float64 {
	at := s.from.Add(time.Duration(hour) * time.Hour)
	if at.Before(b.From) || !at.Before(b.To) {
		return 0
	}
	return s.base[hour] * b.share
}

// plant places the bursts evenly over the history, none in its first quarter,
// which shows what is usual.
func (h *History) plant(s *season) []Burst {
	rng := rand.New(rand.NewPCG(h.Seed, 0xB0057))
	whole := h.To.Sub(h.From)
	var all []Burst
	for i := range h.Bursts {
		slot := whole * 3 / 4 / time.Duration(h.Bursts)
		length := min(time.Duration(12+rng.IntN(48))*time.Hour, max(slot, time.Hour))
		from := h.From.Add(whole/4 + slot*time.Duration(i) + time.Duration(rng.Int64N(int64(max(slot-length, 1)))))
		if hour := from.Hour(); hour < 7 || hour > 15 { // what breaks at night shows in the morning
			from = from.Add(time.Duration((8-hour+24)%24) * time.Hour)
		}
		from = from.Truncate(time.Hour)
		to := from.Add(length).Truncate(time.Hour)
		if to.After(h.To) {
			to = h.To
		}
		if to.Sub(from) < time.Hour {
			continue
		}
		b := Burst{Name: fmt.Sprintf("burst-%d", i+1), From: from, To: to, language: rng.IntN(len(h.languages))}
		p := h.languages[b.language]
		b.topic = rng.IntN(len(p.Topics))
		t := p.Topics[b.topic]
		b.cause = rng.IntN(len(t.Causes))
		b.Cause, b.Branch = t.Causes[b.cause].Name, t.Causes[b.cause].Branch
		b.Dimensions = map[string]string{"queue": t.Queue}
		part := zipf(b.topic, len(p.Topics)) / float64(len(h.languages))
		for _, d := range slices.Backward(rng.Perm(3)[:1+rng.IntN(2)]) {
			switch d {
			case 0:
				k := rng.IntN(len(t.Products))
				b.Dimensions["product"] = t.Products[k]
				part *= zipf(k, len(t.Products))
			case 1:
				k := rng.IntN(len(p.Regions))
				b.Dimensions["region"] = p.Regions[k]
				part *= zipf(k, len(p.Regions))
			case 2:
				c := pick(rng, channelsOf[p.language])
				b.Dimensions["channel"] = string(c)
				part *= channelShare(p.language, c)
			}
		}
		during := float64(h.Conversations) * s.between(from, to) / s.sum()
		b.Usual = part * during
		b.Expected = max(4*b.Usual, min(60, during))
		b.share = b.Expected / max(during, 1)
		all = append(all, b)
	}
	slices.SortStableFunc(all, func(a, b Burst) int { return cmp.Compare(a.From.Unix(), b.From.Unix()) })
	return all
}

// HistoryTruth is what was put into a history, for those who look for it.
type HistoryTruth struct {
	Seed          uint64    `json:"seed"`
	From          time.Time `json:"from"`
	To            time.Time `json:"to"`
	Conversations int       `json:"conversations"`
	Bursts        []Burst   `json:"bursts"`
	Causes        []Tally   `json:"causes"` // of all complaints, the most frequent first
}

// Tally is how often a cause was behind a complaint.
type Tally struct {
	Queue  string `json:"queue"`
	Cause  string `json:"cause"`
	Branch string `json:"branch"`
	Count  int    `json:"count"`
}

const idsOfBurst = 1000

// Truth goes through all conversations and says what was put into them.
func (h *History) Truth() HistoryTruth {
	t := HistoryTruth{Seed: h.Seed, From: h.From, To: h.To, Conversations: h.Conversations, Bursts: slices.Clone(h.bursts)}
	counts := map[Tally]int{}
	for i := range h.Conversations {
		p := h.plan(i)
		if p.burst >= 0 {
			b := &t.Bursts[p.burst]
			b.Count++
			if len(b.IDs) < idsOfBurst {
				b.IDs = append(b.IDs, h.ID(i))
			}
		}
		if p.complaint() {
			topic := h.languages[p.language].Topics[p.topic]
			counts[Tally{Queue: topic.Queue, Cause: topic.Causes[p.cause].Name, Branch: topic.Causes[p.cause].Branch}]++
		}
	}
	for tally, n := range counts {
		tally.Count = n
		t.Causes = append(t.Causes, tally)
	}
	slices.SortFunc(t.Causes, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Cause, b.Cause))
	})
	return t
}
