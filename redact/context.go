package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/fold"
)

// topic is what a number is said to be by the words before it.
type topic int

const (
	none topic = iota
	aboutPhone
	aboutCard
	aboutCardCode
	aboutExpiry
	aboutID
	aboutSSN
	aboutPassport
	aboutAccount
	aboutCode
	aboutOrder
	aboutAmount
)

// topics are the words that say what a number is. The last one before a number
// counts; of two at one place the longer.
var topics = []struct {
	topic topic
	words *regexp.Regexp
}{
	{aboutCardCode, regexp.MustCompile(`\b(?:cvv2?|cvc2?|cvn2?|csc|cid)\b|安全码|验证值|背面.{0,6}三位|卡.{0,4}后三位|security code|card code|(?:three|3|four|4)[- ]digits? (?:code |number |security code )?on the (?:back|front)|back of (?:the|your|my) card|verification value`)},
	{aboutExpiry, regexp.MustCompile(`有效期|到期|过期日|expir\w+|valid (?:thru|until|through)|\bexp(?: date)?\b`)},
	{aboutCard, regexp.MustCompile(`卡号|银行卡号?码?|信用卡|储蓄卡|借记卡|card number|(?:credit|debit|bank) card|\bvisa\b|master ?card|\bamex\b|american express|unionpay|银联|\bcc\b|\bcard\b`)},
	{aboutCode, regexp.MustCompile(`验证码|校验码|动态码|动态密码|口令|密码|(?:verification|confirmation|access|one[- ]time) code|one[- ]time (?:password|pin)|passcode|password|\botp\b|\bpin(?: code| number)?\b|\bthe code\b|\btext message code\b`)},
	{aboutID, regexp.MustCompile(`身份证(?:号码|号)?|证件号码?|id(?:entity)? (?:card )?number|id card|身份号`)},
	{aboutSSN, regexp.MustCompile(`\bssn\b|social security|\bsocial\b`)},
	{aboutPassport, regexp.MustCompile(`护照|passport`)},
	{aboutAccount, regexp.MustCompile(`账号|帐号|账户|帐户|户号|客户号|会员号|会员卡号|用户号|保单号|合同号|社保号|公积金号|驾驶证|驾照|account(?: number| no| #|s)?|acct|member(?:ship)?(?: id| number)|policy(?: number)?|customer (?:id|number)|routing number|sort code|driver'?s? licen[cs]e|licen[cs]e number|\bmrn\b|medical record|tax(?:payer)? id|itin\b|bank number`)},
	{aboutPhone, regexp.MustCompile(`电话|手机|座机|固话|联系方式|号码|拨打|打给|回电|传真|微信|phone|mobile|\bcell\b|\bcall\b|telephone|\bfax\b|\bdial\b|reach (?:me|us|you)|\btext\b|contact number|my number|number is|whatsapp`)},
	{aboutOrder, regexp.MustCompile(`订单|单号|运单|快递|物流|流水|编号|工单|取件码|序列号|型号|发票|案件|批号|条码|imei|iccid|order|tracking|reference|\bref\b|\bcase\b|ticket|invoice|serial|\bsku\b|booking|confirmation number|model|part number|barcode|batch|item|product|transaction|shipment|parcel|waybill|flight|isbn`)},
	{aboutAmount, regexp.MustCompile(`总额|金额|合计|总价|总共|一共|余额|总计|价格|数量|total|amount|balance|price|\bsum\b|cost|quantity`)},
}

// maxTopicRunes is how far before a number its topic is looked for.
const maxTopicRunes = 40

var topicFolder = fold.New(fold.Width | fold.Case | fold.Traditional)

// tail is what may stand between the name of a number and the number.
var tail = regexp.MustCompile(`^(?:\s*(?:numbers?|no\.?|id|code|ends? (?:in|with)|号码|号|是|为|is|was|:|：|=|#))+`)

// topicIn returns the last topic in text.
func topicIn(text string) topic {
	if text == "" {
		return none
	}
	folded := topicFolder.Fold(lastRunes(text, maxTopicRunes))
	s := folded.String()
	best, end, length := none, -1, 0
	for _, t := range topics {
		for _, m := range t.words.FindAllStringIndex(s, -1) {
			m[1] += len(tail.FindString(s[m[1]:]))
			if m[1] > end || m[1] == end && m[1]-m[0] > length {
				best, end, length = t.topic, m[1], m[1]-m[0]
			}
		}
	}
	return best
}

func lastRunes(s string, n int) string {
	at := len(s)
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}

// about is what a number is about; near is set where its own turn says so, not
// an earlier one.
type about struct {
	topic
	near bool
}

// topicOf returns what the number from at to end of turn i is about: from the
// words before it, and where these say nothing from the words after it, and
// then from what was said just before, by anyone: 请报一下卡号.
func topicOf(turns []models.Turn, i, at, end int) about {
	text := turns[i].Text
	if t := topicIn(text[:at]); t != none {
		return about{t, true}
	}
	if t := topicAfter(text[end:]); t != none {
		return about{t, true}
	}
	if utf8.RuneCountInString(text[:at]) > maxTopicRunes {
		return about{}
	}
	for k := i - 1; k >= max(0, i-3); k-- {
		if t := topicIn(turns[k].Text); t != none {
			return about{t, false}
		}
		if len(strings.TrimSpace(turns[k].Text)) > 60 {
			break // something else has been talked about since
		}
	}
	return about{}
}

var after = regexp.MustCompile(`^[，,。.\s]{0,3}(?:这|这个|这是|是|is|that's|that is|it's)?\s*(?:我|我的|my|the)?\s*(?:的)?\s*(手机号?|电话|银行卡号?|卡号|身份证号?|phone number|mobile|card number|account number|订单号?|order number)`)

func topicAfter(text string) topic {
	folded := topicFolder.Fold(firstRunes(text, 24))
	m := after.FindStringSubmatch(folded.String())
	if m == nil {
		return none
	}
	return topicIn(m[1])
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
