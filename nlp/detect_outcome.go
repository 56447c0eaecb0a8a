package nlp

import (
	"slices"
	"strings"

	"earshot/models"
	"earshot/models/needle"
	"earshot/models/script"
	"earshot/nlp/feelings"
)

func init() {
	register(spec{
		Name:  "outcome",
		Order: 3,
		Doc:   "What the conversation was about and how it ended, said once it is over: the contact reason, for complaints the cause with its branch, and the disposition.",
		Kinds: []Kind{
			{Name: "contact.reason", Doc: "why the customer is in touch: the reason that is spoken of most", Label: "field/reason, such as delivery/late"},
			{Name: "complaint.cause", Doc: "the contact is a complaint: its cause", Label: "branch/field/cause; the branch is people, process or system"},
			{Name: "disposition.resolved", Doc: "the matter is settled in the conversation"},
			{Name: "disposition.follow_up", Doc: "somebody has to act after the conversation"},
			{Name: "disposition.unresolved", Doc: "the customer leaves without a solution"},
		},
		new: func(*data) detector { return &outcome{} },
		Finds: []Example{
			{Dialogue: "C: 我的快递三天了还没到\nA: 我帮您查一下", Kind: "contact.reason", Label: "delivery/late"},
			{Dialogue: "C: I was charged twice, this is unacceptable\nA: sorry", Kind: "complaint.cause", Label: "process/billing/wrong charge"},
			{Dialogue: "C: 帮我改一下地址\nA: 已经帮您修改好了\nC: 好的谢谢", Kind: "disposition.resolved"},
			{Dialogue: "C: 宽带断网了\nA: 已经帮您登记，24小时内给您回电\nC: 好吧", Kind: "disposition.follow_up"},
			{Dialogue: "C: 退钱\nA: 这个退不了\nC: 太过分了，我要投诉你们", Kind: "disposition.unresolved"},
		},
		Ignores: []Example{
			{Dialogue: "C: 我的快递还没到，帮我看看\nA: 好的", Kind: "complaint.cause"},
			{Dialogue: "C: 你好\nA: 您好", Kind: "contact.reason"},
			{Dialogue: "C: 转人工\nA: 您好\nC: 发票抬头能改吗", Kind: "complaint.cause"},
			{Dialogue: "C: hi\nA: hello", Kind: "disposition.resolved"},
		},
	})
}

type outcome struct {
	turns []feelings.Sentiment // of the customer's turns
	index []int                // which turns these are
}

func (o *outcome) turn(c *Conversation) {
	i, turn := c.Last()
	if turn.Party == models.Customer && len(c.folded.Runes) > 0 {
		o.turns, o.index = append(o.turns, c.Feeling().Sentiment), append(o.index, i)
	}
}

func (o *outcome) close(c *Conversation) {
	o.reason(c)
	n := len(o.turns)
	o.disposition(c, leaving(n, func(k int) float64 { return o.turns[n-1-k].Balance() }))
}

// leaving returns the feeling the customer leaves with, -1 to 1: that of the
// last three turns, the last most. balance gives that of the turn so many
// before the last, of n.
func leaving(n int, balance func(back int) float64) float64 {
	sum, weights := 0.0, 0.0
	for k := range min(3, n) {
		w := 1 / float64(1+k)
		sum, weights = sum+w*balance(k), weights+w
	}
	if weights == 0 {
		return 0
	}
	return sum / weights
}

// countOf returns how many findings of the kinds the party caused.
func (c *Conversation) countOf(party models.Party, kinds ...string) int {
	n := 0
	for i := range c.findings {
		if f := &c.findings[i]; f.Party == party && slices.Contains(kinds, f.Kind) && !c.knocks(f) {
			n++
		}
	}
	return n
}

// knocks reports whether a finding is a request for a human that the agent
// answers by being there: what one types to get past a machine is no complaint.
func (c *Conversation) knocks(f *models.Finding) bool {
	if f.Kind != "word.escalation" || f.Label != "human" {
		return false
	}
	agent := func(t models.Turn) bool { return t.Party == models.Agent }
	at, turns := f.Evidence[0].Turn, c.Transcript().Turns[:c.turns]
	return !slices.ContainsFunc(turns[:at], agent) && slices.ContainsFunc(turns[at:], agent)
}

// inWords reports whether the customer caused one of the kinds in so many words:
// what a sentence only seems to mean is too seldom right to name a cause by.
func (c *Conversation) inWords(kinds ...string) bool {
	return slices.ContainsFunc(c.findings, func(f models.Finding) bool {
		return f.Party == models.Customer && f.By.Name != "meaning" && slices.Contains(kinds, f.Kind) && !c.knocks(&f)
	})
}

// lastOf returns the index of the last turn in which the party caused one of
// the kinds; -1 if there is none.
func (c *Conversation) lastOf(party models.Party, kinds ...string) int {
	last := -1
	for i := range c.findings {
		if f := &c.findings[i]; f.Party == party && slices.Contains(kinds, f.Kind) && len(f.Evidence) > 0 && !c.knocks(f) {
			last = max(last, f.Evidence[0].Turn)
		}
	}
	return last
}

// spoken is a reason and how much is said of it.
type spoken struct {
	label  string
	weight float64
	first  *models.Finding
	turn   int  // the last one in which it was spoken of
	blamed bool // it was spoken of where fault was found
}

// asksFor reports whether people have such a reason who find no fault: they want
// something done.
func (r *spoken) asksFor() bool {
	return strings.Contains(r.label, "/change/") || strings.HasSuffix(r.label, "/billing/invoice") || strings.HasSuffix(r.label, "/price/change")
}

// reason emits the reason that is spoken of most, of equal ones the first, and
// for a complaint the cause, which is never an enquiry.
func (o *outcome) reason(c *Conversation) {
	reasons := c.reasons()
	if len(reasons) == 0 {
		return
	}
	total := 0.0
	for i := range reasons {
		total += reasons[i].weight
	}
	emit := func(kind string, severity int, r *spoken, label string) {
		score := round(0.5 + 0.45*r.weight/total)
		c.emit(models.Finding{Kind: kind, Party: models.Customer, Score: score, Label: label, Severity: severity, Evidence: slices.Clone(r.first.Evidence)})
	}
	// How they are served is what people come for only if they begin with it.
	came := slices.DeleteFunc(slices.Clone(reasons), func(r spoken) bool {
		return strings.Contains(r.label, "/service/") && len(o.index) > 2 && r.first.Evidence[0].Turn > o.index[2]
	})
	if len(came) > 0 {
		best := most(came)
		_, field, _ := strings.Cut(best.label, "/")
		emit("contact.reason", 0, best, field)
	}
	complaint := c.inWords("emotion.anger", "emotion.disappointment", "word.complaint", "word.grievance", "word.dissatisfied", "word.threat", "word.abuse", "word.repeat", "word.escalation") ||
		slices.ContainsFunc(c.findings, func(f models.Finding) bool { return f.Kind == "word.reason" && f.Severity > 0 })
	leaving := c.inWords("word.churn")
	reasons = slices.DeleteFunc(reasons, func(r spoken) bool {
		// Who only wants to leave or to change something complains of nothing.
		return strings.Contains(r.label, "/enquiry/") || !complaint && strings.Contains(r.label, "/change/")
	})
	if (complaint || leaving) && len(reasons) > 0 {
		if slices.ContainsFunc(reasons, func(r spoken) bool { return r.blamed }) {
			reasons = slices.DeleteFunc(reasons, func(r spoken) bool { return !r.blamed && r.asksFor() })
		}
		cause := most(reasons)
		emit("complaint.cause", 1, cause, cause.label)
	}
}

// reasons returns what the customer gave as reasons, in the order of the first
// words about each.
func (c *Conversation) reasons() []spoken {
	var reasons []spoken
	for i := range c.findings {
		f := &c.findings[i]
		if f.Kind != "word.reason" {
			continue
		}
		label := c.data.causes.place(f.Label)
		k := slices.IndexFunc(reasons, func(s spoken) bool { return s.label == label })
		if k < 0 {
			k = len(reasons)
			reasons = append(reasons, spoken{label: label, first: f, turn: -1})
		}
		turn := f.Evidence[0].Turn
		reasons[k].blamed = reasons[k].blamed || c.faults(turn)
		if reasons[k].turn == turn {
			continue // how many phrases fit a sentence says nothing
		}
		reasons[k].turn = turn
		// What is said first is why they came; an enquiry about the order is
		// often only the way in, and how the matter was handled is what people
		// add to it.
		weight := 1 / (1 + 0.1*float64(turn))
		switch {
		case strings.Contains(f.Label, "/enquiry/"):
			weight *= 0.6
		case strings.Contains(f.Label, "/service/"):
			weight *= 0.6
		}
		reasons[k].weight += weight
	}
	return reasons
}

// faults reports whether the customer finds fault in a turn.
func (c *Conversation) faults(turn int) bool {
	return slices.ContainsFunc(c.findings, func(f models.Finding) bool {
		return f.Party == models.Customer && slices.Contains(faultKinds, f.Kind) && f.Evidence[0].Turn == turn
	})
}

var faultKinds = []string{"word.complaint", "word.grievance", "word.dissatisfied", "word.threat", "emotion.anger", "emotion.disappointment"}

// most returns the reason that is spoken of most; of equal ones the first.
func most(reasons []spoken) *spoken {
	best := &reasons[0]
	for i := range reasons {
		if reasons[i].weight > best.weight {
			best = &reasons[i]
		}
	}
	return best
}

func (o *outcome) disposition(c *Conversation, last float64) {
	done := c.lastOf(models.Agent, "word.resolved")
	solved := c.lastOf(models.Customer, "word.solved")
	thanks := c.lastOf(models.Customer, "emotion.gratitude", "word.gratitude")
	promised, told := c.lastPromises()
	later := max(c.lastOf(models.Agent, "word.callback", "word.transfer"), promised)
	if done < 0 && solved < 0 {
		later = max(later, told)
	}
	upset := c.lastOf(models.Customer, "emotion.anger", "emotion.disappointment", "word.complaint", "word.threat", "word.escalation", "word.churn")
	faulted := max(upset, c.lastOf(models.Customer, "word.grievance", "word.dissatisfied"))
	unable := c.lastOf(models.Agent, "word.unable")
	elsewhere := c.lastOf(models.Agent, "word.redirect")
	emit := func(kind string, score float64, turn int) {
		c.emit(models.Finding{Kind: "disposition." + kind, Score: score, Evidence: []models.Evidence{evidenceOf(c.Transcript(), turn)}})
	}
	switch {
	case upset > max(done, solved, thanks, later) && last < 0 && (later < 0 || upset == o.index[len(o.index)-1]):
		emit("unresolved", 0.8, upset)
	case done >= 0 && done > later:
		emit("resolved", 0.85, done)
	// English says "that's all" and "got it" of a promise, too.
	case solved >= 0 && solved > max(later, faulted) && (promised < 0 || script.HasHan(c.Transcript().Turns[solved].Text)):
		emit("resolved", 0.75, solved)
	case later >= 0:
		emit("follow_up", 0.8, later)
	case elsewhere > max(done, solved, thanks):
		emit("follow_up", 0.6, elsewhere)
	case unable >= 0 && faulted >= 0 && unable > thanks:
		emit("unresolved", 0.7, unable)
	case thanks >= 0 && last >= 0 && thanks > faulted:
		emit("resolved", 0.6, thanks)
	case len(o.index) > 0 && faulted >= 0:
		emit("unresolved", 0.6, faulted)
	case unable < 0 && (o.answered(c) || o.wantsNoMore(c)):
		emit("resolved", 0.55, o.index[len(o.index)-1])
	}
}

// takesIt is how a customer who asked takes the answer.
var takesIt = needle.Sift(`^(?:哦|噢|嗯|啊|行|好|那|的|吧|啦|哎|,|!|\.)*(?:知道了|明白了|清楚了|了解了|那就好|那行|那好|我下单|我试试|我看看|就这样|这样啊)`)

// answered reports whether a customer asked something and takes the answer that
// came as the last word.
func (o *outcome) answered(c *Conversation) bool {
	n := len(o.index)
	if n < 2 || o.index[n-1] == 0 {
		return false
	}
	turns := c.Transcript().Turns
	last := &turns[o.index[n-1]]
	return turns[o.index[n-1]-1].Party == models.Agent && takesIt.MatchString(last.Text) && !isQuestion(last.Text) &&
		slices.ContainsFunc(o.index[:n-1], func(i int) bool { return isQuestion(turns[i].Text) })
}

// noMore is how a customer answers who is asked whether there is anything else.
var noMore = needle.Sift(`^(?:(?:um+|uh+|ok(?:ay)?|well|oh|yeah)[ ,.]*)*(?:no\b|nope|nah|nothing\b|that(?:'s|s| is| was|'ll be| will be| should be) (?:going to be |about |pretty much )?(?:it|all|everything)|i'm (?:good|all set)|all good)`)

// putsOff is how a customer leaves it open.
var putsOff = needle.Sift(`\b(?:think|mull|sleep on|ponder) (?:about )?(?:it|that|this)\b|\bmull (?:it|that) over|\bget back to you\b|\blet you know\b`)

// wantsNoMore reports whether the customer turns down the last offer of more help:
// what they came for was answered.
func (o *outcome) wantsNoMore(c *Conversation) bool {
	offered := c.lastOf(models.Agent, "word.further_help")
	turns := c.Transcript().Turns
	for _, i := range o.index {
		if putsOff.MatchString(strings.ToLower(turns[i].Text)) {
			return false
		}
	}
	return offered > 0 && offered+1 < len(turns) && turns[offered+1].Party == models.Customer &&
		noMore.MatchString(strings.ToLower(turns[offered+1].Text))
}

// lastPromises returns the turn of the agent's last promise that somebody has to
// act on, and of the last message that was announced: what goes out by itself
// leaves nothing open where the matter is settled. Each is -1 if there is none.
func (c *Conversation) lastPromises() (promised, told int) {
	promised, told = -1, -1
	for i := range c.findings {
		f := &c.findings[i]
		if f.Kind != "promise.made" || f.Party != models.Agent {
			continue
		}
		turn := f.Evidence[0].Turn
		if strings.Contains(c.Transcript().Turns[turn].Text, "短信") {
			told = max(told, turn)
		} else {
			promised = max(promised, turn)
		}
	}
	return promised, told
}
