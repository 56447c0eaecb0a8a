package nlp

import (
	"math"
	"math/bits"
	"strings"
	"unicode/utf8"

	"earshot/models"
)

// signal is something that tells whether a clause says what a summary should
// tell. Those from byParty on are of the agent, as many more of the customer.
type signal int

const (
	always signal = iota
	chineseText
	length // a third of the logarithm of its characters
	lengthSquared
	lengthChinese
	content // logarithm of what its terms are worth
	contentChinese
	severalNumbers
	aDay
	firstClause // of several of a sentence
	innerClause
	lastClause
	onPronoun // it begins with one, as it, that and which
	onPerson  // with I, we or you
	onJoint   // with and, but or so
	onCause   // with because or since
	onCondition
	asked // it is a question itself
	bracketed
	openingSays // it is of the sentence with what the customer comes for
	contactReason
	promiseMade
	reasonWord
	greetingWord
	apologyWord
	holdWord
	unsolvedWord
	solvedWord
	repeatWord
	refundWord
	churnWord
	graveWord // a threat, a complaint, a call for a superior, danger
	byParty
)

// Signals of a party.
const (
	bySpeaker signal = iota
	questioned
	counted
	howFar // how far into the conversation, from 0 to 1
	beginning
	earlyOn
	lateOn
	atEnd
	answering
	brief  // how few clauses the conversation has, by their logarithm
	goesOn // the same party says the next turn, too
	firstPurpose
	perParty = firstPurpose + purposeCount
	signals  = byParty + 2*perParty
)

// features are how strong the signals of a clause are.
type features [signals]float64

// sum returns the logit that signals from first to last of f add up to.
func (f *features) sum(first, last signal) (sum float64) {
	for i, v := range f[first : last+1] {
		sum += v * signalWeights[int(first)+i]
	}
	return sum
}

// worthTelling returns the probability that a clause is worth telling, of which f
// holds all; ofSentence is the logit of its sentence alone.
func (f *features) worthTelling(party models.Party, ofSentence float64) float64 {
	sum := ofSentence + f.sum(length, asked)
	at := byParty + counted
	if party != models.Agent {
		at += perParty
	}
	return 1 / (1 + math.Exp(-sum-f[at]*signalWeights[at]))
}

// forget takes what f tells of a clause by itself.
func (f *features) forget(party models.Party) {
	clear(f[length : asked+1])
	f.of(party)[counted] = 0
}

// findingSignals are the signals of findings in a sentence.
var findingSignals = map[string]signal{
	"contact.reason": contactReason, "promise.made": promiseMade, "word.reason": reasonWord, "word.greeting": greetingWord,
	"word.apology": apologyWord, "word.hold_request": holdWord, "word.unsolved": unsolvedWord, "word.repeat": repeatWord, "word.solved": solvedWord, "word.refund": refundWord,
	"word.churn": churnWord, "word.threat": graveWord, "word.complaint": graveWord, "word.escalation": graveWord, "word.safety": graveWord,
}

// usualClauses is how many clauses conversations mostly have that say anything.
const usualClauses = 40

func clausesOf(all []sentence) (n int) {
	for i := range all {
		n += len(all[i].clauses)
	}
	return n
}

// Parts of a conversation.
const (
	beginningEnds = 0.15
	earlyEnds     = 0.4
	lateBegins    = 0.75
	endBegins     = 0.9
)

// featuresOf returns what a sentence tells of each of its clauses.
func featuresOf(t *models.Transcript, s *sentence, w *weight, clauses int) (f features) {
	f[always] = 1
	for found := w.found; found != 0; found &= found - 1 {
		f[bits.TrailingZeros64(found)] = 1
	}
	if s.han {
		f[chineseText] = 1
	}
	if w.opening {
		f[openingSays] = 1
	}
	if strings.Contains(t.Turns[s.turn].Text[s.from:s.to], "[") {
		f[bracketed] = 1
	}
	of := f.of(s.party)
	of[bySpeaker] = 1
	if s.question {
		of[questioned] = 1
	}
	for p := range signal(purposeCount) {
		if s.tells>>p&1 != 0 {
			of[firstPurpose+p] = 1
		}
	}
	of[brief] = math.Log(usualClauses / float64(max(clauses, 1)))
	place := float64(s.turn) / float64(len(t.Turns))
	of[howFar] = place
	switch {
	case place < beginningEnds:
		of[beginning] = 1
	case place < earlyEnds:
		of[earlyOn] = 1
	case place > endBegins:
		of[lateOn], of[atEnd] = 1, 1
	case place > lateBegins:
		of[lateOn] = 1
	}
	if s.turn > 0 && t.Turns[s.turn-1].Party != s.party && isQuestion(strings.TrimSpace(t.Turns[s.turn-1].Text)) {
		of[answering] = 1
	}
	if s.turn+1 < len(t.Turns) && t.Turns[s.turn+1].Party == s.party {
		of[goesOn] = 1
	}
	return f
}

// of returns the part of f for a party.
func (f *features) of(party models.Party) []float64 {
	if party == models.Agent {
		return f[byParty : byParty+perParty]
	}
	return f[byParty+perParty:]
}

// ofClause sets what clause i of a sentence, which reads text, tells by itself.
func (f *features) ofClause(s *sentence, i int, text string) {
	sum, numbers, days := 0.0, 0, 0
	for _, key := range s.termsOf(i, i) {
		sum += key.worth
		switch key.worth {
		case worthNumber:
			numbers++
		case worthTime:
			days++
		}
	}
	f[content] = math.Log1p(sum)
	if numbers > 0 {
		f.of(s.party)[counted] = 1
	}
	if numbers > 1 {
		f[severalNumbers] = 1
	}
	if days > 0 {
		f[aDay] = 1
	}
	n := float64(utf8.RuneCountInString(text))
	if !s.han {
		n /= hanDensity
	}
	f[length] = math.Log1p(n) / 3
	f[lengthSquared] = f[length] * f[length]
	if s.han {
		f[lengthChinese], f[contentChinese] = f[length], f[content]
	}
	if last := len(s.clauses) - 1; last > 0 {
		switch i {
		case 0:
			f[firstClause] = 1
		case last:
			f[lastClause] = 1
		default:
			f[innerClause] = 1
		}
	}
	if i > 0 {
		if begins := beginsWith(text); begins > 0 {
			f[begins] = 1
		}
	}
	if isQuestion(text) {
		f[asked] = 1
	}
}

// hanDensity is how many English letters say as much as a Chinese character.
const hanDensity = 3.2

// beginsWith returns the signal for the first word of a clause; 0: none.
func beginsWith(text string) signal {
	if strings.HasPrefix(text, "如果") || strings.HasPrefix(text, "要是") {
		return onCondition
	}
	end := 0
	for end < len(text) && (text[end]|0x20 >= 'a' && text[end]|0x20 <= 'z') {
		end++
	}
	return firstWords[strings.ToLower(text[:end])]
}

var firstWords = map[string]signal{
	"it": onPronoun, "that": onPronoun, "which": onPronoun, "this": onPronoun, "these": onPronoun, "those": onPronoun, "they": onPronoun, "he": onPronoun, "she": onPronoun, "there": onPronoun,
	"i": onPerson, "we": onPerson, "you": onPerson, "and": onJoint, "but": onJoint, "so": onJoint, "because": onCause, "since": onCause,
	"if": onCondition, "unless": onCondition, "when": onCondition, "until": onCondition, "while": onCondition,
}
