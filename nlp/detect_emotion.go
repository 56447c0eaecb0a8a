package nlp

import (
	"math"
	"strings"

	"earshot/models"
	"earshot/nlp/feelings"
)

func init() {
	register(spec{
		Name:  "emotion",
		Order: 2,
		Doc: "How turns feel, from words and voice together. The words are scored by a linear classifier with the polarity lexicons, the named feelings by their lexicons; " +
			"a raised voice makes what feels bad surer. Where neither is sure nothing is found. Turns of both parties count.",
		Kinds: []Kind{
			{Name: "emotion.negative", Doc: "the turn feels bad", Value: "probability of the classifier"},
			{Name: "emotion.positive", Doc: "the turn feels good", Value: "probability of the classifier"},
			{Name: "emotion.anger", Doc: "anger; severity 2 from a score of 0.9"},
			{Name: "emotion.anxiety", Doc: "worry, hurry or fear"},
			{Name: "emotion.disappointment", Doc: "disappointment"},
			{Name: "emotion.gratitude", Doc: "thanks and praise"},
			{Name: "emotion.score", Doc: "the feeling of a party at the end", Value: "-5, all negative, to 5, all positive",
				Label: "overall, or q1 to q4 for the quarters of the conversation"},
		},
		new: func(*data) detector { return &emotion{} },
		Finds: []Example{
			{Dialogue: "C: 你们太过分了，我真的很生气", Kind: "emotion.anger"},
			{Dialogue: "C: 你们太过分了，我真的很生气", Kind: "emotion.negative"},
			{Dialogue: "C: I'm furious, this is unacceptable", Kind: "emotion.anger"},
			{Dialogue: "C: 我很着急，孩子等着用药", Kind: "emotion.anxiety"},
			{Dialogue: "C: I am really disappointed with you", Kind: "emotion.disappointment"},
			{Dialogue: "C: 太感谢你了，服务真好", Kind: "emotion.gratitude"},
			{Dialogue: "C: Thank you so much, you have been very helpful", Kind: "emotion.positive"},
			{Dialogue: "C: 气死我了\nA: 对不起", Kind: "emotion.score", Label: "overall"},
		},
		Ignores: []Example{
			{Dialogue: "C: 我想查一下我的订单", Kind: "emotion.negative"},
			{Dialogue: "C: I'm not angry, I just want to know", Kind: "emotion.anger"},
			{Dialogue: "A: 您先别着急", Kind: "emotion.anxiety"},
			{Dialogue: "A: I'm sorry to hear that. I understand how frustrating this is.", Kind: "emotion.negative"},
			{Dialogue: "A: 已经帮您加急处理了", Kind: "emotion.anxiety"},
			{Dialogue: "A: Can I have your order number please", Kind: "emotion.positive"},
		},
	})
}

// The named feelings.
const (
	angry = iota
	anxious
	disappointed
	grateful
)

// namedFeelings are the named feelings: the categories of lexicons that speak of
// them, and how sure one such phrase makes.
var namedFeelings = [...]feeling{
	{"anger", map[string]float64{"anger": 0.7, "abuse": 0.8, "threat": 0.5, "disrespect": 0.6, "complaint": 0.35}, false},
	{"anxiety", map[string]float64{"anxiety": 0.7, "safety": 0.4}, false},
	{"disappointment", map[string]float64{"disappointment": 0.7, "churn": 0.4, "repeat": 0.3}, false},
	{"gratitude", map[string]float64{"gratitude": 0.75}, true},
}

type feeling struct {
	name       string
	categories map[string]float64
	good       bool
}

// leastFeeling is the score below which a named feeling is not found.
const leastFeeling = 0.6

// sure is the probability from which a turn's feeling is found.
const sure = 0.5

type emotion struct {
	balance []felt
}

// felt is what is kept of a turn for the score at the end.
type felt struct {
	party      models.Party
	start, end models.Millis
	balance    float64 // -1 to 1; 0 where unsure
	weight     float64
}

func (e *emotion) turn(c *Conversation) {
	i, turn := c.Last()
	if turn.Party == models.System || len(c.folded.Runes) == 0 {
		return
	}
	s := c.Feeling()
	var quoted []models.Evidence
	evidence := func() []models.Evidence { // the same for all
		if quoted == nil {
			quoted = []models.Evidence{c.Transcript().QuoteTurn(i)}
		}
		return quoted
	}
	for k := range namedFeelings {
		if score := s.score(k); score >= leastFeeling {
			f := models.Finding{Kind: "emotion." + namedFeelings[k].name, Party: turn.Party, Score: round(score), Severity: 1, Evidence: evidence()}
			switch {
			case namedFeelings[k].good:
				f.Severity = 0
			case k == angry && score >= 0.9:
				f.Severity = 2
			}
			c.emit(f)
		}
	}
	switch {
	case s.Negative >= sure && s.Negative > s.Positive:
		c.emit(models.Finding{Kind: "emotion.negative", Party: turn.Party, Score: round(s.Negative), Value: round(s.Negative), Evidence: evidence()})
	case s.Positive >= sure:
		c.emit(models.Finding{Kind: "emotion.positive", Party: turn.Party, Score: round(s.Positive), Value: round(s.Positive), Evidence: evidence()})
	}
	b := felt{party: turn.Party, start: turn.Start, end: turn.End, weight: math.Sqrt(float64(len(c.folded.Runes)))}
	if max(s.Negative, s.Positive) >= sure {
		b.balance = s.Balance()
	}
	e.balance = append(e.balance, b)
}

// turnFeeling is how a turn feels, by its words and the voice.
type turnFeeling struct {
	feelings.Sentiment
	named   [len(namedFeelings)]float64 // how strongly its phrases speak of each named feeling
	aroused float64                     // the voice, 0 to 1
}

// Feeling returns how the last turn feels. It builds on the words that were
// found in it and on how it sounds.
func (c *Conversation) Feeling() *turnFeeling {
	if c.feltAt != c.turns {
		c.feeling, c.feltAt = feel(c), c.turns
	}
	return &c.feeling
}

func feel(c *Conversation) (f turnFeeling) {
	speaks, regret := false, false
	for k := range c.findings[c.first:] {
		found := &c.findings[c.first+k]
		if found.Kind == "voice.aroused" {
			f.aroused = found.Score
		}
		category, ok := strings.CutPrefix(found.Kind, "word.")
		if !ok {
			continue
		}
		regret = regret || category == "apology" || category == "empathy"
		for i := range namedFeelings {
			if p, ok := namedFeelings[i].categories[category]; ok { // noisy or
				speaks = true
				f.named[i] = 1 - (1-f.named[i])*(1-p*found.Score)
			}
		}
	}
	if !speaks && f.aroused == 0 && backchannel(c) && !strings.Contains(c.folded.Source, "!") {
		f.Neutral = 1 // yes, 嗯: who listens shows no feeling
		return f
	}
	said := c.data.sentiment.Score(c.folded)
	if _, turn := c.Last(); turn.Party == models.Agent && regret {
		said.Neutral += 0.8 * said.Negative // who regrets does not feel bad
		said.Negative *= 0.2
	}
	bad := max(f.named[angry], f.named[anxious]*0.6, f.named[disappointed]*0.8)
	f.Sentiment = shift(said, bad, f.named[grateful]*0.8, f.aroused)
	return f
}

// score returns how sure named feeling k is, 0 to 0.99. The classifier has a
// say: words of thanks in a turn that feels bad are not gratitude.
func (f *turnFeeling) score(k int) float64 {
	score := f.named[k]
	if score == 0 {
		return 0
	}
	support := f.Negative
	if namedFeelings[k].good {
		support = f.Positive
	}
	score *= 0.6 + 0.8*support
	if k == angry && f.aroused > 0 {
		score = 1 - (1-score)*(1-0.3*f.aroused)
	}
	return min(score, 0.99)
}

// lexiconSay is how much the lexicons of feelings count beside the classifier,
// which knows most of their words.
const lexiconSay = 0.4

// shift moves a sentiment towards what the lexicons and the voice say.
func shift(s feelings.Sentiment, bad, good, aroused float64) feelings.Sentiment {
	bad, good = lexiconSay*bad, lexiconSay*good
	neg := s.Negative * (1 + 3*bad) * (1 + aroused)
	pos := s.Positive * (1 + 3*good)
	neu := s.Neutral * (1 - 0.5*max(bad, good))
	total := neg + pos + neu
	return feelings.Sentiment{Negative: neg / total, Neutral: neu / total, Positive: pos / total}
}

func (e *emotion) close(c *Conversation) {
	end := c.Transcript().End()
	for _, p := range []models.Party{models.Agent, models.Customer} {
		for q, label := range []string{"overall", "q1", "q2", "q3", "q4"} {
			from, to := models.Millis(0), end
			if q > 0 {
				from, to = end*models.Millis(q-1)/4, end*models.Millis(q)/4
			}
			if score, ok := e.score(p, from, to, to == end); ok {
				c.emit(models.Finding{Kind: "emotion.score", Party: p, Score: 1, Value: score, Label: label, Evidence: []models.Evidence{models.Stretch(0, from, to)}})
			}
		}
	}
}

// score returns the feeling of a party's turns that begin between from and to,
// -5 to 5: long turns and turns that go on feeling the same count more.
func (e *emotion) score(p models.Party, from, to models.Millis, last bool) (float64, bool) {
	sum, weights, streak := 0.0, 0.0, 0.0
	for _, f := range e.balance {
		if f.party != p || f.start < from || f.start > to || f.start == to && !last {
			continue
		}
		w := f.weight
		if f.balance != 0 {
			if f.balance*streak > 0 {
				w *= 1.5
			}
			streak = f.balance
		} else {
			w *= 0.5 // what is neutral says little
		}
		sum += w * f.balance
		weights += w
	}
	if weights == 0 {
		return 0, false
	}
	return math.Round(50*sum/weights) / 10, true
}

// round keeps scores short in rows and the same on all machines.
func round(x float64) float64 { return math.Round(x*1000) / 1000 }
