package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// Names in small letters, as recognised speech and chats have them.
	saidName = regexp.MustCompile(`\b(?:my (?:full |first |last |sur)?name(?: is|'s)|name is|surname is) ((?:[a-z]+['-]?[a-z]+)(?: [a-z]+['-]?[a-z]+)?)`)
	spelled  = regexp.MustCompile(`\b(?:[A-Za-z][ .-]){3,}[A-Za-z]\b`)
)

// namesIn returns the names of persons in an English text, and the places and
// organisations that stand where names do.
func namesIn(text string, signs sign) []found {
	if signs&signLower == 0 {
		return nil // written in capitals throughout: they say nothing
	}
	var out []found
	if signs&signUpper != 0 {
		for at := 0; ; {
			from, to := capitals(text, at)
			if from < 0 {
				break
			}
			out = nameWithin(out, text, from, to)
			at = to
		}
	}
	if !strings.Contains(text, "name") && !strings.Contains(text, "pell") && !strings.Contains(text, "hat") {
		return out // nobody says or spells one
	}
	if strings.Contains(text, "name") {
		for _, m := range saidName.FindAllStringSubmatchIndex(text, -1) {
			if f, ok := smallName(text, m[2], m[3]); ok {
				out = append(out, f)
			}
		}
	}
	for _, m := range spelled.FindAllStringIndex(text, -1) {
		if before := lastRunes(text[:m[0]], 24); spellLead.MatchString(before) {
			out = append(out, found{Name, m[0], m[1]})
		}
	}
	return out
}

// capitals returns the next row of words with a capital from byte at on, as in
// Anna, Ludwig van Beethoven, J. R. O'Brien-Smith without what comes before the
// first full word; from is -1 if there is none.
func capitals(text string, at int) (from, to int) {
	from, to = capital(text, at)
	if from < 0 {
		return from, to
	}
	for {
		next := particles(text, to)
		if next == len(text) || text[next] != ' ' {
			return from, to
		}
		if f, t := capitalAt(text, next+1); f >= 0 {
			to = t
			continue
		}
		return from, to
	}
}

// particles passes over initials and van, de, bin and the like.
func particles(text string, at int) int {
	for at < len(text) && text[at] == ' ' {
		end := at + 1
		for end < len(text) && text[end] != ' ' {
			end++
		}
		word := text[at+1 : end]
		initial := len(word) == 1 || len(word) == 2 && word[1] == '.'
		if !(initial && word[0] >= 'A' && word[0] <= 'Z') && !nameParticles[word] {
			return at
		}
		at = end
	}
	return at
}

var nameParticles = set(`van von der den de da di del dos la le bin al el y`)

// capital returns the next word with a capital from byte at on.
func capital(text string, at int) (from, to int) {
	inWord := at > 0 && latin(rune(text[at-1]))
	for i := at; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !inWord && (r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && unicode.IsUpper(r)) {
			if f, t := capitalAt(text, i); f >= 0 {
				return f, t
			}
		}
		inWord = latin(r)
		i += size
	}
	return -1, at
}

// capitalAt returns the word with a capital that begins at byte i: O'Brien,
// Jean-Luc, McDonald; from is -1 if there is none.
func capitalAt(text string, i int) (from, to int) {
	r, size := utf8.DecodeRuneInString(text[i:])
	if !unicode.IsUpper(r) {
		return -1, i
	}
	from, to = i, i+size
	if r, size = utf8.DecodeRuneInString(text[to:]); r == '\'' || r == '’' {
		r2, size2 := utf8.DecodeRuneInString(text[to+size:])
		if !unicode.IsUpper(r2) {
			return -1, i
		}
		to += size + size2
		r, size = utf8.DecodeRuneInString(text[to:])
	}
	if !unicode.Is(unicode.Ll, r) && !unicode.Is(unicode.Lo, r) {
		return -1, i
	}
	for size > 0 && (unicode.IsLetter(r) || r == '\'' || r == '’' || r == '-') {
		to += size
		r, size = utf8.DecodeRuneInString(text[to:])
	}
	return from, to
}

var spellLead = regexp.MustCompile(`(?i)(?:spell(?:ed|ing)?(?: that| it)?|name(?: is|'s)?|that['’]s)[,:\s]*(?:with |as )?$`)

// found is private data in a text: bytes from from to to.
type found struct {
	kind     Type
	from, to int
}

// nameWithin appends the name in a row of capitals: what is left after common
// words at its ends.
func nameWithin(out []found, text string, from, to int) []found {
	start, end := from, to
	for start < end && common(fieldAt(text, start, end)) {
		start += len(fieldAt(text, start, end))
		for start < end && text[start] == ' ' {
			start++
		}
	}
	// A common word after a name is a surname more often than not: David Rice.
	for start < end {
		last := strings.LastIndexByte(text[start:end], ' ') + start + 1
		word := bareWord(text[last:end])
		if !(isProper(word) || strings.Count(text[start:end], " ") >= 2 && common(word)) {
			break
		}
		if end = last; end > start {
			end--
		}
	}
	if start >= end {
		// A common word is a name where the words before it say so: Mark, Grace.
		if strings.Count(text[from:to], " ") < 2 && !isProper(text[from:to]) && titled(text[:from]) {
			out = append(out, found{Name, from, to})
		}
		return out
	}
	kind := Name
	for at := start; at < end; {
		word := fieldAt(text, at, end)
		if t, ok := proper(bareWord(word)); ok && (t != Place || at > start || at+len(word) == end || compass(text[:start])) {
			return out // Jordan Smith is a name, New York Yankees is none
		}
		if at += len(word) + 1; at >= end && lookup(organisations, bareWord(word)) {
			kind = Organization
		}
	}
	switch {
	case kind == Organization, companyFollows(text[end:]):
		kind = Organization
	case placeAhead(text[:start]):
		kind = Place
	}
	return append(out, found{kind, start, end})
}

// compass reports whether a text ends with a word that the names of places
// begin with.
func compass(before string) bool {
	before = strings.TrimSuffix(before, " ")
	return placeBegins[before[strings.LastIndexByte(before, ' ')+1:]]
}

var placeBegins = set(`New Los Las San North South East West Saint St Great Hong Abu Buenos Rio Sao`)

// fieldAt returns the word of text that begins at byte at.
func fieldAt(text string, at, end int) string {
	if n := strings.IndexByte(text[at:end], ' '); n >= 0 {
		return text[at : at+n]
	}
	return text[at:end]
}

func bareWord(w string) string { return strings.TrimRight(w, "'’-") }

// companyEnds come after the names of companies and places.
var companyEnds = set(`inc llc ltd limited corp corporation company co plc gmbh group bank insurance airlines university college hospital hotel street st avenue ave road rd lane drive
 blvd county city airport`)

// companyFollows reports whether text goes on as after the name of a company.
func companyFollows(text string) bool {
	text = strings.TrimLeft(text, ",.")
	if text == "" || text[0] != ' ' && text[0] != '\n' {
		return false
	}
	text = strings.TrimLeft(text, " \n")
	n := 0
	for n < len(text) && latin(rune(text[n])) {
		n++
	}
	return n > 0 && lookup(companyEnds, text[:n])
}

// lookup looks for a word in small letters in a set.
func lookup(words map[string]bool, word string) bool {
	var buf [16]byte
	if len(word) > len(buf) {
		return false
	}
	for i := range len(word) {
		if buf[i] = word[i]; word[i] >= 'A' && word[i] <= 'Z' {
			buf[i] += 'a' - 'A'
		}
	}
	return words[string(buf[:len(word)])]
}

// What comes before a place or a thing, seldom before a person.
var (
	placeWords = set(`the in at near into across outside via southern northern eastern western central visit visited visiting`)
	fromWords  = set(`moved here is am are was flight fly flew flying travel travels traveled travelled traveling travelling back come came`)
	toWords    = set(`flew fly flying travel travels traveled travelled traveling travelling move moved moving going coming go went welcome trip flight`)
	workWords  = set(`work worked works working`)
)

// placeAhead reports whether what comes before a row of capitals says that it
// is a place, or a thing.
func placeAhead(before string) bool {
	switch {
	case before == "":
		return false
	case strings.ContainsRune("/@#", rune(before[len(before)-1])), strings.HasSuffix(before, "www."):
		return true
	case before[len(before)-1] != ' ' && before[len(before)-1] != '\n':
		return false
	}
	last, rest := lastWord(before)
	switch {
	case lookup(placeWords, last):
		return true
	case strings.EqualFold(last, "from"):
		last, _ = lastWord(rest)
		return lookup(fromWords, last)
	case strings.EqualFold(last, "to"):
		last, _ = lastWord(rest)
		return lookup(toWords, last)
	case strings.EqualFold(last, "for"):
		last, _ = lastWord(rest)
		return lookup(workWords, last)
	}
	return false
}

// lastWord returns the word a text ends with, white space aside, and what is
// before it.
func lastWord(text string) (word, rest string) {
	text = strings.TrimRight(text, " \n")
	n := len(text)
	for n > 0 && latin(rune(text[n-1])) {
		n--
	}
	return text[n:], text[:n]
}

// organisations holds words that the names of organisations end with.
var organisations = set(`orchestra partners markets technologies technology investments global republic group bank university college school institute association foundation
 company corporation services systems solutions airlines insurance hospital hotel restaurant museum church club league media news times post press team`)

var titleWords = set(`mr mrs ms miss mx dr prof mr. mrs. ms. mx. dr. prof. is name's`)

// titled reports whether what comes before a word says that it is a name: Mr,
// my name is.
func titled(before string) bool {
	if !strings.HasSuffix(before, " ") {
		return false
	}
	before = strings.ToLower(strings.TrimRight(lastRunes(before, 12), " "))
	last := before[strings.LastIndexByte(before, ' ')+1:]
	return titleWords[last] && (last != "is" || strings.HasSuffix(before, "name is"))
}

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
	w = bareWord(w)
	w = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
	if isWord(w) {
		return true
	}
	for _, ending := range [...]string{"ing", "ed", "ly", "tion", "ness", "ment", "able", "ship"} {
		if len(w) > len(ending)+2 && strings.EqualFold(w[len(w)-len(ending):], ending) {
			stem := w[:len(w)-len(ending)]
			if ending == "tion" || englishFilter.HasFold(stem, "") || englishFilter.HasFold(stem, "e") {
				return true
			}
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

// surnames are the family names of nearly everybody, in simplified characters.
var surnames = set(`王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏
 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 漕 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 庞 樊 兰 殷 施 陶 洪 翟 安 颜 倪 严 牛 温 芦
 季 俞 章 鲁 葛 伍 韦 申 尤 毕 聂 丛 焦 向 柳 邢 路 岳 齐 沿 梅 莫 庄 辛 管 祝 左 涂 谷 祁 时 舒 耿 牟 卜 詹 关 苗 凌 费 纪 靳 盛 童 欧 甄 项 曲 成 游 阳 裴 席 卫 查 屈 鲍 位 覃 霍 翁 隋 植 甘 景 薄 单 包 司 柏 宁 柯 阮 桂 闵 解 强 柴 华 车 冉 房 边
 肖 闫 尚 米 屠 栾 原 麦 桑 占 练 邝 鄢 揭 郎 苟 仇 冀 晏 茅 佟 谌 闻 亢 况 操 侍 於 郁 芮 储 臧 滑 昌 鞠 巩 鹿 欧阳 司马 上官 诸葛 端木 南宫 独孤 呼延 闻人 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯`)

// What announces a name, and what follows one; simplified.
var (
	nameLeadsZH  = strings.Fields(`我叫 名字叫 名字是 姓名是 姓名为 姓名 名叫 本人叫 收件人是 收件人 收货人是 收货人 联系人是 联系人 机主是 机主 户主是 户主 持卡人是 持卡人 我是 他叫 她叫 称呼我 投保人是 投保人 乘客是 乘客 入住人是 入住人`)
	nameTitlesZH = strings.Fields(`先生 女士 小姐 太太 老师 师傅 经理 阿姨 大爷 大姐 大哥`)
)

// namesInChinese returns the names of persons in a Chinese text: after words
// that announce one, and before a title.
func namesInChinese(text string) []found {
	s := simplify(text)
	if len(s) != len(text) {
		s = text // places would not be the same
	}
	var out []found
	for _, lead := range nameLeadsZH {
		for at := 0; ; {
			n := strings.Index(s[at:], lead)
			if n < 0 {
				break
			}
			at += n + len(lead)
			from := at
			for strings.HasPrefix(s[from:], ":") || strings.HasPrefix(s[from:], "：") || strings.HasPrefix(s[from:], " ") {
				_, size := utf8.DecodeRuneInString(s[from:])
				from += size
			}
			if to := announcedName(s, from); to > from {
				out = append(out, found{Name, from, to})
			}
		}
	}
	for _, title := range nameTitlesZH {
		for at := 0; ; {
			n := strings.Index(s[at:], title)
			if n < 0 {
				break
			}
			to := at + n
			if from := titledName(s, to); from < to {
				out = append(out, found{Name, from, to})
			}
			at = to + len(title)
		}
	}
	return out
}

// announcedName returns where the name ends that begins at byte from after
// words that announce one, from if there is none.
func announcedName(s string, from int) int {
	after := surnameEnd(s, from)
	if after == from {
		return from
	}
	for _, given := range []int{2, 1} {
		to, ok := after, true
		for range given {
			r, size := utf8.DecodeRuneInString(s[to:])
			ok = ok && unicode.Is(unicode.Han, r) && !strings.ContainsRune(notGiven, r)
			to += size
		}
		next, _ := utf8.DecodeRuneInString(s[to:])
		closed := to == len(s) || !unicode.Is(unicode.Han, next) || strings.ContainsRune("的是啊呀哦吗呢吧", next)
		if ok && (closed || slices.ContainsFunc(nameTitlesZH, func(t string) bool { return strings.HasPrefix(s[to:], t) })) {
			return to
		}
	}
	return from
}

// titledName returns where the name begins that ends at byte to, before a
// title, to if there is none.
func titledName(s string, to int) int {
	best, from := to, to
	for range 4 {
		r, size := utf8.DecodeLastRuneInString(s[:from])
		if !unicode.Is(unicode.Han, r) {
			break
		}
		from -= size
		after := surnameEnd(s[:to], from)
		switch {
		case after == from:
		case after == to && !soleSurname(s[:from]):
		case after < to && (utf8.RuneCountInString(s[after:to]) > 2 || strings.ContainsAny(s[after:to], notGiven)):
		default:
			best = from
		}
	}
	return best
}

// surnameEnd returns where the family name ends that begins at byte from, from
// if there is none; one of two characters goes first.
func surnameEnd(s string, from int) int {
	_, one := utf8.DecodeRuneInString(s[from:])
	_, two := utf8.DecodeRuneInString(s[from+one:])
	switch {
	case two > 0 && surnames[s[from:from+one+two]]:
		return from + one + two
	case one > 0 && surnames[s[from:from+one]]:
		return from + one
	}
	return from
}

// soleSurname reports whether a surname after text begins a word, as in 是王先生.
func soleSurname(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || !unicode.Is(unicode.Han, r) || strings.ContainsRune("是叫姓找跟和问给让的请位向由了", r)
}

// notGiven are characters that are hardly ever in a given name but often after
// one, or after a surname that is a word: 任何, 方便, 于是.
const notGiven = "的了是在有不我你您他她这那们吗呢吧啊就也都还没要会能可以想说问给把被让跟和与或但因为所便何么什怎哪谁多少几个些点时候现来去到过上下里外前后客服户员司单号码款钱货订退投诉法律关系量名字电话手机先生女士总身"
