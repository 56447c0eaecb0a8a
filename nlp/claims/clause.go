package claims

import (
	"regexp"
	"slices"
	"strings"

	"earshot/models"
	"earshot/models/script"
	"earshot/models/terms"
)

// mood is how a clause means what it says.
type mood uint8

const (
	plain     mood = iota
	asking         // a question, a request, a wish
	supposing      // if, maybe
	promising      // what somebody will or can do
	done           // what has been done
)

// clause is a part of a sentence with one thing to say.
type clause struct {
	text    string
	terms   []terms.Term
	content []key
	all     map[string]bool // every word, character and pair of characters in it
	subject models.Party    // who the sentence says it is about; empty: nobody in particular
	party   models.Party    // of a source: who said it
	source  int             // of a source: which
	before  map[string]bool // of a source that says it or she: words of the clause that names it
	negated bool
	scope   int // of content: where what is denied begins
	passive bool
	wants   bool
	mood    mood
	reports bool           // it says that the subject says something
	asks    bool           // it says that something is asked, other than wished
	named   bool           // the subject is named in this clause
	owner   models.Party   // of a claim: whose thing it is about
	others  []models.Party // named elsewhere in it
	first   bool           // the speaker speaks of himself: I, my, 我
	second  bool           // of the other party: you, your, 您
}

// key is a word of a clause that has to be found again, in one of its forms.
type key struct {
	text  string
	forms []string
}

func (k key) in(have map[string]bool) bool {
	return slices.ContainsFunc(k.forms, func(f string) bool { return have[f] })
}

var (
	// What tells that somebody speaks, acts or wants, and no more.
	reportingEN = terms.Stems(`customer caller client agent representative rep advisor company say tell state report mention explain inform note describe ask request want wish need seek
		wonder inquire promise offer agree arrange plan threaten complain complaint call contact issue problem matter case conversation concern regarding about due reason result
		outcome also then during while however therefore additionally furthermore other another any not no never without nobody nothing none neither nor cannot
		refuse decline deny unable fail like rather order since until if whether because`)
	reportingZH = regexp.MustCompile(`客户|坐席|座席|客服|用户|顾客|来电人?|致电|表示|反映|反馈|要求|希望|询问|咨询|提出|告知|说明|解释|承诺|答应|同意|建议|因为|由于|因此|所以|导致|目前|已经|查到|显示|同时|另外|其中|并且|而且|但是|不过|如果|要是|是否|需要|想要|已|将|称|因|想|则|无法|不能|没有|未能|拒绝`)
	negationEN  = terms.Stems("not no never without nobody nothing none neither nor refuse decline deny unable fail")
	// In these a negation denies nothing.
	harmlessZH = strings.NewReplacer("不好意思", "", "不客气", "", "不过", "", "不但", "", "不仅", "", "没关系", "", "没问题", "", "能不能", "能", "是不是", "是", "有没有", "有", "要不要", "要",
		"可不可以", "可以", "会不会", "会", "行不行", "行", "对不起", "", "差不多", "", "不少", "", "不断", "", "不管", "", "不然", "", "不一样", "", "非常", "", "特别", "", "分别", "", "无论", "", "别的", "", "别人", "",
		"不用担心", "", "别担心", "", "了没", "", "没错", "", "不错", "")
	negationZH = regexp.MustCompile(`不|没|未|无|别|拒绝`)
	askEN      = regexp.MustCompile(`\b(?:ask|asks|asked|asking|request|requests|requested|want|wants|wanted|wish|wishes|wished|need|needs|needed|seek|seeks|sought|wonders?|wondered|inquired?|inquires|prefer|prefers|preferred|demand|demands|demanded|threatens?|threatened)\b`)
	inquireEN  = regexp.MustCompile(`\b(?:ask|asks|asked|asking|wonders?|wondered|inquired?|inquires|whether|know|requests?|requested)\b`)
	inquireZH  = regexp.MustCompile(`问|咨询|提出|是否|要求|想知道`)
	wishEN     = regexp.MustCompile(`\bwould (?:like|rather|prefer)\b`)
	askZH      = regexp.MustCompile(`要求|希望|询问|咨询|提出|想`)
	wantEN     = regexp.MustCompile(`\b(?:i want|i need|we need|i'd like|i would like|can you|could you|can i|could i|please|i'd rather|i would rather|give me|make sure|thinking of|or i'll|i'm calling to|need to|have to)\b`)
	wantZH     = regexp.MustCompile(`我要|我想|想要|要求|希望|给我|帮我|能不能|可不可以|麻烦|必须|我需要|就要|想`)
	suppose    = regexp.MustCompile(`\b(?:if|unless|maybe|might|perhaps|otherwise|in case|could be|should have|supposed to)\b|如果|要是|万一|的话|可能|也许|否则|不然|再不|假如|本该|本应|按理`)
	willEN     = regexp.MustCompile(`\b(?:will|shall|going to|would|can|could|let me|offer|offers|offered|promise|promises|promised|agree|agrees|agreed|plan|plans|planned|expected|scheduled)\b|'ll\b|'d\b|\bwon't\b`)
	willZH     = regexp.MustCompile(`会|将|可以|帮您|给您|为您|帮客户|给客户|为客户|安排|预计|承诺|答应|同意|之内|以内|能`)
	doneEN     = regexp.MustCompile(`\b(?:have|has|had|already|just)\b|'ve\b`)
	pastEN     = regexp.MustCompile(`\b[a-z]{2,}ed\b|\b(?:was|were|been|gave|sent|paid|made|took|got|went|came|told|did|put|cut|gone|given|taken|bought|left|lost|broke|broken|found|felt|kept|spoke|sold|ran|wrote|spent|chose|forgot|brought|thought|knew|saw|met|heard|held|woke|grew|drove|flew|tore|stole|drew|fell|rang|built|caught|began|won|stood|understood|read)\b`)
	doneZH     = regexp.MustCompile(`已经|已|成功|完成|了$|了[，。]?$|好了|完了|过了|退了|换了|发了|取消了|办了`)
	passiveEN  = regexp.MustCompile(`\b(?:was|were|been|being|is|are|got|get|be)\s+(?:\w+ly\s+|not\s+|just\s+|already\s+)?(?:\w+ed|sent|paid|told|made|given|taken|put|cut|sold|kept|left|lost|broken|stolen|bought|hung|hit)\b`)
	passiveZH  = regexp.MustCompile(`被|遭`)
	toMe       = regexp.MustCompile(`\b(?:me|us)\b`)
	firstEN    = regexp.MustCompile(`\b(?:i|we|my|our|me|us|mine)\b`)
	secondEN   = regexp.MustCompile(`\b(?:you|your|yours)\b`)
	pronounEN  = regexp.MustCompile(`\b(?:it|she|he|they|them)\b`)
	saysEN     = regexp.MustCompile(`\b(?:say|says|said|tells?|told|states?|stated|explains?|explained|reports?|reported|mentions?|mentioned|notes?|noted|informs?|informed|complains?|complained|sees?|threatens?|threatened)\b`)
	// Who a clause is about stands at its beginning, or behind "by".
	customerEN = regexp.MustCompile(`^(?:(?:and|but|so|then|that|because|also|after that|however|if|which|while)\s+)*(?:the\s+)?(?:customer|caller|client)\b(?:'s)?|\bby (?:the )?(?:customer|caller|client)\b`)
	agentEN    = regexp.MustCompile(`^(?:(?:and|but|so|then|that|because|also|after that|however|if|which|while)\s+)*(?:the\s+)?(?:agent|representative|rep|advisor|company)\b(?:'s)?|\bby (?:the )?(?:agent|representative|rep|advisor|company)\b`)
	customerZH = regexp.MustCompile(`^(?:但是?|并且?|而|则|因为?|由于|所以|如果|同时|随后|之后|最后)?(?:客户|用户|顾客|来电人)的?|(?:由|被)(?:客户|用户|顾客)`)
	agentZH    = regexp.MustCompile(`^(?:但是?|并且?|而|则|因为?|由于|所以|如果|同时|随后|之后|最后)?(?:坐席|座席|客服)的?|(?:由|被)(?:坐席|座席|客服)`)
	partyNames = map[models.Party]*regexp.Regexp{
		models.Customer: regexp.MustCompile(`\b(?:customer|caller|client)\b|客户|用户|顾客|来电人`),
		models.Agent:    regexp.MustCompile(`\b(?:agent|representative|advisor)\b|坐席|座席`),
	}
	owners = map[models.Party]*regexp.Regexp{
		models.Customer: regexp.MustCompile(`\b(?:customer|caller|client)'s\b|(?:客户|用户|顾客)的`),
		models.Agent:    regexp.MustCompile(`\b(?:agent|representative|rep|advisor|company|hotel|store)'s\b|(?:坐席|座席|客服)的`),
	}
	supposedZH = regexp.MustCompile(`再不|要是|如果|万一|不然|否则|的话`)
	cutEN      = regexp.MustCompile(`\b(?:and|but|because|so|which|while|when)\b`)
)

// synonyms bring words together that mean the same in every conversation.
var synonyms = pairOf2(`purchas buy repair fix begin start receiv get assist help inform tell mobil phone buck dollar reimburs refund`)

func pairOf2(s string) map[string]string {
	m, f := map[string]string{}, strings.Fields(s)
	for i := 0; i+1 < len(f); i += 2 {
		m[f[i]] = f[i+1]
	}
	return m
}

var synonymsZH = strings.NewReplacer("购买", "买", "块钱", "元", "块", "元", "星期", "周", "礼拜", "周", "钟头", "小时", "宝贝", "孩子")

// parseClauses takes a text apart. A clause that names nobody is about whom
// the one before it is about.
func parseClauses(text string) []clause {
	text = synonymsZH.Replace(text)
	all := terms.Of(text)
	var out []clause
	subject := models.Party("")
	from, start, supposed := 0, 0, false
	add := func(to int, end int, mark string) {
		if to > from {
			c := newClause(text[start:end], start, all[from:to], mark)
			if supposed {
				c.mood, supposed = supposing, false
			}
			c.named = c.subject != ""
			if c.subject == "" {
				c.subject = subject
			}
			subject = c.subject
			out = append(out, c)
		}
	}
	for i := range all {
		t := &all[i]
		switch {
		case t.Kind == terms.Mark:
			add(i, t.From, t.Text)
			if t.Text != "," {
				subject = ""
			}
			from, start = i+1, t.To
		case t.Text == "就" && i > from && supposedZH.MatchString(text[start:t.From]):
			add(i, t.From, "")
			out[len(out)-1].mood = supposing
			from, start, supposed = i+1, t.To, true
		case t.Kind == terms.Word && cutEN.MatchString(strings.ToLower(text[t.From:t.To])) && i > from && !numbersAround(all, i):
			add(i, t.From, "")
			from, start = i, t.From
		}
	}
	add(len(all), len(text), "")
	return out
}

// numbersAround: "fifty dollars and ninety cents" is one.
func numbersAround(all []terms.Term, i int) bool {
	return i+1 < len(all) && all[i+1].Kind == terms.Number
}

func newClause(text string, at int, all []terms.Term, mark string) clause {
	c := clause{text: strings.TrimSpace(text), terms: all, all: map[string]bool{}}
	lower := strings.ToLower(strings.ReplaceAll(c.text, "’", "'"))
	chinese := script.HasHan(c.text)
	c.subject = subjectOf(lower, chinese)
	for party, names := range partyNames {
		n := len(names.FindAllString(lower, -1))
		if n > 0 && (party != c.subject || n > 1) {
			c.others = append(c.others, party)
		}
	}
	for party, owns := range owners {
		if owns.MatchString(lower) {
			c.owner = party
		}
	}
	c.asks = inquireEN.MatchString(lower) || inquireZH.MatchString(lower)
	if chinese {
		c.first, c.second = strings.ContainsAny(lower, "我咱"), strings.ContainsAny(lower, "您你")
	} else {
		c.first, c.second = firstEN.MatchString(lower), secondEN.MatchString(lower)
		c.reports = saysEN.MatchString(lower) || askEN.MatchString(lower)
	}
	c.words(text, at)
	c.mood, c.wants = moodOf(lower, chinese, mark)
	if chinese {
		c.negated = negationZH.MatchString(harmlessZH.Replace(lower))
		c.passive = passiveZH.MatchString(lower)
	} else {
		c.passive = passiveEN.MatchString(lower) || toMe.MatchString(lower)
	}
	return c
}

// subjectOf returns the party a clause names first, unless as the owner of
// something.
func subjectOf(lower string, chinese bool) models.Party {
	customer, agent, owner := customerEN, agentEN, "'s"
	if chinese {
		customer, agent, owner = customerZH, agentZH, "的"
	}
	at := func(re *regexp.Regexp) int {
		for _, m := range re.FindAllStringIndex(lower, -1) {
			if !strings.HasSuffix(lower[m[0]:m[1]], owner) {
				return m[0]
			}
		}
		return len(lower)
	}
	switch c, a := at(customer), at(agent); {
	case c < a:
		return models.Customer
	case a < c:
		return models.Agent
	}
	return ""
}

func moodOf(lower string, chinese bool, mark string) (m mood, wants bool) {
	question := mark == "?" || strings.HasSuffix(lower, "吗") || strings.HasSuffix(lower, "呢") || strings.HasPrefix(lower, "请问")
	if chinese {
		wants = wantZH.MatchString(lower)
		switch {
		case question:
			return asking, wants
		case suppose.MatchString(lower):
			return supposing, wants
		case wants, askZH.MatchString(lower) && customerZH.MatchString(lower):
			return asking, wants
		case doneZH.MatchString(lower):
			return done, wants
		case willZH.MatchString(lower):
			return promising, wants
		}
		return plain, wants
	}
	wants = wantEN.MatchString(lower)
	switch {
	case question:
		return asking, wants
	case suppose.MatchString(lower):
		return supposing, wants
	case wants, wishEN.MatchString(lower):
		return asking, wants
	case doneEN.MatchString(lower) && !willEN.MatchString(lower):
		return done, wants
	case willEN.MatchString(lower):
		return promising, wants
	case askEN.MatchString(lower):
		return asking, wants
	case pastEN.MatchString(lower):
		return done, wants
	}
	return plain, wants
}

// words fills in content and all; at is where text begins in what the terms
// were taken from.
func (c *clause) words(text string, at int) {
	reporting := reportingZH.FindAllStringIndex(text, -1)
	reports := func(t *terms.Term) bool {
		return slices.ContainsFunc(reporting, func(r []int) bool { return r[0] <= t.From-at && t.To-at <= r[1] })
	}
	var run []terms.Term
	flush := func() {
		c.content = append(c.content, keysOfRun(run)...)
		run = run[:0]
	}
	previous := "" // Chinese character that is not empty
	measured := 0  // characters behind a number that are its unit
	for i := range c.terms {
		t := &c.terms[i]
		if t.Kind == terms.Number {
			measured = 3
		} else if measured--; measured >= 0 && t.Kind == terms.Han && strings.Contains("个元天日周月年岁次号点分小时钟多", t.Text) {
			continue
		} else {
			measured = 0
		}
		switch t.Kind {
		case terms.Han:
			if negationZH.MatchString(t.Text) {
				c.scope = len(c.content) + len(run)
			}
			empty := c.emptyAt(i)
			c.all[t.Text] = true
			if !empty {
				if previous != "" {
					c.all[previous+t.Text] = true
				}
				previous = t.Text
			}
			switch {
			case reports(t):
				flush()
			case !empty:
				run = append(run, *t)
			}
		case terms.Word:
			flush()
			previous = ""
			w := t.Text
			if s, ok := synonyms[w]; ok {
				w = s
			}
			c.all[w] = true
			if negationEN[w] {
				c.negated, c.scope = true, len(c.content)
			}
			if !terms.Empty(t) && !reportingEN[t.Text] {
				c.content = append(c.content, key{text: w, forms: []string{w}})
			}
		default:
			flush()
			previous = ""
		}
	}
	flush()
}

// emptyAt reports whether the Chinese character at i tells nothing: 到 does
// where it means to arrive.
func (c *clause) emptyAt(i int) bool {
	t := c.terms[i]
	if t.Text == "到" {
		before, after := "", ""
		if i > 0 {
			before = c.terms[i-1].Text
		}
		if i+1 < len(c.terms) {
			after = c.terms[i+1].Text
		}
		return after != "" && !strings.Contains("了货账帐", after) && !(before != "" && strings.Contains("没未收送", before))
	}
	return terms.Empty(&t) || negationZH.MatchString(t.Text)
}

// keysOfRun returns the keys of Chinese characters with nothing but empty ones
// between them: each has to be found with its neighbour before or behind it, or
// alone if it stands alone.
func keysOfRun(run []terms.Term) []key {
	out := make([]key, 0, len(run))
	for i, t := range run {
		k := key{text: t.Text}
		alone := true
		if i > 0 {
			k.forms = append(k.forms, run[i-1].Text+t.Text)
			alone = alone && run[i-1].To != t.From
		}
		if i+1 < len(run) {
			k.forms = append(k.forms, t.Text+run[i+1].Text)
			alone = alone && t.To != run[i+1].From
		}
		if alone {
			k.forms = append(k.forms, t.Text)
		}
		out = append(out, k)
	}
	return out
}
