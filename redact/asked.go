package redact

import (
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models"
)

// asks is what private data a turn asks the customer for. Who answers a question
// says a name or a number and nothing else: only the question tells what it is.
// What agents are asked for is seldom private.
type asks uint32

const (
	asksName asks = 1 << iota
	asksBirthday
	asksID
	asksSSN
	asksCard
	asksAccount
	asksOrder
	asksAddress
	asksPostcode
	asksHouse // the number of a house or flat
	asksPhone
	asksPlate
	asksCode
	asksPassport
	asksLicense
	asksLast  // the last digits of a number are enough
	asksThing // the name of a company, a product, a place
	asksElse  // a question, for whatever else

	asksNumbers = asksID | asksSSN | asksCard | asksAccount | asksOrder | asksPostcode | asksHouse | asksPhone | asksCode | asksPassport | asksLicense | asksBirthday
)

// What else a phrase of a question says; none of it is of an answer.
const (
	asksPlease asks = 1 << (20 + iota) // the sentence asks for something
	asksWhich                          // and is a question by itself
	asksTold                           // something is done, or will be
	asksAgain                          // once more: the question before is still open
)

// asksWordsZH are the phrases of Chinese questions, in simplified characters, and
// what they ask for: of those that begin at one place the longest counts. Names
// and numbers of things that are not private are phrases without a meaning.
var asksWordsZH = map[asks]string{
	asksName:                  `姓名 名字 户名 联系人 收件人 收货人 被保险人 投保人 持卡人 怎么写`,
	asksName | asksPlease:     `叫什么 叫啥 姓什么 姓啥 贵姓 是谁 户主是 机主是 车主是 患者是 乘客是 入住人是 怎么称呼 如何称呼 哪几个字 哪个字`,
	0:                         `手机型号 手机品牌 电话里 手机上 手机里 地址栏 身份证明 卡号段 几号上门 几号到 密码锁`,
	asksPlease | asksWhich:    `什么 多少 谁 哪 吗 几 公司名字 公司叫什么 产品名字 产品叫什么 小区名字 小区叫什么 店铺叫什么 店叫什么 软件叫什么 什么名字的`,
	asksBirthday:              `出生年月 出生年份 出生日期 出生年月日 生日`,
	asksBirthday | asksPlease: `哪年出生 哪年哪月 几几年出生 哪一年出生 什么时候出生`,
	asksID:                    `身份证 证件号 身份号`,
	asksCard:                  `卡号 银行卡 信用卡 储蓄卡`,
	asksAccount: `账号 帐号 账户号 帐户号 户号 客户号 会员号 会员卡号 会员编号 保单号 保险单号 合同号 合同编号 贷款编号 车架号 社保号 社保卡号 公积金号 用户号 用户编号 病历号 就诊卡号 就诊号 学号 缴费号 缴费编号
 资金账号 客户编号 您的编号 微信号`,
	asksOrder:                          `订单号 订单编号 订单 运单号 快递单号 物流单号 单号 工单号 流水号 报案号 受理编号 票号`,
	asksAddress:                        `地址 住址`,
	asksAddress | asksPlease:           `住哪 住在哪 寄到哪 送到哪 寄哪`,
	asksAddress | asksHouse:            `门牌号 门牌 房号 房间号`,
	asksPostcode:                       `邮编 邮政编码`,
	asksPhone:                          `电话 手机 座机 联系方式 联系号码`,
	asksPlate:                          `车牌`,
	asksCode:                           `验证码 校验码 动态码 口令 密码`,
	asksPassport:                       `护照`,
	asksLicense:                        `驾驶证 驾照`,
	asksLast:                           `后四位 后4位 末四位 末4位 后六位 后6位 末六位 后几位 尾号 尾数`,
	asksCard | asksLast:                `卡尾号`,
	asksPlease:                         `请 麻烦 报 提供 核对 核实 告诉 留个 留一 留下 发一下 发下 说一下 说下 念 输入 呢 么 也行 也可以 方便 给我 给一下 还有`,
	asksName | asksPhone | asksAddress: `收件信息 收货信息 联系信息`,
	asksName | asksID | asksPhone:      `个人信息 身份信息`,
	asksTold:                           `了 已 稍后 正在 将`,
	asksAgain:                          `再说 再报 再念 重复 没听清 您说 你说 您讲 请讲`,
}

// asksPhraseZH is one of asksWordsZH.
type asksPhraseZH struct {
	text string
	asks asks
}

// asksPhrasesZH holds them by their first character, the longest first;
// asksBeginZH tells where in it those of a character stand.
var asksPhrasesZH, asksBeginZH = func() ([][]asksPhraseZH, *hanTable) {
	all, begin := make([][]asksPhraseZH, 1), new(hanTable)
	for a, phrases := range asksWordsZH {
		for _, p := range strings.Fields(phrases) {
			at := &begin[firstRune(p)-hanTableBegin]
			if *at == 0 {
				*at = uint8(len(all))
				all = append(all, nil)
			}
			all[*at] = append(all[*at], asksPhraseZH{p, a})
		}
	}
	for _, of := range all {
		slices.SortFunc(of, func(a, b asksPhraseZH) int { return len(b.text) - len(a.text) })
	}
	return all, begin
}()

// asksOf returns what the turn of a scan asks for. Most turns are followed by no
// answer, and are never asked.
func (c *scan) asksOf() asks {
	if !c.asked {
		c.asks, c.asked = asksIn(c.small, c.signs), true
	}
	return c.asks
}

// asksIn returns what private data a turn asks for, asksElse where it only asks
// for something else. The turn is in small letters or, if Chinese, in simplified
// characters.
func asksIn(text string, signs sign) asks {
	switch {
	case signs&signHan != 0:
		return asksInChinese(text)
	case mayAskInEnglish(text):
		return asksInEnglish(text)
	}
	return 0
}

// asksInChinese reads a simplified text. Sentences are asked by what they hold
// alone: 手机号我改好了。请问还有什么事.
func asksInChinese(s string) asks {
	var all, now asks
	from := 0
	end := func(to int) {
		if to-from <= shortSentenceZH && now&asksTold == 0 {
			now |= asksPlease
		}
		if q := now.sentence(); q != asksElse || to-from > shortQuestionZH {
			all |= q
		}
		now, from = 0, to
	}
	for at := 0; at < len(s); {
		r, size := rune(s[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[at:])
		}
		switch {
		case r == '?' || r == '？':
			now |= asksPlease | asksWhich
			fallthrough
		case r == '。' || r == '！' || r == '!' || r == '；' || r == '\n':
			end(at)
		case r >= hanTableBegin:
			for _, p := range asksPhrasesZH[asksBeginZH.of(r)] {
				if strings.HasPrefix(s[at:], p.text) {
					now |= p.asks
					size = len(p.text)
					break
				}
			}
		}
		at += size
	}
	end(len(s))
	return all
}

// shortQuestionZH is how many bytes a question has that asks for nothing new:
// 还有吗.
const shortQuestionZH = 12

// shortSentenceZH is how many bytes a sentence has that asks for what it names
// without a word that asks: 您的出生年月日是.
const shortSentenceZH = 48

// sentence returns what a sentence asks for, by its phrases.
func (a asks) sentence() asks {
	private := a & (asksElse - 1)
	switch {
	case a&asksPlease == 0:
		return 0
	case private == 0 && a&asksWhich != 0 && a&asksAgain == 0:
		return asksElse
	}
	return private
}

const (
	maxAnswerTurns = 4  // how far back an answer may find its question
	shortTurn      = 48 // bytes of a turn that leaves the question open: 好的，不急; take your time
	longAnswer     = 90 // bytes of an earlier turn of the same party after which nothing more is expected
)

// askedOf returns what the customer was last asked for before turn i, where that
// may be an answer.
func askedOf(turns []models.Turn, scans []scan, i int) asks {
	party := turns[i].Party
	if party == models.Agent {
		return 0
	}
	for k := i - 1; k >= max(0, i-maxAnswerTurns); k-- {
		if turns[k].Party == party && party != models.Unknown {
			if len(turns[k].Text) > longAnswer {
				return 0
			}
			continue
		}
		if a := scans[k].asksOf(); a != 0 {
			return a &^ asksElse
		}
		if len(turns[k].Text) > shortTurn {
			return 0
		}
	}
	return 0
}
