package nlp

import (
	"earshot/models"
	"earshot/nlp/lexicons"
)

func init() {
	register(spec{
		Name:  "words",
		Order: -1,
		Doc:   "Words and phrases of the lexicons, also when width, case, script, gaps, repeats or look-alike letters hide them. One finding for each place; of phrases of one lexicon inside each other the longest.",
		Kinds: []Kind{{Name: "word.*", Doc: "a phrase of a lexicon; * is the lexicon's category", Label: "the entry's label, or the entry"}},
		new:   func(d *data) detector { return wordDetector{d.dictionary, d.finds} },
		Finds: []Example{
			{Dialogue: "C: 再不退款我就去找媒体曝光你们", Kind: "word.threat", Quote: "去找媒体曝光"},
			{Dialogue: "C: 再不退款我就去找媒體曝光你們", Kind: "word.threat", Quote: "去找媒體曝光"},
			{Dialogue: "C: I want a r e f u n d", Kind: "word.refund", Quote: "r e f u n d"},
			{Dialogue: "C: 我是说 退*款", Kind: "word.refund", Quote: "退*款"},
			{Dialogue: "C: If this is not fixed I will go to the press.", Kind: "word.threat", Quote: "go to the press"},
			{Dialogue: "A: 您好，请问有什么可以帮您", Kind: "word.greeting"},
			{Dialogue: "A: We apologise for the trouble", Kind: "word.apology"},
		},
		Ignores: []Example{
			{Dialogue: "C: 这是一款多媒体音箱", Kind: "word.threat"},
			{Dialogue: "C: please push it to Saturday", Kind: "word.abuse"},
			{Dialogue: "C: my order number is 8812315", Kind: "word.threat"},
		},
	})
}

type wordDetector struct {
	dictionary *lexicons.Dictionary
	finds      []finds // by lexicon
}

// finds is what all findings of a lexicon share.
type finds struct {
	kind  string
	maker models.By
}

func findsOf(lexicons []*lexicons.Lexicon) []finds {
	all := make([]finds, len(lexicons))
	for i, l := range lexicons {
		all[i] = finds{"word." + l.Category, l.By()}
	}
	return all
}

func (w wordDetector) turn(c *Conversation) {
	last, turn := c.Last()
	hits := lexicons.BorrowHits()
	defer lexicons.ReturnHits(hits)
	*hits = w.dictionary.Find(*hits, turn.Text, c.folded)
	for i := range *hits {
		h := &(*hits)[i]
		l, entry := w.dictionary.Lexicons()[h.Lexicon()], h.Entry()
		if l.Party != "" && turn.Party != l.Party && turn.Party != models.Unknown {
			continue
		}
		severity, label := l.Severity, entry.Label
		if entry.Severity >= 0 {
			severity = entry.Severity
		}
		if label == "" {
			label = entry.Text
		}
		all := &w.finds[h.Lexicon()]
		c.emit(models.Finding{Kind: all.kind, Party: turn.Party, Score: h.Score, Label: label, Severity: severity,
			By: all.maker, Evidence: []models.Evidence{c.Transcript().Quote(last, h.From, h.To)}})
	}
}

func (wordDetector) close(*Conversation) {}
