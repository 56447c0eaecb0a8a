package claims

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"earshot/models"
)

// Sentence is a sentence about many conversations.
type Sentence struct {
	Text  string      `json:"text"`
	Facts []int       `json:"facts"` // indices of the facts it rests on
	Calls []models.ID `json:"calls"` // conversations that show it
}

// CheckSentence returns the sentence that text makes on the facts with the
// given indices, or an *Unsupported. The facts have to exist, one of them has to
// name a conversation, none may speak to a machine, and they have to support
// the text, see Supported. Of figures more is asked than of what people say:
// shares, comparisons and words such as "most" have to stand in the facts as
// they are.
func CheckSentence(text string, facts []models.Fact, on []int) (Sentence, error) {
	s := Sentence{Text: strings.TrimSpace(text)}
	var sources []Source
	var said strings.Builder
	for _, i := range on {
		if i < 0 || i >= len(facts) {
			return s, unsupported("citation", "fact %d of %d", i, len(facts))
		}
		if slices.Contains(s.Facts, i) {
			continue
		}
		f := &facts[i]
		if f.Party != "" && speaksToMachine(foldSpaces(f.Text), f.Party) {
			return s, unsupported("instruction", "fact %d speaks to a machine", i)
		}
		s.Facts = append(s.Facts, i)
		sources = append(sources, Source{cmp.Or(f.Party, models.System), f.Text})
		said.WriteString(f.Text + "\n")
		for _, id := range f.Calls {
			if !slices.Contains(s.Calls, id) {
				s.Calls = append(s.Calls, id)
			}
		}
	}
	if len(s.Calls) == 0 {
		return s, unsupported("citation", "no conversation shows %q", text)
	}
	if err := measured(s.Text, said.String()); err != nil {
		return s, err
	}
	return s, Supported(s.Text, sources)
}

// figurative finds how figures are put in proportion; each group is one
// meaning.
var figurative = []*regexp.Regexp{
	regexp.MustCompile(`\b(?:more|higher|increase[sd]?|increasing|rise[sn]?|rising|rose|grew|grow[ns]?|growing|up|worse)\b|多|增|上升|升高|上涨|变差`),
	regexp.MustCompile(`\b(?:fewer|less|lower|decrease[sd]?|decreasing|falls?|fell|fallen|falling|drop(?:s|ped)?|declin(?:e[sd]?|ing)|down|better|improv(?:e[sd]?|ing))\b|少|减|下降|降低|下跌|好转|改善`),
	regexp.MustCompile(`\b(?:same|as many|unchanged|stable|steady)\b|持平|不变|稳定`),
	regexp.MustCompile(`\b(?:most|majority|mostly|mainly|main|chiefly|largest|biggest|highest|top|leading|worst)\b|大多|多数|大部分|主要|最`),
	regexp.MustCompile(`\b(?:all|every|each|always|everyone|everybody|entire|whole)\b|全部|所有|都|一律|总是|每`),
	regexp.MustCompile(`\b(?:half|double[sd]?|doubling|twice|triple[sd]?|third|quarter)\b|一半|翻倍|翻番|成倍|倍`),
	regexp.MustCompile(`\b(?:many|several|few|some|often|rarely|seldom|hardly|almost|nearly|about half)\b|很多|许多|不少|大量|几乎|少数|极少|经常|很少`),
	regexp.MustCompile(`\b(?:before|previous(?:ly)?|earlier|ago|past|last)\b|此前|前一|上期|上周|上月|之前`),
	regexp.MustCompile(`\b(?:because of|due to|caused?|causes|causing|reasons?|led to|leads? to|result(?:s|ed)? in|why)\b|因为|由于|原因|导致|造成|引起`),
}

// verbatim finds figures with what they count, and what is said to be most or
// all of what: these have to stand in the facts as they are. What a complaint
// and what a conversation is, Supported does not ask.
var verbatim = []*regexp.Regexp{
	regexp.MustCompile(`\d[\d.,]*\s?% of \w+`),
	regexp.MustCompile(`\d[\d.,]*\s?%`),
	regexp.MustCompile(`\d[\d,]* (?:complaint|conversation|promise|customer|call|contact|agent)`),
	regexp.MustCompile(`\b(?:most|majority|all|every|half|some|many|few|several) \w+(?: \w+)?`),
	regexp.MustCompile(`占(?:投诉|会话|承诺|客户|通话)\S{0,2}?\d[\d.,]*%`),
	regexp.MustCompile(`\d[\d.,]*(?:起|次|个|分|通|件|位|名|倍|成)`),
	regexp.MustCompile(`(?:大多数?|多数|大部分|全部|所有|一半|半数)\p{Han}{2}`),
	regexp.MustCompile(`百分之.{1,4}|[一二三四五六七八九]成`),
}

// plainFigures writes figures in one way.
var plainFigures = strings.NewReplacer("％", "%", " percent", "%", " %", "%", "% of the ", "% of ", "% of all ", "% of ", "占全部", "占", "占所有", "占", "有", "")

// measured: what a sentence says of proportions stands in the facts.
func measured(sentence, facts string) error {
	sentence, facts = plainFigures.Replace(strings.ToLower(sentence)), plainFigures.Replace(strings.ToLower(facts))
	for _, f := range figurative {
		if word := f.FindString(sentence); word != "" && !f.MatchString(facts) {
			return unsupported("number", "%q is in no fact", word)
		}
	}
	for _, v := range verbatim {
		known := v.FindAllString(facts, -1)
		for _, figure := range v.FindAllString(sentence, -1) {
			if !slices.Contains(known, figure) {
				return unsupported("number", "%q is in no fact", figure)
			}
		}
	}
	return nil
}
