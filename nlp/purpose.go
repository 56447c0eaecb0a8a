package nlp

import (
	"unicode/utf8"

	"earshot/models/search"
)

// purpose is a set of what a sentence is for, by its words.
type purpose uint16

const (
	requesting purpose = 1 << iota
	trouble
	acting
	giving // the cause
	waiting
	sorrow
	asksFor
	chatting    // between what matters
	private     // of family and friends
	threatening // or a condition for the next time, which is told as such
	identifying // by a name, a number, an address

	purposeCount = iota
)

// Words that tell what a sentence is for; English ones stand between spaces.
var purposeWords = map[purpose][]string{
	requesting: {"我想", "我要", "我需要", "想要", "希望", "要求", "能不能", "可不可以", "帮我", "麻烦你", "麻烦您", "给我", "怎么办",
		" i want ", " i need ", " i'd like ", " i would like ", " can you ", " could you ", " please ", " i was wondering ", " i am calling ", " i'm calling ", " help me ", " how do i ", " how can i ", " i'd rather "},
	trouble: {"问题", "坏", "没", "不能", "不了", "错", "丢", "慢", "投诉", "故障", "扣",
		" not ", " never ", " won't ", " can't ", " cannot ", " didn't ", " doesn't ", " hasn't ", " haven't ", " broken ", " wrong ", " late ", " problem ", " issue ", " error ", " missing ", " charged ", " lost ", " stopped ", " failed ", " damaged "},
	acting: {"已经", "已为您", "已帮您", "帮您", "为您", "给您", "我会", "我们会", "安排", "登记", "申请", "补发", "退款", "更换", "提交", "免费", "承担", "补偿", "赔付",
		" i have ", " i've ", " we have ", " we've ", " i will ", " i'll ", " we will ", " we'll ", " let me ", " i can ", " we can ", " refund ", " replace ", " waive ", " credit ", " schedule ", " escalate ", " send "},
	giving: {"显示", "查到", "因为", "原因", "由于", "失误", "核实过", "确认过",
		" because ", " it looks like ", " i see ", " i can see ", " shows ", " due to ", " reason ", " turns out ", " caused ", " mistake ", " our fault ", " known issue "},
	waiting: {"稍等", "请稍", "查一下", "看一下", "核实一下", "查询一下", "久等",
		" one moment ", " let me look ", " let me check ", " let me see ", " let me pull ", " hold on ", " for holding ", " for waiting ", " one second ", " pull that up ", " take a look ", " look into "},
	sorrow: {"抱歉", "对不起", "不好意思", "理解您", "理解", "感谢", "祝您", "放心", "很高兴", "别紧张", "别多想", "别着急", "不要着急", "别生气",
		" sorry ", " apologize ", " i understand ", " appreciate ", " thank you for ", " thanks for calling ", " have a ", " you're welcome ", " anything else ", " how can i help ", " how may i ", " i can imagine ", " no worries ", " fair question ", " bear with me ", " i hear you ", " i get it ", " i bet ", " don't blame you ", " so nice "},
	asksFor: {"请问", "麻烦您报", "麻烦报", "麻烦提供", "请提供", "请报", "请您报", "请您提供",
		" may i have ", " can i have ", " can i get ", " could you verify ", " what's your ", " your account ", " date of birth "},
	chatting: {"哈哈", "恭喜", "没办法呀", "多喝水", "注意身体", "慢慢来",
		" ha ", " haha ", " wow ", " oh wow ", " lol ", " believe it or not ", " no kidding ", " good idea ", " good luck ", " congratulations ", " sounds like ", " happens a lot ", " happen quite often ", " happens quite often ", " tell me about it ", " fun ", " lovely ", " sweet ", " cute ", " i can only imagine ", " don't worry ", " have to worry ", " that's too bad ", " not too bad "},
	private: {"老婆", "老公", "爱人", "孩子", "小孩", "爸", "妈", "邻居", "同事", "朋友", "女儿", "儿子",
		" wife", " husband", " kid", " son ", " son's", " daughter", " mother", " mom", " dad", " father", " sister", " brother", " friend", " neighbor"},
	threatening: {"不然", "否则", "再不", "要是", "如果", " otherwise ", " or else ", " or i'll ", " one more time "},
	identifying: {"姓名", "贵姓", "身份证", "后四位", "尾号", "卡号", "单号", "户号", "账号", "编号", "手机号", "验证码", "安全码", "生日", "出生", "密码",
		" your name ", " full name ", " last name ", " account number ", " order number ", " tracking number ", " reference ", " confirmation ", " date of birth ", " four digits ", " phone number ", " zip code ", " postcode ",
		" member number ", " security code ", " social security ", " card number ", " card expire ", " back of the card ", " my name is ", " the number on "},
}

// purposes finds the words of purposeWords; of is by word. Words of one character
// are looked for one by one: without them the search is twice as fast.
var purposes = func() (all struct {
	words   *search.Exact
	of      []purpose
	single  *hanSet
	singles map[rune]purpose
}) {
	var words []string
	single := ""
	all.singles = map[rune]purpose{}
	for p, list := range purposeWords {
		for _, w := range list {
			if r, size := utf8.DecodeRuneInString(w); size == len(w) {
				single, all.singles[r] = single+w, all.singles[r]|p
				continue
			}
			words, all.of = append(words, w), append(all.of, p)
		}
	}
	all.words, all.single = search.NewExact(words), newHanSet(single)
	return all
}()

// purposeOf returns what a sentence is for; said is folded, its words between
// spaces; han tells that it has Chinese characters.
func purposeOf(said string, han bool) (p purpose) {
	if han {
		for _, r := range said {
			if purposes.single.has(r) {
				p |= purposes.singles[r]
			}
		}
	}
	found := search.BorrowMatches()
	*found = purposes.words.Find(*found, said)
	for _, m := range *found {
		p |= purposes.of[m.Word]
	}
	search.ReturnMatches(found)
	return p
}
