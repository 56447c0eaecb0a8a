package nlp

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/needle"
	"earshot/models/search"
)

func init() {
	register(spec{
		Name: "promise",
		Doc:  "The agent promises something: 24 小时内回电, by Friday; in Chinese also without a time: 稍后短信通知您. A question, a refusal, a time without an action or what the customer is to do is no promise.",
		Kinds: []Kind{{Name: "promise.made", Doc: "a promise", Value: "hours from the words to the due time, 0 where none was said",
			Label: "the due time as RFC 3339; without a start of the conversation an ISO 8601 duration; empty where none was said"}},
		new: func(*data) detector { return promises{} },
		Finds: []Example{
			{Dialogue: "A: 我们会在24小时内给您回电", Kind: "promise.made", Quote: "24小时内给您回电", Label: "PT24H"},
			{Dialogue: "A: 退款三个工作日内到账，请您留意", Kind: "promise.made", Quote: "三个工作日内到账"},
			{Dialogue: "A: 明天下午之前给您答复", Kind: "promise.made"},
			{Dialogue: "A: 這個問題我們會在兩天內為您處理", Kind: "promise.made", Quote: "兩天內為您處理", Label: "P2D"},
			{Dialogue: "A: 审核通过之后1-3个工作日原路返回", Kind: "promise.made", Quote: "1-3个工作日原路返回", Label: "P3D"},
			{Dialogue: "A: 工单编号稍后会发短信给您", Kind: "promise.made"},
			{Dialogue: "A: 两天内电话告知您，您看行吗", Kind: "promise.made", Label: "P2D"},
			{Dialogue: "A: 有货的哦 预计6月20日送达 您还要点别的吗", Kind: "promise.made", Quote: "预计6月20日送达", Label: "6月20日"},
			{Dialogue: "A: 明天给您送到的呢", Kind: "promise.made", Label: "tomorrow"},
			{Dialogue: "A: I will call you back within 24 hours", Kind: "promise.made", Label: "PT24H"},
			{Dialogue: "A: You'll receive the refund by Friday.", Kind: "promise.made"},
			{Dialogue: "A: our team will contact you in the next two business days", Kind: "promise.made"},
			{Dialogue: "A: I'm not sure, but somebody will ring you this afternoon.", Kind: "promise.made", Quote: "ring you this afternoon"},
			{Dialogue: "A: Got it, he'll ring you before five.", Kind: "promise.made", Quote: "ring you before five"},
			{Dialogue: "A: I'll send Peter on Friday between eight and twelve, and if he can't get it going you'll have a new machine.", Kind: "promise.made", Quote: "send Peter on Friday"},
			{Dialogue: "A: They have to reply within 24 hours.", Kind: "promise.made", Label: "PT24H"},
			{Dialogue: "A: The documents will be with you within the hour.", Kind: "promise.made", Label: "PT1H"},
			{Dialogue: "A: I'm refunding tonight's rate, that's 138 euros back to your card in 3 to 5 business days.", Kind: "promise.made", Label: "P5D"},
			{Dialogue: "A: You'll have it in your account by the 14th.", Kind: "promise.made", Label: "14"},
			{Dialogue: "C: And when will I actually get it?\nA: By Tuesday at the latest.", Kind: "promise.made", Quote: "By Tuesday"},
		},
		Ignores: []Example{
			{Dialogue: "C: 你们24小时内能给我回电吗", Kind: "promise.made"},
			{Dialogue: "A: 请问您是24小时内下的单吗", Kind: "promise.made"},
			{Dialogue: "A: 我不能保证24小时内给您回电", Kind: "promise.made"},
			{Dialogue: "A: 行，那我给您备注，下周三之前还三千", Kind: "promise.made"},
			{Dialogue: "A: 跟您核实一下，明天这班确实因为机务原因取消了", Kind: "promise.made"},
			{Dialogue: "A: 按规定我们会联系您的单位和家人", Kind: "promise.made"},
			{Dialogue: "A: 您明天几点方便呢，我给您登记", Kind: "promise.made"},
			{Dialogue: "A: 开卡两天之后才能改密码呢", Kind: "promise.made"},
			{Dialogue: "A: Did you place the order within 24 hours?", Kind: "promise.made"},
			{Dialogue: "A: I cannot promise that we will call you by Friday", Kind: "promise.made"},
			{Dialogue: "A: 您是三天前买的对吧，我看到了", Kind: "promise.made"},
			{Dialogue: "A: You'll need to call us back on Monday", Kind: "promise.made"},
			{Dialogue: "A: You can ring them any time before five", Kind: "promise.made"},
			{Dialogue: "A: We close at five and will not open tomorrow", Kind: "promise.made"},
			{Dialogue: "A: That will reduce the fee by ten percent", Kind: "promise.made"},
			{Dialogue: "C: When did you order?\nA: On Tuesday", Kind: "promise.made"},
		},
	})
}

type promises struct{}

const (
	actionsZH = `告知您|告知你|短信告知|开具|取件|配送|有货|有结果|回电|回电话|打您电话|打你电话|打电话|打给|打过|短信|发一条|发条|发到|发送|发给|寄到|寄回|补寄|寄|派车|派人|派师傅|冲回|冲抵|冲正|返回|返还|返到|原路|出结果|结案|办结|生效|打款|放款|到您|到门口|到家|到货|送货|送上|送到|送达|送来|送过|致电|回复|答复|回访|联系|处理|解决|退款|退还|退回|退给|到账|到帐|发货|补发|寄出|寄给|送达|送到|上门|登门|去电|安排|反馈|通知|跟进|补偿|赔偿|核实|开通|恢复|更换|维修|修好|上报|给您|给你|为您|帮您`
	actionsEN = `call|ring|phone|get back|reach out|refund|credit|email|e-mail|ship|deliver|dispatch|resolve|fix|sort|contact|send|process|follow up|update|escalate|replace|repair|receive|arrive|hear from` +
		`|have it|have this|have that|have your|get it|get your|see it|see the|see your|see a|with you|back on|back to|back in|in your account|on your account|on your card|post|mail|text|message|collect|come out|come round|come by|visit|reply|install|turn up|raise|issue|let you know|look into|investigate|chase|restore|switch on|set up|activate|go out|goes out|bring|put it|put that|put the|have someone|have somebody|speak to|be live|be back|be sorted|be restored|be installed|be working|be done|be ready|be fixed|be resolved|be processed|be refunded|be credited|be delivered|be there|be in touch`
)

var (
	promiseAction = needle.NewListed(actionsZH + `|` + actionsEN)
	commitmentEN  = needle.Sift(`'ll\b|\bwill\b|\bgoing to\b|\bpromise\b|\bguarantee\b|\bshall\b|\bshould (?:receive|arrive|hear|get|have|be)\b|\bcan expect\b|\bwon't\b` +
		`|\bshould (?:show|land|reach|come|clear|appear|see|go)\b|\b(?:have|has) to (?:reply|respond|call|get back|answer|be)\b|\b(?:is|are) (?:due|scheduled|booked|set) (?:to|for)\b|\b(?:i|we) can (?:have|get|ask)\b|'d be in touch\b|\b(?:goes|ships|leaves|lands|arrives) (?:out )?\b` +
		`|\b(?:i'm|we're|i am|we are) (?:just |now |also )?(?:refunding|sending|emailing|posting|issuing|ordering|arranging|getting|crediting|putting|raising|scheduling|processing|asking|having)\b`)
	noPromise = needle.Sift(`不(?:能|敢|可能)?(?:保证|承诺|确定)|没(?:法|办法)(?:保证|承诺)?|无法|几点(?:钟)?(?:方便|有空|在家|可以)|才[能可会]|可能|会不会|不会|联系[您你](?:的|家|单位|亲)|是不是|能不能|\b(?:cannot|can't|can not|could not|couldn't|unable to|not able to|won't be able to|not sure|will not|won't)\b` +
		`|\byou(?:'ll| will|'re going to)? (?:just |only |also |then )?(?:need|have|want|get) to\b|\byou(?:'ll| will) be (?:charged|billed|asked)\b` +
		`|\byou (?:can|could|may|might|must) (?:also |just |then |always )?(?:call|ring|phone|contact|email|text|message|send|visit|come|check|try|reach|get|pick|collect|speak|talk|write|update)`)
	clauseBreak = regexp.MustCompile(`[,:] |\b(?:but|because|although|unless|and if) `)
	asksWhen    = needle.Sift(`\bwhen (?:will|do|am|can|would|should|are|is)\b|\bwhen'll\b|\bby when\b|\bhow (?:long|soon)\b`)
)

// vague are actions that promise nothing without another word of their clause.
var vague = map[string]bool{"给您": true, "给你": true, "为您": true, "帮您": true, "核实": true, "安排": true, "处理": true, "联系": true, "反馈": true, "短信": true}

// toDo is what the customer is to do by a time that was just said.
var toDo = needle.Sift(`^(?:之?前|,|您|你|请|再|先|把|需要?|可以|得)*(?:还(?:[^有没是会要在能得不可需原]|$)|还款|缴|交[^易给付]|付款|付清|支付|补缴|补交|提供|上传|寄回来|带上|携带|过来|到店|来店|来办|来取)`)

// What a question ends with, and what it begins with.
var (
	questionEnds   = []string{"吗", "么", "?"}
	questionBegins = []string{"请问", "did", "do", "does", "have", "has", "was", "were", "is", "are", "would", "could", "can"}
)

// consent asks at the end whether what was just offered suits.
var consent = needle.Sift(`[, ]*(?:[您你](?:看|觉得)?(?:这样|这么)?)?(?:可以|行|好|成|方便|没问题)(?:吗|么|不|吧)[? ~]*$`)

// forYou is said of what the speaker does for the other.
var forYou = search.NewExact(strings.Fields(`给您 为您 帮您 替您 跟您 与您 和您 给你 为你 帮你 替你 跟你 与你 和你 告知您 通知您 联系您 回复您 答复您 短信您 告知你 通知你 联系你 回复你 答复你 短信你 回电 回访`))

// asksZH is in a question that ends with 呢; without it 呢 only makes a statement soft.
var asksZH = needle.Sift(`什么|怎|多少|多久|多长|哪|几[点天号时个]|谁|吗|是不是|有没有|能不能|可不可以|要不要|会不会|是否|何时|为啥|请问`)

// isAsked reports whether a folded sentence is a question by its first word or
// its last. What somebody will do, if it suits, is none.
func isAsked(sentence string) bool {
	s := strings.TrimRight(strings.TrimSpace(sentence), "~ ")
	if forYou.In(s) {
		if at := consent.FindStringIndex(s); at != nil {
			s = s[:at[0]]
		}
	}
	if strings.HasSuffix(s, "呢") {
		return asksZH.MatchString(s)
	}
	if slices.ContainsFunc(questionEnds, func(end string) bool { return strings.HasSuffix(s, end) }) {
		return true
	}
	first, _, ok := strings.Cut(s, " ")
	return ok && slices.Contains(questionBegins, first)
}

func (promises) turn(c *Conversation) {
	i, turn := c.Last()
	if turn.Party != models.Agent && turn.Party != models.Unknown {
		return
	}
	text := c.said()
	found := search.BorrowMatches()
	*found = dueForms.Find(*found, text)
	for start := 0; start < len(text) && len(*found) > 0; {
		end := start + clauseEnd(text[start:])
		if dueForms.Within(*found, start, end) != 0 {
			promiseIn(c, i, text, start, end, *found)
		}
		start = end
	}
	search.ReturnMatches(found)
}

// clauseEnd returns the byte after the first end of a clause in folded text.
func clauseEnd(text string) int {
	for i := range len(text) {
		switch text[i] {
		case '!', '?', ';', '\n':
			return i + 1
		case '.':
			if i+1 < len(text) && text[i+1] == ' ' {
				return i + 2
			}
		case "。"[0]:
			if strings.HasPrefix(text[i:], "。") {
				return i + len("。")
			}
		}
	}
	return len(text)
}

func (promises) close(*Conversation) {}

// promiseIn emits the promise in one sentence of folded text, if there is one;
// words are those that dueForms found.
func promiseIn(c *Conversation, i int, text string, start, end int, words []search.Match) {
	sentence := text[start:end]
	if !strings.Contains(sentence, " ") && isAsked(sentence) {
		return
	}
	actions := promiseAction.Find(sentence)
	for at := 0; at < len(sentence); {
		due, ok := findDue(text, start+at, end, words)
		if !ok {
			return
		}
		due.from, due.to, due.then = due.from+at, due.to+at, due.then+at
		if from, to := promised(sentence, actions, due); to > 0 || isAnswer(c, i, sentence, due) {
			if to == 0 {
				from, to = due.from, due.to
			}
			if isAsked(message(sentence, from, to)) {
				return
			}
			c.emitPromise(i, text, start+from, start+to, due)
			return
		}
		at = due.to
	}
}

// promised returns the bytes of a sentence that promise something by a time; 0, 0
// if it promises nothing.
func promised(sentence string, actions [][2]int, due due) (from, to int) {
	if !due.english && toDo.MatchString(sentence[due.to:]) {
		return 0, 0
	}
	by := closest(sentence, actions, due)
	if len(by) == 0 && due.then > due.to {
		by = [][2]int{{due.to, due.then}}
	}
	for _, action := range by {
		if from, to := promisedBy(sentence, action, due); to > 0 {
			return from, to
		}
	}
	return 0, 0
}

func promisedBy(sentence string, action [2]int, due due) (from, to int) {
	from, to = min(due.from, action[0]), max(due.to, action[1])
	said := sentence[strings.LastIndexByte(sentence[:from], ',')+1:] // what is said of the action
	if due.english {
		before := 0
		if breaks := clauseBreak.FindAllStringIndex(sentence[:from], -1); len(breaks) > 0 {
			before = breaks[len(breaks)-1][1]
		}
		said = sentence[before:to]
		if !commitmentEN.MatchString(said) && !commitmentEN.MatchString(sentence[:to]) {
			return 0, 0
		}
	}
	if noPromise.MatchString(said) {
		return 0, 0
	}
	return from, to
}

// isAnswer reports whether a sentence that says little but a time answers the
// question when: By Tuesday at the latest.
func isAnswer(c *Conversation, i int, sentence string, due due) bool {
	const longest = 40 // bytes
	if !due.english || due.score < 0.9 || i == 0 || len(sentence) > longest || noPromise.MatchString(sentence) {
		return false
	}
	before := c.Transcript().Turns[i-1]
	return before.Party == models.Customer && asksWhen.MatchString(strings.ToLower(before.Text))
}

func (c *Conversation) emitPromise(i int, text string, from, to int, due due) {
	f, t := c.span(text, from, to)
	value, label := c.dueAt(i, due)
	c.emit(models.Finding{Kind: "promise.made", Party: c.Transcript().Turns[i].Party, Score: due.score, Value: value, Label: label, Evidence: []models.Evidence{c.Transcript().Quote(i, f, t)}})
}

// dueAt returns the hours from turn i to the due time, 0 where none was said, and
// the due time as promises are labelled.
func (c *Conversation) dueAt(i int, due due) (hours float64, label string) {
	at := c.in.Started
	if !at.IsZero() {
		at = at.Add(c.Transcript().Turns[i].Start.Duration())
	}
	when, label := due.resolve(at)
	if !when.IsZero() {
		hours = when.Sub(at).Hours()
	}
	return hours, label
}

// dueOf returns the same of the first time limit in bytes from to to of turn i.
func (c *Conversation) dueOf(i, from, to int) (hours float64, label string) {
	folded := searchFolder.Fold(c.Transcript().Turns[i].Text[from:to])
	text := folded.String()
	found := search.BorrowMatches()
	defer search.ReturnMatches(found)
	*found = dueForms.Find(*found, text)
	due, ok := findDue(text, 0, len(text), *found)
	if !ok {
		return 0, ""
	}
	return c.dueAt(i, due)
}

// closest returns the actions that a due time may be of: the first one after it
// within reach, and the last one before it; none that is part of it. In Chinese,
// what only says for whom or that somebody looks is no action of another clause,
// and what has happened (了) by then is told, not promised.
func closest(sentence string, actions [][2]int, d due) (of [][2]int) {
	for i, a := range actions {
		if a[0] >= d.to && a[0]-d.to <= 60 && (d.english || !strings.Contains(sentence[d.to:a[0]], "了")) {
			// Say all of it: 给您回电, not 给您.
			if i+1 < len(actions) && actions[i+1][0]-a[1] <= 3 {
				a[1] = actions[i+1][1]
			}
			of = append(of, a)
			break
		}
	}
	for _, a := range slices.Backward(actions) {
		if a[1] <= d.from && d.from-a[1] <= 80 && (d.english || !vague[sentence[a[0]:a[1]]] || strings.IndexByte(sentence[a[1]:d.from], ',') < 0) {
			of = append(of, a)
			break
		}
	}
	return of
}

// span returns the bytes of the last turn's text for bytes of its folded text.
func (c *Conversation) span(folded string, from, to int) (int, int) {
	i := utf8.RuneCountInString(folded[:from])
	return c.folded.Span(i, i+utf8.RuneCountInString(folded[from:to]))
}
