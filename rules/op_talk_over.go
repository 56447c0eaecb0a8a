package rules

import (
	"fmt"
	"strings"

	"earshot/models"
)

func init() {
	register(operator{
		name: "talk_over",
		doc: "Somebody begins to speak while another party still does. The party is who interrupts. " +
			"Listening sounds such as “嗯” or “uh-huh” are no interruption unless backchannels is true.",
		params: func() params { return new(talkOver) },
		examples: []example{
			{rule: "talk_over: {time: 1s, party: agent}", hit: "[0-10] C: 我想说的是\n[5-12] A: 您听我说", miss: "[0-10] A: 您听我说\n[5-12] C: 不对"},
			{rule: "talk_over: {time: 500ms, delay: 2s}", hit: "[0-10] C: 那个\n[5-12] A: 请说", miss: "[0-10] C: 那个\n[1-12] A: 请说"},
			{rule: "talk_over: {time: 500ms, count: 2}", hit: "[0-10] C: 那个\n[5-12] A: 请说\n[11-14] C: 好吧", miss: "[0-10] C: 那个\n[5-12] A: 嗯\n[11-14] C: 好吧"},
		},
	})
}

type talkOver struct {
	Time         Length  `yaml:"time,required" jsonschema:"description=How long both speak such as 1s"`
	Delay        *Length `yaml:"delay" jsonschema:"description=How long the other has been speaking before it counts such as 1s"`
	Count        *Count  `yaml:"count" jsonschema:"description=How many interruptions; at least one if left out"`
	Total        *Length `yaml:"total" jsonschema:"description=Instead of count: how long they last together"`
	Backchannels bool    `yaml:"backchannels" jsonschema:"description=Count listening sounds too"`
	Scope
}

func (t *talkOver) compile(c *compiler) (termID, error) {
	if t.Total != nil && t.Count != nil {
		return noTerm, models.BadInput("talk_over: give count or total, not both")
	}
	sc, on, err := c.scope(&t.Scope)
	if err != nil {
		return noTerm, err
	}
	src := interruptions{backchannels: t.Backchannels}
	if t.Delay != nil {
		if !t.Delay.unlimited() || t.Delay.lo < 0 {
			return noTerm, models.BadInput("talk_over: delay: want a time such as 1s")
		}
		src.delay = models.Millis(t.Delay.lo)
	}
	source := c.source(fmt.Sprintf("%+v", src), func() noticer { return src })
	leaf := hits{source: source, lag: withTurn, scope: sc, count: countOr1(t.Count), value: t.Time.bound}
	en, zh := countText(t.Count, "en"), countText(t.Count, "zh")
	if t.Total != nil {
		leaf.total, leaf.count = true, t.Total.bound
		en, zh = "in total "+t.Total.String(), "合计 "+t.Total.String()
	}
	text := Text{
		"en": joinText("talk-over", byParty(t.Party, "en"), t.Time.String(), en, t.Scope.text("en")),
		"zh": joinText(partyNames(t.Party, "zh"), t.Scope.text("zh"), "抢话", t.Time.String(), zh),
	}
	return c.leaf("", text, on, &leaf), nil
}

// interruptions notices turns that begin while another party speaks.
type interruptions struct {
	backchannels bool
	delay        models.Millis // how long the other has been speaking at least
}

func (x interruptions) observe(s *Session, self, turn int) {
	t, who := &s.turns[turn], s.facts[turn].party
	if turn == 0 || who == systemBit || s.lastEnd <= t.Start {
		return
	}
	until := models.Millis(0)
	// Turns are sorted by start, so a long one may lie some way back.
	for i := turn - 1; i >= 0 && i >= turn-maxOverlapping; i-- {
		if s.facts[i].party != who && s.facts[i].party != systemBit && t.Start-s.turns[i].Start >= x.delay && !isBackchannel(s.turns[i].Text) {
			until = max(until, s.turns[i].End)
		}
	}
	both := min(until, t.End) - t.Start
	if both <= 0 || !x.backchannels && isBackchannel(t.Text) {
		return
	}
	s.insert(self, found{turn: int32(turn), from: 0, to: int32(len(t.Text)), when: t.Start, start: t.Start, end: t.Start + both,
		party: who, confidence: 1, value: float64(both), finding: -1})
}

// maxOverlapping is how many turns back one may begin that still goes on.
const maxOverlapping = 20

// backchannels are what people say to show that they listen.
var backchannels = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Split("嗯,嗯嗯,嗯嗯嗯,哦,噢,喔,啊,好,好的,好好,好的好的,是,是的,是是,对,对对,对的,行,唔,"+
		"yeah,yes,yep,ok,okay,right,uh-huh,uh huh,mhm,mm,hmm,mm-hmm,sure,i see,all right,uh,um,oh,ah", ",") {
		set[w] = true
	}
	return set
}()

// isBackchannel reports whether a turn only shows that somebody listens.
func isBackchannel(text string) bool {
	if len(text) > 40 {
		return false
	}
	word := strings.Trim(string(normal(text)), " ,.!?，。！？、…~")
	return word == "" || backchannels[word]
}
