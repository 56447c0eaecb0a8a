package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// answerLeads may stand before the name in an English answer.
var answerLeads = set(`yeah yes yep sure ok okay um uh er erm hi hello so well it its it's is that that's thats would be this i'm im i am my the name name's names first last full middle
 maiden surname under for mr mrs ms miss dr late husband wife mother father mum mom dad son daughter partner brother sister and goes by he's she's her his`)

// answerWords are in no name: an answer with one of them is something else.
var answerWords = set(`no not none never nope sorry thanks thank please wait hold one sec second moment minute just let me you your why what when where how who don't do didn't can can't
 could will would i we they them there here now later again already because but if of to in on at with from or correct right fine good great nothing anything something someone
 nobody everything same different new old dunno idk sure maybe about any some hang lemme gimme cause cos as have has had was were are been of course`)

// maxNameWords is how many words a name has, titles apart.
const maxNameWords = 4

// namesAnswered returns the names in an English answer to a question for one:
// such as words and small letters hide from namesIn.
func namesAnswered(text string) []found {
	var out []found
	if spells(text) {
		out = matches(text, spelled, Name)
	}
	for _, c := range clausesOf(text) {
		if text[c.from] == '[' {
			continue
		}
		words := slices.DeleteFunc(fieldsAt(text, c.from, c.to), func(w field) bool { return w.text == "" }) // a quote alone
		for len(words) > 0 && lookup(answerLeads, words[0].text) {
			words = words[1:]
		}
		for n := 1; n < len(words); n++ { // a name, and what else was asked for
			if b := words[n].text[0]; b == '[' || isDigit(b) || b >= "一"[0] {
				words = words[:n]
			}
		}
		if len(words) == 0 || len(words) > maxNameWords || !isNameAnswer(words) {
			continue
		}
		out = append(out, found{Name, words[0].from, words[len(words)-1].to})
	}
	return out
}

// isNameAnswer reports whether words alone are a name.
func isNameAnswer(words []field) bool {
	unknown, capitals := false, 0
	for _, w := range words {
		r := firstRune(w.text)
		if !unicode.IsLetter(r) || lookup(answerWords, w.text) || strings.ContainsAny(w.text, "0123456789[]@") || len(w.text) > 24 {
			return false
		}
		if unicode.IsUpper(r) {
			capitals++
		}
		unknown = unknown || len(w.text) >= 3 && !common(w.text)
	}
	last := words[len(words)-1].text
	t, known := proper(last)
	if lookup(organisations, last) || lookup(companyEnds, last) || known && t != Place && len(words) > 1 {
		return false
	}
	switch given := lookup(givenWords, words[0].text); {
	case given && len(words) <= 3:
		return true
	case isProper(words[0].text):
		return false
	case unknown && (capitals == 0 || capitals == len(words)):
		return true
	case len(words) == 1:
		return false
	default:
		return capitals == len(words) && len(words) <= 3 // Grace Hill
	}
}

// answerLeadsZH may stand before the name in a Chinese answer, the longest first.
var answerLeadsZH = func() []string {
	all := strings.Fields(`嗯 呃 啊 哦 额 那个 好的 好 对 是的 是 叫 就叫 就是 我叫 他叫 她叫 名字是 名字叫 名字 姓名是 姓名 机主是 机主 户主是 户主 户名是 户名 本人 我是 他是 她是 我姓 他姓 她姓 免贵姓 免贵 姓 好像姓 好像叫 应该叫
 叫我 就叫我 您叫我 喊我 小 老 写 写的是 登记的是 用的是 收件人 收件人写 收件人是 收货人 收货人是 联系人 联系人是 患者 患者叫 孩子叫 宝宝叫 被保险人 被保险人是 投保人 投保人是 持卡人 持卡人是`)
	for _, kin := range strings.Fields(`爸 妈 爸爸 妈妈 父亲 母亲 老公 老婆 爱人 先生 太太 丈夫 妻子 儿子 女儿 弟弟 哥哥 姐姐 妹妹 爷爷 奶奶 外公 外婆 同事 朋友 男朋友 女朋友`) {
		all = append(all, "我"+kin, "是我"+kin, "我"+kin+"叫", "我"+kin+"的名字", "我"+kin+"是", "是我"+kin+"叫")
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}()

// notNamesZH are words that begin like a name.
var notNamesZH = set(`方便 马上 高兴 安全 安装 周一 周二 周三 周四 周五 周六 周日 周天 周末 万一 于是 何时 时间 时候 常用 白色 黄色 金色 黑色 金额 金卡 白金 华为 安卓 江苏 江西 江南 宁波 宁夏 武汉 郑州 温州 徐州 苏州 常州 成都 石家 包头 黄山 金华 安徽 安阳
 柳州 秦皇 唐山 邢台 湖州 高级 高速 高峰 高档 高血 高铁 高压 高中 高一 高二 高三 钱包 钱款 单号 单位 单子 单独 包裹 包邮 包装 石头 毛巾 毛衣 毛病 牛奶 牛仔 马桶 马路 米白 车票 车牌 车位 车主 房东 房子 房间 房主 查询 查到 查过 查看 查下 查一 安排 安心 解决 解释 解绑 解除 管理 管家
 易付 程序 程度 万能 万科 万达 万元 万块 方案 方式 方向 方法 方面 方框 游戏 游泳 成人 成功 成员 强制 强烈 童装 童车 卫生 卫衣 卫浴 项目 边上 桂花 关闭 关于 关系 关了 费用 费率 纪念 申请 申诉 毕业 焦急 路由 路上 路口 路费 左边 左右 谷歌 时常 时不 向上 向前 祝您 莫名 庄园 辛苦 常常 常温
 顾客 顾问 康复 江边 白天 白酒 孔雀 金融 金属 石油 任务 任何 任意 范围 夏天 夏季 戴着 余额 余款 叶子 丁香 沈阳 曾经 苏打 谢谢 谢了 郑重 马达 何必 何况 林地 朱红 胡说 胡扯 孙子 孙女 周围 周转 周期 周边 周岁 黄金 黄瓜 杨树 陈旧 刘海 张贴 张开 张口 李子 王者 王牌 尚未 麦片 麦克 占用
 占线 练习 况且 操作 操心 储蓄 储值 滑动 昌平 茅台 闻到 原来 原价 原因 原味 原路 原装 边缘 司机 司法 柴油 华丽 景区 景点 甘肃 植物 位置 位于 席位 席梦 阳台 阳光 阳历 阳性 欧洲 欧元 甄别 曲奇 凌晨 苗条 舒服 舒适 齐全 沿途 梅花 莫非 涂料 章程 季度 季节 温度 温水 颜色 严重 严格 施工 陶瓷 洪水
 庞大 兰花 文件 文字 常规 易拉 黎明 龙头 龙虾 顾虑 陆续 熊猫 范本 段落 应该 应急 连接 连续 支付 支持 水电 水费 明白 明天 全部 全款 全新 经济 经常 国内 国外 家里 家人 门口 门店 都行 都可 相机 通知 通过 和平 平安 平时 商品 商家 广告 商务 充电 充值 舒缓 储物 简单 简体 麻烦 向您 万分 于今 余下`)

// namesAnsweredZH returns the names in a Chinese answer to a question for one.
func namesAnsweredZH(text string) []found {
	s := simplify(text)
	if len(s) != len(text) {
		s = text
	}
	var out []found
	for _, c := range clausesOf(text) {
		for _, part := range fieldsAt(s, c.from, c.to) { // 张建国 13800138000
			from, surname := part.from, false
			for {
				n := leadIn(s[from:c.to])
				if n == 0 {
					break
				}
				surname = familyAlone(s[from : from+n])
				from += n
			}
			surname = surname || strings.Trim(text, "。！ ") == text[part.from:part.to] // 张
			to := spelledZH(s[:c.to], from)                                           // before 孙悟空的孙 is 孙悟空
			if to == from {
				to = answeredName(s[:c.to], from, surname)
			}
			if to > from {
				out = append(out, found{Name, from, to})
			}
		}
	}
	return out
}

// familyAlone reports whether a family name is enough after a lead: 我姓, 叫我小.
func familyAlone(lead string) bool {
	return strings.HasSuffix(lead, "姓") || lead == "小" || lead == "老"
}

// leadIn returns how long the lead is that a text begins with.
func leadIn(s string) int {
	for _, lead := range answerLeadsZH {
		if strings.HasPrefix(s, lead) {
			return len(lead)
		}
	}
	return 0
}

// answeredName returns where the name ends that begins at byte from of an
// answer; from if there is none.
func answeredName(s string, from int, surname bool) int {
	after := surnameEnd(s, from)
	if after == from {
		return from
	}
	for _, given := range []int{2, 1, 0} {
		if given == 0 && !surname {
			break
		}
		to, ok := after, true
		for range given {
			r, size := utf8.DecodeRuneInString(s[to:])
			ok = ok && unicode.Is(unicode.Han, r) && !strings.ContainsRune(notGiven, r)
			to += size
		}
		if ok && closesName(s[to:]) && !beginsWordZH(s[from:to]) {
			return to
		}
	}
	return from
}

// closers may follow a name in an answer without a comma.
var closers = strings.Fields(`的 是 啊 呀 哦 吗 呢 吧 哈 我 他 她 这 就 男 女 身份 手机 电话 地址 卡号 保单 后四 尾号 先生 女士 小姐 谢谢`)

// closesName reports whether a name may end before text.
func closesName(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	if text == "" || !unicode.Is(unicode.Han, r) || slices.ContainsFunc(closers, func(c string) bool { return strings.HasPrefix(text, c) }) {
		return true
	}
	for range 3 { // 张建国三六二幺
		r, size := utf8.DecodeRuneInString(text)
		if d, weak := numeralOf(r); d == 0 || weak {
			return false
		}
		text = text[size:]
	}
	return true
}

// beginsWordZH reports whether what looks like a name is a word, or begins with
// one.
func beginsWordZH(name string) bool {
	_, one := utf8.DecodeRuneInString(name)
	_, two := utf8.DecodeRuneInString(name[one:])
	return notNamesZH[name[:one+two]]
}

// surnamesSpelled are the ways to say how a family name is written by its parts.
var surnamesSpelled = strings.Fields(`弓长张 立早章 耳东陈 木子李 口天吴 双木林 草头黄 古月胡 三横王 走肖赵 言午许 双人徐 人可何 双口吕 禾呈程 木易杨 美女姜 关耳郑`)

// spelledZH returns where the character ends that is told from others by its parts
// or by a word it stands in, from byte from on: 弓长张, 建设的建.
func spelledZH(s string, from int) int {
	for _, w := range surnamesSpelled {
		if strings.HasPrefix(s[from:], w) {
			return from + len(w)
		}
	}
	word, rest, ok := strings.Cut(s[from:], "的")
	r, size := utf8.DecodeRuneInString(rest)
	if n := utf8.RuneCountInString(word); !ok || n < 2 || n > 4 || !unicode.Is(unicode.Han, r) || !strings.ContainsRune(word, r) || !closesName(rest[size:]) {
		return from
	}
	return from + len(word) + len("的") + size
}
