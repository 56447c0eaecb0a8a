package demo

import (
	"math"
	"math/rand/v2"
	"strconv"
	"unicode/utf8"

	"earshot/models"
)

// writer writes one conversation as it was planned.
type writer struct {
	plan
	*phrases
	rng    *rand.Rand
	words  map[string]string
	turns  []models.Turn
	events []models.Event
	at     models.Millis
	pace   tempo
	number int // of the problem among those of the topic
}

func (w *writer) write() *models.Interaction {
	t := w.Topics[w.topic]
	in := w.head(&t)
	tail := strconv.Itoa(1000 + w.rng.IntN(9000))
	w.pace = tempoOf(w.channel)
	w.words = map[string]string{
		"brand": t.Brand, "agent": w.agent.name, "product": w.product, "tail": tail, "found": t.Causes[w.cause].Found,
		"name":   pick(w.rng, w.Names),
		"order":  string(rune('A'+w.rng.IntN(26))) + string(rune('A'+w.rng.IntN(26))) + strconv.Itoa(100_000+w.rng.IntN(900_000)),
		"days":   strconv.Itoa(2 + w.rng.IntN(13)),
		"amount": strconv.Itoa(9 + w.rng.IntN(90)*7),
		"phone":  phoneOf(w.language(), tail, w.rng),
	}
	w.converse(t)
	in.Transcript = &models.Transcript{Language: w.language(), Grade: models.GradeText, Length: w.at, Turns: w.turns, Events: w.events}
	if w.channel == models.Phone {
		in.Transcript.Grade = models.GradeStereo
	}
	return in
}

// head is what is known of the conversation besides its words.
func (w *writer) head(t *topic) *models.Interaction {
	in := &models.Interaction{
		Schema: models.SchemaVersion, Channel: w.channel, Language: w.language(), Direction: "inbound", Started: w.started,
		Queue: t.Queue, Team: w.agent.team, Agent: w.agent.name, Customer: w.customerKey(w.language()),
		Attributes: map[string]string{
			"brand": t.Brand, "product": w.product, "region": w.region, "tier": w.tier, "cause": t.Causes[w.cause].Name,
		},
	}
	if w.rng.IntN(100) < 35 {
		in.Attributes["csat"] = strconv.Itoa(w.csat())
	}
	return in
}

func (w *writer) language() string { return w.phrases.language }

// csat is what the customer answers when asked how satisfied they are, 1 to 5.
func (w *writer) csat() int {
	score := [...]float64{solved: 4.6, promised: 3.4, refused: 2.2, lost: 1.2}[w.outcome]
	if w.complaint() {
		score -= 0.7
	}
	if !w.skilled {
		score -= 0.6
	}
	return int(min(5, max(1, score+0.7*w.rng.NormFloat64()+0.5)))
}

// converse writes the turns: problem, check, trouble, cause, outcome, end.
func (w *writer) converse(t topic) {
	c := w.Customer
	w.turns = make([]models.Turn, 0, 14)
	w.number = w.rng.IntN(len(t.Cases))
	problem := t.Cases[w.number]
	if w.channel == models.Phone {
		w.greet()
	}
	if w.repeat {
		w.customerSays(w.Repeats, []string{problem.Problem})
	} else {
		w.customerSays([]string{problem.Problem})
	}
	switch {
	case w.skilled && w.channel == models.Phone:
		w.agentSays(w.Good.Apologies, t.Checks)
		w.customerSays(c.Details)
		w.agentSays(w.Good.Thanks, w.Good.Waits)
		w.hold()
	case w.skilled:
		w.agentSays(w.Good.Greetings, w.Good.Apologies, t.Checks)
		w.customerSays(c.Details)
		w.agentSays(w.Good.Thanks, w.Good.Waits)
	default:
		if w.channel != models.Phone {
			w.agentSays(w.Poor.Greetings)
		}
		w.agentSays(t.Checks)
		w.customerSays(c.Details)
		w.agentSays(w.Poor.Thanks)
	}
	w.probe()
	switch w.mood {
	case threatening:
		w.trouble(c.Threats)
	case abusive:
		w.trouble(c.Abuse)
	case angry:
		w.trouble(c.Angry)
	case upset:
		w.trouble(c.Upset)
	case calm:
		w.customerSays(c.Calm)
	}
	if w.complaint() {
		w.agentSays(w.Founds)
	}
	w.end(t, problem)
	if w.skilled {
		w.agentSays(w.Good.Closings)
		w.customerSays(c.None)
		w.agentSays(w.Good.Farewells)
	} else if w.rng.IntN(2) == 0 {
		w.agentSays(w.Poor.Closings)
	}
}

// probe has the agent ask a few things, in calls more than in chats.
func (w *writer) probe() {
	n := w.rng.IntN(4)
	if w.channel == models.Phone {
		n = 3 + w.rng.IntN(8)
	}
	for _, k := range w.rng.Perm(len(w.Probes))[:min(n, len(w.Probes))] {
		w.agentSays([]string{w.Probes[k].Ask})
		w.customerSays([]string{w.Probes[k].Answer})
	}
}

func (w *writer) greet() {
	if w.skilled {
		w.agentSays(w.Good.Greetings)
	} else {
		w.agentSays(w.Poor.Greetings)
	}
}

func (w *writer) end(t topic, problem problem) {
	c := w.Customer
	switch w.outcome {
	case solved:
		w.agentSays([]string{problem.Fix})
		w.customerSays(c.Happy)
	case promised:
		w.agentSays(t.Promises)
		w.customerSays(c.Resigned)
	case refused:
		w.agentSays(t.Refusals)
		w.customerSays(c.Upset, c.Churn)
	case lost:
		w.agentSays(t.Refusals)
		w.customerSays(c.Threats)
	}
}

// trouble has the customer lose patience, and the agent answer it.
func (w *writer) trouble(says []string) {
	w.customerSays(says)
	switch {
	case w.skilled:
		w.agentSays(w.Good.Empathy)
	case w.rng.IntN(6) == 0:
		w.agentSays(w.Poor.Rude)
	default:
		w.agentSays(w.Poor.Answers)
	}
}

func (w *writer) agentSays(parts ...[]string)    { w.say(models.Agent, parts) }
func (w *writer) customerSays(parts ...[]string) { w.say(models.Customer, parts) }

// say adds a turn of one sentence from each list.
func (w *writer) say(party models.Party, parts [][]string) {
	text := ""
	for i, p := range parts {
		if i > 0 {
			text += w.space
		}
		text += fill(pick(w.rng, p), w.words)
	}
	if w.channel == models.Phone {
		w.speak(party, text)
		return
	}
	if len(w.turns) > 0 {
		w.at += w.pace.wait(party, text, w.rng)
	}
	w.turns = append(w.turns, models.Turn{Party: party, Start: w.at, End: w.at, Text: text})
}

// hold lets the customer listen to music now and then, or to nothing at all.
func (w *writer) hold() {
	length := models.Millis(8_000 + w.rng.IntN(50_000))
	switch w.rng.IntN(10) {
	case 0, 1:
		w.events = append(w.events, models.Event{Kind: "music", Party: models.Agent, Start: w.at + 500, End: w.at + length})
		w.at += length
	case 2:
		w.at += length / 2
	}
}

// speak adds a turn of a call: about four Chinese characters or two and a half
// words a second, now and then into the other's words.
func (w *writer) speak(party models.Party, text string) {
	letters := utf8.RuneCountInString(text)
	length := models.Millis(letters * 75)
	if w.space == "" {
		length = models.Millis(letters * 235)
	}
	length = max(400, models.Millis(float64(length)*(0.85+0.3*w.rng.Float64())))
	start := w.at + 250 + models.Millis(w.rng.IntN(1200))
	if n := len(w.turns); n > 0 && w.complaint() && w.rng.IntN(12) == 0 {
		start = max(w.turns[n-1].Start, w.at-900)
	}
	turn := models.Turn{
		Party: party, Start: start, End: start + length, Text: text, Language: w.language(),
		Confidence: round(0.97-0.2*w.rng.Float64()*w.rng.Float64(), 3), NoSpeech: round(0.02*w.rng.Float64(), 3),
		Tone: &models.Tone{
			Loudness: round(-26+3*w.rng.NormFloat64(), 1), Pitch: round(120+80*w.rng.Float64(), 0), Voiced: round(0.5+0.2*w.rng.Float64(), 2),
			Pace: round(230+30*w.rng.NormFloat64(), 0),
		},
	}
	if party == models.Customer && w.mood >= angry {
		turn.Tone.Loudness = round(turn.Tone.Loudness+6, 1)
		turn.Tone.Pitch += 40
	}
	w.turns = append(w.turns, turn)
	w.at = max(w.at, turn.End)
}

// phoneOf makes a telephone number that nobody has: of a Chinese prefix kept
// for machines, or of the American exchange kept for fiction.
func phoneOf(language, tail string, rng *rand.Rand) string {
	if language == "zh" {
		return "140" + strconv.Itoa(1000+rng.IntN(9000)) + tail
	}
	return "(555) 555-01" + tail[:2]
}

func round(v float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(v*p) / p
}
