package redact

import (
	"strings"
	"unicode/utf8"
)

// gap is what stands between two tokens of a run.
type gap int

const (
	gapNone   gap = iota
	gapSpace      // a space, a hyphen or a dot
	gapComma      // what speech recognition writes for a pause
	gapList       // a comma between written digits that nobody read out: a list more often than not
	gapFiller     // uh, 然后
	gapFix        // no wait, 不对
	gapTurn       // the next turn of the same party
	gapWords      // a few words that are not known: a number may go on behind them
	gapBreak      // anything else: no run goes on over it
)

// strong reports whether people leave such a gap between two numbers.
func (g gap) strong() bool { return g >= gapComma }

// fillers are what people say between the pieces of a number.
var fillers = func() map[string]gap {
	m := map[string]gap{"转": gapBreak}
	for g, words := range map[gap]string{
		gapSpace: "杠,横杠,空格,dash,hyphen,space,dot",
		gapFiller: `呃,嗯,啊,额,哦,噢,哎,唉,诶,欸,哈,呐,那,那个,这个,然后,然后是,接着,再,再来,后面,后面是,后边,后头,前面,中间,最后,接下来,下来,对,对的,好,好的,嗯嗯,是,就是,还有,完了,
			我看看,我看一下,我看下,我想想,我找找,我找一下,等我看看,等我看一下,等我找找,稍等,你记好,您记好,你记,您记,好了吧,对吧,那什么,哎呀,还有就是,接着就是,
			开头,开头是,打头,结尾,结尾是,前面是,前三位,前四位,前六位,中间四位,中间是,后三位,后四位,最后四位,最后是,后八位,区号,
			uh,um,er,erm,ah,hm,hmm,oh,then,and,and then,yeah,yes,yep,right,ok,okay,so,uh huh,area code,that's,it's,its,is,that,like,well,
			ok so,followed by,next,mhm,mm,you know,bear with me,where is it,ah here,here it is,got it,next is,next,after that,and after that,starts with,start with,begins with,ends with,ends in,ending in,ending with,and ends,and it ends with,and finally,finally,lastly,continuing,the rest is,the rest,rest is,last bit is,last bit,last part is,first part is,second part is,third part is,you with me,with me,ehm,let me see,let me check,let's see,hold on,hang on,one second,one sec,one moment,just a second,just a moment,i think,i believe`,
		gapFix: `不对,错了,不是,更正,更正一下,纠正一下,应该是,不对不对,不不,不不不,哦不,说错了,我说错了,念错了,看错了,报错了,讲错了,搞错了,弄错了,记错了,重来,重新来,我重说,重说,我再说一遍,再说一遍,打错了,说反了,口误,作废,看岔了,念岔了,念串了,等一下,等等,等下,等会儿,等会,不好意思,抱歉,不,
			no,sorry,wait,no wait,no sorry,sorry no,i mean,i meant,correction,rather,actually,scratch that,strike that,make that,make it,wait no,oops,my bad,wrong,excuse me,ignore that,forget that,cancel that,nope,whoops,misread,let me restart,restart,that's wrong,not that,my apologies,apologies,pardon me,let me redo that,let me try again,let me repeat that,my mistake,sorry about that,let me start again,start over`,
	} {
		for _, w := range strings.Split(words, ",") {
			m[strings.TrimSpace(w)] = g
		}
	}
	return m
}()

// longestGap is how many bytes there are between two tokens of a run, at most.
const longestGap = 60

// fillerBegins tells the characters that Chinese fillers begin with.
var fillerBegins = func() *hanTable {
	t := new(hanTable)
	for w := range fillers {
		if r := firstRune(w); r >= hanTableBegin {
			t[r-hanTableBegin] = 1
		}
	}
	return t
}()

// between classifies the text between two tokens.
func between(text string) gap {
	switch text {
	case "":
		return gapNone
	case " ", "-", "–", ".", " - ", "·", ") ", ")", ")-", "/":
		return gapSpace
	}
	if len(text) > longestGap {
		return gapBreak
	}
	// The words between, in small letters and one space apart.
	const most = 12
	var buf [64]byte
	said := buf[:0]
	var starts, ends [most + 1]int
	fields, worst, inside := 0, gapSpace, false
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		separates := true
		switch r {
		case ',', '，', '、', '。', '…', '；', ';', '?', '？', '_':
			worst = max(worst, gapComma)
		case ' ', '-', '–', '—', '－', '(', ')', '（', '）', '\t', '\n', '"', '~':
		case '.':
			if i+1 < len(text) && text[i+1] == ' ' {
				worst = max(worst, gapComma)
			}
		default:
			separates = false
		}
		if !separates && !inside {
			if fields == most {
				return gapBreak
			}
			if fields > 0 {
				said = append(said, ' ')
			}
			starts[fields] = len(said)
			fields++
		}
		if inside = !separates; inside {
			for _, c := range []byte(text[i : i+size]) {
				if c >= 'A' && c <= 'Z' {
					c += 'a' - 'A'
				}
				said = append(said, c)
			}
			ends[fields-1] = len(said)
		}
		i += size
	}
	for first := 0; first < fields; { // the most words that are known together first
		n := min(fields-first, 4)
		for ; n > 0; n-- {
			if g, ok := fillers[string(said[starts[first]:ends[first+n-1]])]; ok {
				worst = max(worst, g)
				break
			}
		}
		if n == 0 { // Chinese is written without spaces: 接着是, 嗯对
			worst, n = max(worst, joined(said[starts[first]:ends[first]])), 1
		}
		if worst == gapBreak {
			return gapBreak
		}
		first += n
	}
	return worst
}

// joined classifies Chinese fillers that stand together: the worst of them, and
// gapBreak if something else is among them.
func joined(said []byte) gap {
	const han, longest = 3, 5 * 3 // 更正一下 and the like
	worst := gapSpace
	for len(said) > 0 {
		if r, size := utf8.DecodeRune(said); size != han || fillerBegins.of(r) == 0 {
			return gapBreak
		}
		n := min(len(said)/han*han, longest)
		for ; n > 0; n -= han {
			if g, ok := fillers[string(said[:n])]; ok {
				worst = max(worst, g)
				break
			}
		}
		if n == 0 {
			return gapBreak
		}
		said = said[n:]
	}
	return worst
}
