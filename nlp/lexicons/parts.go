package lexicons

import (
	"sync"

	"earshot/models/fold"
	"earshot/models/script"
)

// splitCharacters lists characters that people write as their two parts to
// slip a word past a filter: first part, second part, character. One part at
// least is no word of its own, or the pair makes no sense in a sentence.
const splitCharacters = `讠斥诉讠正证讠司词讠兑说讠舌话讠乍诈讠荒谎讠亢讥讠己记讠人认讠公讼讠方访讠平评讠吾语讠寺诗讠果课讠射谢讠青请讠卖读讠周调讠井讲讠义议讠仑论讠上让讠川训` +
	`扌殳投扌丁打扌立拉扌圭挂扌召招扌合拾扌安按扌包抱扌巴把扌非排扌空控扌白拍扌斤折扌喿操扌甬捅扌仑抡扌仓抢扌舌括扌屯扽扌由抽扌非排扌尤扰扌广扩扌尼抳` +
	`亻也他亻尔你亻门们亻言信亻主住亻弋代亻象像亻呆保亻二仁亻中仲亻壬任亻火伙亻专传亻为伪亻贾价亻介价亻尚倘亻到倒亻俞偷亻昔借亻足促亻更便亻本体亻故做亻子仔` +
	`氵去法氵工江氵可河氵干汗氵肖消氵昆混氵包泡氵主注氵先洗氵每海氵青清氵胡湖氵票漂氵衮滚氵气汽氵又汉氵不沃氵由油氵林淋氵也池` +
	`钅艮银钅戋钱钅同铜钅十针钅丁钉钅失铁钅昔错钅名铭纟工红纟及级纟合给纟吉结纟充统纟隹维纟氏纸纟且组` +
	`辶艮退辶米迷辶走徒辶首道辶力边辶寸过辶元远辶斤近辶井进辶不还辶千迁辶云运辶兆逃辶白迫` +
	`犭句狗犭者猪犭苗猫犭良狼犭王狂犭虫独` +
	`女马妈女也她女子好女未妹女且姐女市姉女某媒女家嫁女乃奶女表婊歹匕死足兆跳火乍炸马扁骗土立垃土及圾土亢坑石欠砍木娄楼木又权木仓枪火包炮火尧烧贝戋贱贝长账口马吗口骂骂竹官管衤皮被忄亡忙忄艮恨忄青情忄曼慢忄白怕饣反饭饣官馆礻见视` +
	`彳亍行彳聿律彳艮很走己起足各路日暴曝日月明日寸时口欠吹口乞吃口十叶田力男禾火秋禾口和禾斗科虫合蛤比土毕尸死屍尸米屎九日旭米田番`

type pairOf struct{ a, b rune }

var composed = sync.OnceValue(func() map[pairOf]rune {
	m := map[pairOf]rune{}
	all := []rune(splitCharacters)
	for i := 0; i+2 < len(all); i += 3 {
		m[pairOf{all[i], all[i+1]}] = all[i+2]
	}
	return m
})

// firstParts is the characters that are first parts, a bit each, all of the basic
// plane.
var firstParts = sync.OnceValue(func() *[0x10000 / 64]uint64 {
	first := new([0x10000 / 64]uint64)
	for p := range composed() {
		first[p.a>>6] |= 1 << (p.a & 63)
	}
	return first
})

type span struct{ from, to int32 }

// compose puts split characters together and returns the text with, for each
// of its runes, the bytes it came from. ok is false where there are none.
func compose(text *fold.Text) (runes []rune, spans []span, ok bool) {
	table, first := composed(), firstParts()
	for i := 0; i+1 < len(text.Runes) && !ok; i++ {
		if r := text.Runes[i]; r < 0x10000 && first[r>>6]>>(r&63)&1 != 0 {
			_, ok = table[pairOf{r, text.Runes[i+1]}]
		}
	}
	if !ok {
		return nil, nil, false
	}
	for i := 0; i < len(text.Runes); i++ {
		f, t := text.Span(i, i+1)
		r := text.Runes[i]
		if i+1 < len(text.Runes) {
			if c, split := table[pairOf{r, text.Runes[i+1]}]; split {
				_, t = text.Span(i+1, i+2)
				r, ok = c, true
				i++
			}
		}
		runes, spans = append(runes, r), append(spans, span{int32(f), int32(t)})
	}
	return runes, spans, ok
}

// findSplit appends the words that stand in text only with their characters
// split: 讠斥.
func (d *Dictionary) findSplit(hits []Hit, folded *fold.Text) []Hit {
	runes, spans, ok := compose(folded)
	if !ok {
		return hits
	}
	before := len(hits)
	for _, m := range script.FindOutside(nil, d.plain, runes) {
		w := &d.words[m.Word]
		from, to := int(spans[m.From].from), int(spans[m.To-1].to)
		if w.parts > 1 || w.allow || !script.Bounded(runes, m, w.prefix) || found(hits[:before], w.lexicon, from, to) {
			continue
		}
		split := false
		for _, s := range spans[m.From:m.To] {
			split = split || s.to-s.from > 4
		}
		if split {
			hits = append(hits, Hit{word: w, From: from, To: to, Score: scorePinyin})
		}
	}
	return hits
}
