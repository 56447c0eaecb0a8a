package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"earshot/models"
)

// plan is what happens in a conversation, before anybody has said a word.
type plan struct {
	started  time.Time
	language int
	topic    int
	product  string
	region   string
	channel  models.Channel
	cause    int
	agent    person
	skilled  bool // the agent handles this one well
	mood     mood
	outcome  outcome
	customer int
	tier     string
	burst    int  // number of the burst it belongs to, or -1
	repeat   bool // the customer comes back with what was not solved
	rng      *rand.Rand
}

// mood is how the customer feels about it.
type mood int

const (
	calm mood = iota
	plain
	upset
	angry
	abusive
	threatening
)

// complaint tells whether somebody is to blame.
func (p *plan) complaint() bool { return p.mood >= upset }

// outcome is how a conversation ends.
type outcome int

const (
	solved outcome = iota
	promised
	refused
	lost // refused, and the customer threatens
)

var channelsOf = map[string][]models.Channel{
	"zh": {
		models.Phone, models.Phone, models.Phone, models.Phone, models.Phone, models.Phone, models.Phone, models.Phone, models.Phone,
		models.WeChat, models.WeChat, models.WeChat, models.WebChat, models.WebChat, models.WeCom, models.Douyin, models.Douyin, models.App, models.App, models.SMS, models.Email, models.Social,
	},
	"en": {
		models.Phone, models.Phone, models.Phone, models.Phone, models.Phone, models.Phone, models.Phone, models.Phone,
		models.WebChat, models.WebChat, models.WebChat, models.App, models.App, models.Email, models.Email, models.SMS, models.Social, models.WeChat,
	},
}

func channelShare(language string, c models.Channel) float64 {
	all := channelsOf[language]
	n := 0
	for _, other := range all {
		if other == c {
			n++
		}
	}
	return float64(n) / float64(len(all))
}

var tiers = []string{"standard", "standard", "standard", "silver", "silver", "gold", "platinum"}

// zipf returns the probability of the k-th of n things, the first of which are
// the most frequent.
func zipf(k, n int) float64 {
	sum := 0.0
	for i := range n {
		sum += 1 / float64(i+2)
	}
	return 1 / float64(k+2) / sum
}

func zipfian(rng *rand.Rand, n int) int {
	r := rng.Float64()
	for k := range n {
		if r -= zipf(k, n); r < 0 {
			return k
		}
	}
	return n - 1
}

// plan decides about the i-th conversation.
func (h *History) plan(i int) plan {
	p := h.chance(i)
	if p.burst >= 0 || i < 50 {
		return p
	}
	// One in six customers whose problem was not solved comes back in the days
	// after.
	back := 1 + p.rng.IntN(max(1, min(i, h.perDay()*6)))
	if p.rng.IntN(4) > 0 {
		return p
	}
	if first := h.chance(i - back); first.outcome != solved && first.burst < 0 {
		p.language, p.topic, p.product, p.region, p.cause = first.language, first.topic, first.product, first.region, first.cause
		p.customer, p.tier, p.repeat = first.customer, first.tier, true
		if p.agent.language != p.language {
			p.agent = h.agents[h.sameSide(p.rng, p.language)]
		}
		if !slices.Contains(channelsOf[h.languages[p.language].language], p.channel) {
			p.channel = models.Phone
		}
		p.mood = max(p.mood, upset)
	}
	return p
}

// chance decides without looking at other conversations.
func (h *History) chance(i int) plan {
	rng := rand.New(rand.NewPCG(h.Seed, uint64(i)+1<<32))
	p := plan{rng: rng, burst: -1}
	var hour int
	p.started, hour = h.season.at((float64(i) + rng.Float64()) / float64(h.Conversations))
	p.language = rng.IntN(len(h.languages))
	words := h.languages[p.language]
	p.topic = zipfian(rng, len(words.Topics))
	b := h.drawBurst(rng, hour)
	if b >= 0 {
		p.language, p.topic, p.burst = h.bursts[b].language, h.bursts[b].topic, b
		words = h.languages[p.language]
	}
	t := &words.Topics[p.topic]
	p.product = t.Products[zipfian(rng, len(t.Products))]
	p.region = words.Regions[zipfian(rng, len(words.Regions))]
	p.channel = pick(rng, channelsOf[words.language])
	p.cause = zipfian(rng, len(t.Causes))
	p.agent = h.agents[h.sameSide(rng, p.language)]
	p.skilled = rng.Float64() < p.agent.skill
	p.customer = rng.IntN(max(1, h.Conversations*2/3))
	p.tier = tiers[p.customer%len(tiers)]
	m, o := rng.IntN(100), rng.IntN(100)
	if b >= 0 {
		burst := &h.bursts[b]
		p.cause = burst.cause
		p.product = cmp.Or(burst.Dimensions["product"], p.product)
		p.region = cmp.Or(burst.Dimensions["region"], p.region)
		p.channel = models.Channel(cmp.Or(burst.Dimensions["channel"], string(p.channel)))
		m, o = 60+m*2/5, 30+o*7/10
	}
	p.mood = moodOf(m)
	switch {
	case o < 55 || p.skilled && o < 70:
		p.outcome = solved
	case o < 85:
		p.outcome = promised
	case o < 95:
		p.outcome = refused
	default:
		p.outcome = lost
	}
	return p
}

func moodOf(percent int) mood {
	switch {
	case percent >= 93:
		return threatening
	case percent >= 90:
		return abusive
	case percent >= 80:
		return angry
	case percent >= 60:
		return upset
	case percent >= 20:
		return plain
	}
	return calm
}

// drawBurst returns the burst that a conversation of the hour belongs to, or -1.
func (h *History) drawBurst(rng *rand.Rand, hour int) int {
	r := rng.Float64()
	sum := h.season.base[hour]
	for b := range h.bursts {
		sum += h.bursts[b].weight(h.season, hour)
	}
	r *= sum
	for b := range h.bursts {
		if r -= h.bursts[b].weight(h.season, hour); r < 0 {
			return b
		}
	}
	return -1
}

// sameSide returns an agent who speaks the language.
func (h *History) sameSide(rng *rand.Rand, language int) int {
	n := len(h.languages)
	return min(rng.IntN((h.Agents+n-1)/n)*n+language, len(h.agents)-n+language)
}

func (h *History) perDay() int {
	return max(1, int(float64(h.Conversations)/max(1, h.To.Sub(h.From).Hours()/24)))
}

func (p *plan) customerKey(language string) string {
	return fmt.Sprintf("%s-%07d", language, p.customer)
}

// channels whose conversations have a pace of their own; that of others is the
// same.
var paced = []models.Channel{models.Phone, models.Email, models.Social, models.SMS}

func (p *plan) pace() int { return slices.Index(paced, p.channel) }

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
