package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// capital is a word with a capital: Anna, O'Brien, Jean-Luc, McDonald.
const capital = `\p{Lu}(?:['’]\p{Lu})?[\p{Ll}\p{Lo}][\p{L}'’-]*`

var (
	capitals   = regexp.MustCompile(capital + `(?:(?: (?:\p{Lu}\.?|van|von|der|den|de|da|di|del|dos|la|le|bin|al|el|y))* ` + capital + `)*`)
	companyEnd = regexp.MustCompile(`(?i)^[,.]?\s+(?:inc|llc|ltd|limited|corp|corporation|company|co|plc|gmbh|group|bank|insurance|airlines|university|college|hospital|hotel|street|st|avenue|ave|road|rd|lane|drive|blvd|county|city|airport)\b`)
	// Names in small letters, as recognised speech and chats have them.
	saidName = regexp.MustCompile(`\b(?:my (?:full |first |last |sur)?name(?: is|'s)|name is|surname is) ((?:[a-z]+['-]?[a-z]+)(?: [a-z]+['-]?[a-z]+)?)`)
	spelled  = regexp.MustCompile(`\b(?:[A-Za-z][ .-]){3,}[A-Za-z]\b`)
)

// namesIn returns the names of persons in an English text.
func namesIn(text string) []found {
	if !strings.ContainsFunc(text, unicode.IsLower) {
		return nil // written in capitals throughout: they say nothing
	}
	var out []found
	for _, m := range capitals.FindAllStringIndex(text, -1) {
		out = append(out, nameWithin(text, m[0], m[1])...)
	}
	if !strings.Contains(text, "name") && !strings.Contains(text, "pell") && !strings.Contains(text, "hat") {
		return out // nobody says or spells one
	}
	for _, m := range saidName.FindAllStringSubmatchIndex(text, -1) {
		if f, ok := smallName(text, m[2], m[3]); ok {
			out = append(out, f)
		}
	}
	for _, m := range spelled.FindAllStringIndex(text, -1) {
		if before := lastRunes(text[:m[0]], 24); spellLead.MatchString(before) {
			out = append(out, found{Name, m[0], m[1]})
		}
	}
	return out
}

var spellLead = regexp.MustCompile(`(?i)(?:spell(?:ed|ing)?(?: that| it)?|name(?: is|'s)?|that['’]s)[,:\s]*(?:with |as )?$`)

// found is private data in a text: bytes from from to to.
type found struct {
	kind     Type
	from, to int
}

// nameWithin returns the name in a row of capitals: what is left after common
// words at its ends.
func nameWithin(text string, from, to int) []found {
	words := fieldsAt(text, from, to)
	for len(words) > 0 && common(words[0].text) {
		words = words[1:]
	}
	// A common word after a name is a surname more often than not: David Rice.
	for len(words) > 0 && (len(words) > 2 && common(words[len(words)-1].text) || properWords[strings.ToLower(words[len(words)-1].text)]) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		// A common word is a name where the words before it say so: Mark, Grace.
		if before := text[:from]; strings.Count(text[from:to], " ") < 2 && titled.MatchString(lastRunes(before, 12)) && !properWords[strings.ToLower(text[from:to])] {
			return []found{{Name, from, to}}
		}
		return nil
	}
	from, to = words[0].from, words[len(words)-1].to
	before, after := text[:from], text[to:]
	if companyEnd.MatchString(after) || slices.ContainsFunc(words, func(w field) bool { return properWords[strings.ToLower(w.text)] }) {
		return nil
	}
	if placeLead.MatchString(lastRunes(before, 24)) || organisation[strings.ToLower(words[len(words)-1].text)] {
		return nil
	}
	return []found{{Name, from, to}}
}

// What comes before a place or a thing, seldom before a person.
var placeLead = regexp.MustCompile(`(?i)(?:\b(?:the|in|at|near|into|across|outside|via|southern|northern|eastern|western|central)|\b(?:moved|here|is|am|are|was|flight|fl(?:y|ew|ying)|travel\w*|back|come|came) from|\b(?:flew|fly|flying|travel\w*|moved?|moving|going|coming|go|went|welcome|trip|flight) to|\b(?:work(?:ed|s|ing)? for|visit(?:ed|ing)?))\s+$|(?:[/@#]|www\.)$`)

// organisation holds words that the names of organisations end with.
var organisation = set(`orchestra partners markets technologies technology investments global republic group bank university college school institute association foundation
 company corporation services systems solutions airlines insurance hospital hotel restaurant museum church club league media news times post press team`)

var titled = regexp.MustCompile(`(?i)(?:\bname(?:'s| is)|\bmr\.?|\bmrs\.?|\bms\.?|\bmiss|\bdr\.?)\s+$`)

type field struct {
	text     string
	from, to int
}

func fieldsAt(text string, from, to int) []field {
	var out []field
	for from < to {
		n := strings.IndexByte(text[from:to], ' ')
		if n < 0 {
			n = to - from
		}
		if n > 0 {
			out = append(out, field{strings.TrimRight(text[from:from+n], "'’-"), from, from + n})
		}
		from += n + 1
	}
	return out
}

// common reports whether a capitalised word is none of a name.
func common(w string) bool {
	w = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
	if isWord(w) {
		return true
	}
	small := strings.ToLower(w)
	for _, ending := range []string{"ing", "ed", "ly", "tion", "ness", "ment", "able", "ship"} {
		if stem, ok := strings.CutSuffix(small, ending); ok && len(stem) > 2 && (WordFilter(englishWords).Has(stem) || WordFilter(englishWords).Has(stem+"e") || ending == "tion") {
			return true
		}
	}
	return false
}

// smallName returns a name in small letters after my name is.
func smallName(text string, from, to int) (found, bool) {
	words := fieldsAt(text, from, to)
	if notName[words[0].text] {
		return found{}, false
	}
	end := words[0].to
	if len(words) > 1 && !notName[words[1].text] && (!isWord(words[1].text) || !isWord(words[0].text)) {
		end = words[1].to
	}
	return found{Name, from, end}, true
}

var notName = set(`and i my the a an is not on in with for of at to from calling call here that this it but so you your please can could would will have has was are
 number address email phone account or if when what who we they he she just actually also spelled spelling registered listed under`)

// Chinese names.
var (
	surnames = set(`王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏
 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 漕 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 庞 樊 兰 殷 施 陶 洪 翟 安 颜 倪 严 牛 温 芦
 季 俞 章 鲁 葛 伍 韦 申 尤 毕 聂 丛 焦 向 柳 邢 路 岳 齐 沿 梅 莫 庄 辛 管 祝 左 涂 谷 祁 时 舒 耿 牟 卜 詹 关 苗 凌 费 纪 靳 盛 童 欧 甄 项 曲 成 游 阳 裴 席 卫 查 屈 鲍 位 覃 霍 翁 隋 植 甘 景 薄 单 包 司 柏 宁 柯 阮 桂 闵 解 强 柴 华 车 冉 房 边
 欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯`)
	nameLeadZH = regexp.MustCompile(`(?:我叫|我名字叫|名字叫|名字是|姓名是|姓名为|姓名[:：]?|名叫|本人叫|收件人是?|收货人是?|联系人是?|机主是?|户主是?|持卡人是?|我是|我姓名|他叫|她叫|称呼我|投保人是?|乘客是?|入住人是?)[:：\s]*$`)
	nameTailZH = regexp.MustCompile(`^(?:先生|女士|小姐|太太|老师|师傅|经理|阿姨|大爷|大姐|大哥)`)
)

// namesInChinese returns the names of persons in a Chinese text: after words
// that announce one, and before a title.
func namesInChinese(text string) []found {
	var out []found
	runes := []rune(text)
	at := make([]int, len(runes)+1)
	for i, b := 0, 0; i < len(runes); i++ {
		at[i] = b
		b += utf8.RuneLen(runes[i])
		at[i+1] = b
	}
	for i := range runes {
		n := 1
		if i+1 < len(runes) && surnames[simplify(string(runes[i:i+2]))] {
			n = 2
		} else if !surnames[simplify(string(runes[i]))] {
			continue
		}
		announced := nameLeadZH.MatchString(simplify(lastRunes(text[:at[i]], 8)))
		for _, given := range []int{2, 1, 0} {
			end := i + n + given
			if end > len(runes) || !allHan(runes[i:end]) {
				continue
			}
			titled := nameTailZH.MatchString(simplify(text[at[end]:]))
			closed := end == len(runes) || !unicode.Is(unicode.Han, runes[end]) || strings.ContainsRune("的是啊呀哦吗呢吧，", runes[end])
			if given == 0 && (!titled || !soleSurname(runes, i)) {
				continue
			}
			if titled && (given == 0 || announced || givenName(runes[i+n:end])) || announced && given > 0 && closed && givenName(runes[i+n:end]) {
				out = append(out, found{Name, at[i], at[end]})
				break
			}
		}
	}
	return out
}

// soleSurname reports whether the surname at i of 王先生 begins a word.
func soleSurname(runes []rune, i int) bool {
	return i == 0 || !unicode.Is(unicode.Han, runes[i-1]) || strings.ContainsRune("是叫姓找跟和问给让的请位，向由了", runes[i-1])
}

// notGiven are characters that are hardly ever in a given name but often after
// one, or after a surname that is a word: 任何, 方便, 于是.
const notGiven = "的了是在有不我你您他她这那们吗呢吧啊就也都还没要会能可以想说问给把被让跟和与或但因为所便何么什怎哪谁多少几个些点时候现来去到过上下里外前后客服户员司单号码款钱货订退投诉法律关系量名字电话手机先生女士"

func givenName(given []rune) bool {
	for _, r := range given {
		if strings.ContainsRune(notGiven, r) {
			return false
		}
	}
	return len(given) > 0
}

func allHan(runes []rune) bool {
	for _, r := range runes {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return true
}
