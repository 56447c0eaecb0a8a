package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// surnames are the family names of nearly everybody, in simplified characters.
var surnames = set(`王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏
 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 漕 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 庞 樊 兰 殷 施 陶 洪 翟 安 颜 倪 严 牛 温 芦
 季 俞 章 鲁 葛 伍 韦 申 尤 毕 聂 丛 焦 向 柳 邢 路 岳 齐 沿 梅 莫 庄 辛 管 祝 左 涂 谷 祁 时 舒 耿 牟 卜 詹 关 苗 凌 费 纪 靳 盛 童 欧 甄 项 曲 成 游 阳 裴 席 卫 查 屈 鲍 位 覃 霍 翁 隋 植 甘 景 薄 单 包 司 柏 宁 柯 阮 桂 闵 解 强 柴 华 车 冉 房 边
 肖 闫 尚 米 屠 栾 原 麦 桑 占 练 邝 鄢 揭 郎 苟 仇 冀 晏 茅 佟 谌 闻 亢 况 操 侍 於 郁 芮 储 臧 滑 昌 鞠 巩 鹿 欧阳 司马 上官 诸葛 端木 南宫 独孤 呼延 闻人 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯`)

// What announces a name, and what follows one; simplified.
var (
	nameLeadsZH = strings.Fields(`我叫 名字叫 名字是 姓名是 姓名为 姓名 名叫 本人叫 收件人是 收件人 收货人是 收货人 联系人是 联系人 机主是 机主 户主是 户主 持卡人是 持卡人 我是 他叫 她叫 称呼我 投保人是 投保人 乘客是 乘客 入住人是 入住人 机主叫 户主叫 户名是 户名 开户名是 开户名 开户人 收款人 付款人 申请人 被保人 被保险人 受益人 报案人 车主叫 患者 联系人写 收件人写 收货人写 名字写 署名 抬头写 真名叫 老公叫 老婆叫 爱人叫 儿子叫 女儿叫 孩子叫 妈妈叫 爸爸叫 请问是 请问您是`)
	// nameLabelsZH announce a name where a colon follows, as lists have it.
	nameLabelsZH = strings.Fields(`配送员 快递员 派送员 派件员 送货员 送餐员 取件员 揽收员 骑手 司机 师傅 工程师 安装工 维修工 业务员 经办人 负责人 客户经理 理赔员 查勘员 坐席 客服 店长 姓名 名字 抬头 机主 寄件人 发件人 收款方`)
	nameTitlesZH = strings.Fields(`先生 女士 小姐 太太 老师 师傅 经理 阿姨 大爷 大姐 大哥`)
)

// namesInChinese returns the names of persons in a Chinese text, which is s in
// simplified characters: after words that announce one, and before a title.
func namesInChinese(text, s string) []found {
	if len(s) != len(text) {
		s = text // places would not be the same
	}
	var out []found
	for at, r := range s {
		if namePhraseBegins.of(r) == 0 {
			continue
		}
		for _, p := range namePhrasesZH[r] {
			if !strings.HasPrefix(s[at:], p.text) {
				continue
			}
			from, to := titledName(s, at), at
			if !p.title {
				from = at + len(p.text)
				if p.label && !strings.HasPrefix(strings.TrimLeft(s[from:], " "), ":") && !strings.HasPrefix(strings.TrimLeft(s[from:], " "), "：") {
					continue
				}
				from += len(s[from:]) - len(strings.TrimLeft(s[from:], ":： "))
				if to = announcedName(s, from); to > from && strings.HasPrefix(p.text, "请问") && beginsWordZH(s[from:to]) {
					continue
				}
			}
			if from < to {
				out = append(out, found{Name, from, to})
			}
		}
	}
	return append(out, namesByNumbers(s)...)
}

// namePhraseZH announces a name, or follows one.
type namePhraseZH struct {
	text  string
	title bool
	label bool // it announces one only with a colon
}

// namePhrasesZH holds them by their first character.
var namePhrasesZH = func() map[rune][]namePhraseZH {
	m := map[rune][]namePhraseZH{}
	for _, lead := range nameLeadsZH {
		m[firstRune(lead)] = append(m[firstRune(lead)], namePhraseZH{text: lead})
	}
	for _, label := range nameLabelsZH {
		m[firstRune(label)] = append(m[firstRune(label)], namePhraseZH{text: label, label: true})
	}
	for _, title := range nameTitlesZH {
		m[firstRune(title)] = append(m[firstRune(title)], namePhraseZH{text: title, title: true})
	}
	return m
}()

// namePhraseBegins tells their first characters.
var namePhraseBegins = func() *hanTable {
	t := new(hanTable)
	for r := range namePhrasesZH {
		t[r-hanTableBegin] = 1
	}
	return t
}()

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
		closed := to == len(s) || !unicode.Is(unicode.Han, next) || strings.ContainsRune("的是啊呀哦吗呢吧就", next)
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
		case after == to && thanks(s[:from]):
			return from
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

// thanks reports whether a text ends with thanks, which end like a family name.
func thanks(before string) bool {
	return strings.HasSuffix(before, "谢谢") || strings.HasSuffix(before, "感谢") || strings.HasSuffix(before, "多谢")
}

// notGiven are characters that are hardly ever in a given name but often after
// one, or after a surname that is a word: 任何, 方便, 于是.
const notGiven = "的了是在有不我你您他她这那们吗呢吧啊就也都还没要会能可以想说问给把被让跟和与或但因为所便何么什怎哪谁多少几个些点时候现来去到过上下里外前后客服户员司单号码款钱货订退投诉法律关系量名字电话手机先生女士总身"
