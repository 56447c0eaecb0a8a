package demo

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"earshot/models"
)

// historyDays is the stretch of time that generated conversations lie in.
const historyDays = 30

// Generate returns n chats of the thirty days before until, about half Chinese
// and half English, over all text channels: complaints and questions with
// calm, upset and threatening customers, handled well or badly. Some customers
// come back. The i-th conversation depends on seed, i, n and until alone, and
// its ID, "gen-", the seed and i, is unique; they are in no order of time.
func Generate(seed uint64, n int, until time.Time) iter.Seq[*models.Interaction] {
	languages, err := loadPhrases()
	if err != nil {
		panic(err) // the files are part of the program, and a test reads them
	}
	return func(yield func(*models.Interaction) bool) {
		for i := range n {
			rng := rand.New(rand.NewPCG(seed, uint64(i)))
			w := writer{phrases: languages[rng.IntN(len(languages))], rng: rng}
			in := w.write(n)
			in.ID = models.ID(fmt.Sprintf("gen-%d-%d", seed, i))
			in.Started = startTime(rng, until)
			ended := in.Started.Add(in.Transcript.Length.Duration())
			in.Ended = &ended
			if !yield(in) {
				return
			}
		}
	}
}

// startTime picks a time in the thirty days before until: few at night, most
// around eleven and sixteen o'clock, and fewer at weekends.
func startTime(rng *rand.Rand, until time.Time) time.Time {
	day := until.AddDate(0, 0, -1-rng.IntN(historyDays))
	if w := day.Weekday(); (w == time.Saturday || w == time.Sunday) && rng.IntN(5) < 2 {
		day = day.AddDate(0, 0, -2)
	}
	peak := 11.0
	if rng.IntN(2) == 0 {
		peak = 16
	}
	hour := min(23.99, max(0, peak+3*rng.NormFloat64()))
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, int(hour*3600), 0, until.Location())
}

var channelsOf = map[string][]models.Channel{
	"zh": {models.WeChat, models.WeChat, models.WeChat, models.WebChat, models.WebChat, models.WeCom, models.Douyin, models.Douyin, models.App, models.App, models.SMS, models.Email, models.Social},
	"en": {models.WebChat, models.WebChat, models.WebChat, models.App, models.App, models.Email, models.Email, models.SMS, models.Social, models.WeChat},
}

var tiers = []string{"standard", "standard", "standard", "silver", "silver", "gold", "platinum"}

// writer writes one conversation.
type writer struct {
	*phrases
	rng   *rand.Rand
	words map[string]string
	turns []models.Turn
	at    models.Millis
	pace  tempo
}

// write writes a conversation. How many customers there are grows with n, so
// that about every third contact is a repeated one.
func (w *writer) write(n int) *models.Interaction {
	t := pick(w.rng, w.Topics)
	group := pick(w.rng, w.Teams)
	agent := w.rng.IntN(len(group.Agents))
	channel := pick(w.rng, channelsOf[w.language])
	product := pick(w.rng, t.Products)
	tail := strconv.Itoa(1000 + w.rng.IntN(9000))
	customer := w.rng.IntN(max(1, n/3)) // of each language
	w.pace = tempoOf(channel)
	w.words = map[string]string{
		"brand": t.Brand, "agent": group.Agents[agent], "product": product, "tail": tail,
		"name":   pick(w.rng, w.Names),
		"order":  string(rune('A'+w.rng.IntN(26))) + string(rune('A'+w.rng.IntN(26))) + strconv.Itoa(100_000+w.rng.IntN(900_000)),
		"days":   strconv.Itoa(2 + w.rng.IntN(13)),
		"amount": strconv.Itoa(9 + w.rng.IntN(90)*7),
		"phone":  phoneOf(w.language, tail, w.rng),
	}
	// Agents differ in skill, and the skill of one stays the same.
	skilled := w.rng.Float64() < 0.95-0.12*float64(agent)
	w.converse(t, skilled)
	return &models.Interaction{
		Schema: models.SchemaVersion, Channel: channel, Language: w.language, Direction: "inbound",
		Queue: t.Queue, Team: group.Name, Agent: group.Agents[agent], Customer: fmt.Sprintf("%s-%06d", w.language, customer),
		Attributes: map[string]string{
			"brand": t.Brand, "product": product, "region": pick(w.rng, w.Regions),
			"tier": tiers[customer%len(tiers)], "cause": pick(w.rng, t.Causes),
		},
		Transcript: &models.Transcript{Language: w.language, Grade: models.GradeText, Length: w.at, Turns: w.turns},
	}
}

// converse writes the turns: problem, check, trouble, outcome, end.
func (w *writer) converse(t topic, skilled bool) {
	c, mood, outcome := w.Customer, w.rng.IntN(100), w.rng.IntN(100)
	w.turns = make([]models.Turn, 0, 14)
	problem := pick(w.rng, t.Cases)
	w.customer([]string{problem.Problem})
	if skilled {
		w.agent(w.Good.Greetings, w.Good.Apologies, t.Checks)
		w.customer(c.Details)
		w.agent(w.Good.Thanks, w.Good.Waits)
	} else {
		w.agent(w.Poor.Greetings)
		w.agent(t.Checks)
		w.customer(c.Details)
		w.agent(w.Poor.Thanks)
	}
	switch {
	case mood >= 92:
		w.trouble(skilled, c.Threats)
	case mood >= 89:
		w.trouble(skilled, c.Abuse)
	case mood >= 80:
		w.trouble(skilled, c.Angry)
	case mood >= 60:
		w.trouble(skilled, c.Upset)
	case mood < 20:
		w.customer(c.Calm)
	}
	switch {
	case outcome < 55 || skilled && outcome < 70:
		w.agent([]string{problem.Fix})
		w.customer(c.Happy)
	case outcome < 85:
		w.agent(t.Promises)
		w.customer(c.Resigned)
	case outcome < 95:
		w.agent(t.Refusals)
		w.customer(c.Upset, c.Churn)
	default:
		w.agent(t.Refusals)
		w.customer(c.Threats)
	}
	if skilled {
		w.agent(w.Good.Closings)
		w.customer(c.None)
		w.agent(w.Good.Farewells)
	} else if w.rng.IntN(2) == 0 {
		w.agent(w.Poor.Closings)
	}
}

// trouble has the customer lose patience, and the agent answer it.
func (w *writer) trouble(skilled bool, says []string) {
	w.customer(says)
	switch {
	case skilled:
		w.agent(w.Good.Empathy)
	case w.rng.IntN(6) == 0:
		w.agent(w.Poor.Rude)
	default:
		w.agent(w.Poor.Answers)
	}
}

func (w *writer) agent(parts ...[]string)    { w.say(models.Agent, parts) }
func (w *writer) customer(parts ...[]string) { w.say(models.Customer, parts) }

// say adds a turn of one sentence from each list.
func (w *writer) say(party models.Party, parts [][]string) {
	text := ""
	for i, p := range parts {
		if i > 0 {
			text += w.space
		}
		text += fill(pick(w.rng, p), w.words)
	}
	if len(w.turns) > 0 {
		w.at += w.pace.wait(party, text, w.rng)
	}
	w.turns = append(w.turns, models.Turn{Party: party, Start: w.at, End: w.at, Text: text})
}

// phoneOf makes a telephone number that nobody has: of a Chinese prefix kept
// for machines, or of the American exchange kept for fiction.
func phoneOf(language, tail string, rng *rand.Rand) string {
	if language == "zh" {
		return "140" + strconv.Itoa(1000+rng.IntN(9000)) + tail
	}
	return "(555) 555-01" + tail[:2]
}
