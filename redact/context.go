package redact

import (
	"regexp"
	"slices"
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
	aboutLicense
	aboutCode
	aboutOrder
	aboutAmount
)

// topicWords are the words that say what a number is. The last one before a
// number counts; of two that end at one place the longer.
var topicWords = func() []topicWord {
	var out []topicWord
	for _, t := range []struct {
		topic topic
		words string
	}{
		{aboutCardCode, `cvv cvv2 cvc cvc2 cvn cvn2 csc cid 安全码 验证值 背面三位 背面后三位 背面的三位 背面的后三位 卡后三位 卡的后三位 卡背面后三位 背面三位数 背面的三位数 背面数字 背面的数字 签名栏 签名条 签名栏后三位 签名条后三位 末三位 security_code card_code card_security_code
			three_digits_on_the_back 3_digits_on_the_back three-digit_code_on_the_back four_digits_on_the_front back_of_the_card back_of_your_card back_of_my_card on_the_back verification_value`},
		{aboutExpiry, `有效期 到期 过期日 expiry expiration expires expire expiring expiry_date expiration_date valid_thru valid_until valid_through valid_till good_through good_thru good_until exp exp_date exp._date`},
		{aboutCard, `卡号 银行卡 银行卡号 信用卡 信用卡号 储蓄卡 借记卡 工资卡 行卡 行的卡 张卡 card_number credit_card debit_card bank_card visa mastercard master_card amex american_express unionpay 银联 cc card`},
		{aboutCode, `验证码 校验码 确认码 动态验证码 动态码 动态密码 口令 密码 verification_code confirmation_code access_code one-time_code one_time_code one-time_password one_time_password one-time_pin
			passcode password otp pin pin_code pin_number the_code your_code my_code auth_code digit_code text_message_code passkey`},
		{aboutID, `身份证 身份证号 身份证号码 证件 证件号 证件号码 身份号 id_number identity_number identity_card_number id_card_number id_card`},
		{aboutSSN, `ssn social_security social ss_number ss_no ss#`},
		{aboutPassport, `护照 passport`},
		{aboutAccount, `qq qq号 扣扣 扣扣号 账号 帐号 账户 帐户 户号 客户号 客户编号 会员号 会员编号 会员卡号 用户号 用户编号 就诊卡号 病历号 学号 存折 保单号 保单 合同号 社保号 公积金号 account account_number account_no account_# accounts acct membership_id membership_number
			member_id member_number member policy policy_number customer_id customer_number routing_number sort_code mrn medical_record flyer_number loyalty_number rewards_number client_number client_id patient_id student_id subscriber_id subscriber_number savings checking tax_id taxpayer_id itin bank_number insurance_number`},
		{aboutLicense, `驾驶证 驾照 driver's_license drivers_license driver_license driver's_licence driving_licence drivers_licence license_number licence_number dl dl_number dl# driving_license`},
		{aboutPhone, `电话 手机 手机号 快递员 快递小哥 配送员 派送员 送货员 骑手 打我 打他 打她 打您 打给我 联系我 座机 总机 区号 固话 联系方式 号码 打 拨 拨打 打给 回电 回拨 致电 传真 微信 phone mobile cell call telephone fax dial reach_me reach_us reach_you text contact_number my_number number_is number's number’s number_i_have number_you_have callback callback_number calling_from voicemail ring_me ring best_number good_number home_number office_line direct_line home_line phone_line land_line work_line area_code tel mob whatsapp phones cellphone`},
		{aboutOrder, `订单 单号 运单 中奖号码 韵达 圆通 中通 申通 顺丰 快递 物流 流水 编号 工单 取件码 序列号 型号 发票 案件 批号 条码 imei iccid order orders tracking reference ref case ticket invoice serial sku booking confirmation_number model
			part_number part barcode batch item product transaction shipment parcel waybill flight isbn upc ean udi lot 批次 货号`},
		{aboutAmount, `总额 金额 合计 总价 总共 一共 余额 总计 价格 数量 total amount balance price sum cost quantity`},
	} {
		for _, w := range strings.Fields(t.words) {
			out = append(out, topicWord{[]rune(strings.ReplaceAll(w, "_", " ")), t.topic})
		}
	}
	return out
}()

type topicWord struct {
	word  []rune
	topic topic
}

// topicEnds holds the words by their last character, the longest first; asciiEnds
// those that end with one of ASCII.
var topicEnds, asciiEnds = func() (map[rune][]topicWord, [utf8.RuneSelf][]topicWord) {
	m := map[rune][]topicWord{}
	for _, w := range topicWords {
		last := w.word[len(w.word)-1]
		m[last] = append(m[last], w)
	}
	for _, all := range m {
		slices.SortStableFunc(all, func(a, b topicWord) int { return len(b.word) - len(a.word) })
	}
	var ascii [utf8.RuneSelf][]topicWord
	for r, all := range m {
		if r < utf8.RuneSelf {
			ascii[r] = all
		}
	}
	return m, ascii
}()

// topicsEndingWith returns the words that end with a character.
func topicsEndingWith(r rune) []topicWord {
	if r < utf8.RuneSelf {
		return asciiEnds[r]
	}
	return topicEnds[r]
}

// maxTopicRunes is how far before a number its topic is looked for.
const maxTopicRunes = 40

var topicFolder = fold.New(fold.Width | fold.Case | fold.Traditional)

// tails may stand between the name of a number and the number.
var tails = func() [][]rune {
	var all [][]rune
	for _, w := range strings.Split("numbers,number,no.,no,id,code,ends in,ends with,end in,end with,i have,you have,on file,should be,would be,号码,号,码,数,'s,’s,是,为,is,was,:,：,=,#,，", ",") {
		all = append(all, []rune(w))
	}
	return all
}()

// tailEnd returns where tails that begin at at end.
func tailEnd(s []rune, at int) int {
	for {
		from := at
		for from < len(s) && (s[from] == ' ' || s[from] == '\t' || s[from] == '\n') {
			from++
		}
		next := at
		for _, w := range tails {
			if hasRunes(s[from:], w) {
				next = from + len(w)
				break
			}
		}
		if next == at {
			return at
		}
		at = next
	}
}

func hasRunes(s, prefix []rune) bool {
	return len(s) >= len(prefix) && slices.Equal(s[:len(prefix)], prefix)
}

// topicIn returns the last topic in text.
func topicIn(text string) topic {
	t, _ := topicBefore(text)
	return t
}

// topicBefore returns the last topic in text, and whether another number has
// been told since, and a sentence has ended.
func topicBefore(text string) (t topic, spent bool) {
	if text == "" {
		return none, false
	}
	var buf [maxTopicRunes]rune
	s := buf[:0]
	for _, r := range lastRunes(text, maxTopicRunes) {
		if folded, ok := topicFolder.Rune(r); ok {
			s = append(s, folded)
		}
	}
	best, end, length := none, -1, 0
	for to := len(s); to > 0; to-- {
		for _, w := range topicsEndingWith(s[to-1]) {
			at := to - len(w.word)
			if at < 0 || !slices.Equal(s[at:to], w.word) {
				continue
			}
			if w.word[0] < utf8.RuneSelf && (at > 0 && letter(s[at-1]) || to < len(s) && letter(s[to])) {
				continue
			}
			if e := tailEnd(s, to); e > end || e == end && e-at > length {
				best, end, length = w.topic, e, e-at
			}
		}
	}
	return best, best != none && spentIn(s[end:])
}

// spentIn reports whether a number stands in s, and a sentence ends.
func spentIn(s []rune) bool {
	digits, ended := 0, false
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '。', r == '.' && i+1 < len(s) && s[i+1] == ' ':
			ended = true
		case r >= hanTableBegin:
			if d, weak := numeralOf(r); d != 0 && !weak {
				digits++
			}
		}
	}
	return ended && digits >= 6
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' }

// lastBytes returns about the last n bytes of s.
func lastBytes(s string, n int) string {
	at := max(0, len(s)-n)
	for at < len(s) && !utf8.RuneStart(s[at]) {
		at++
	}
	return s[at:]
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
	if t, spent := topicBefore(text[:at]); t != none {
		return about{t, !spent}
	}
	if t := topicAfter(text[end:]); t != none {
		return about{t, t != aboutCard}
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

var after = regexp.MustCompile(`^[，,。.\s]{0,3}(?:这|这个|这是|是|is that|is this|is|that's|that is|it's)?\s*(?:我|我的|我[老先妻爱]\p{Han}|my|the|your)?\s*(?:correct|right)?\s*(?:的|这张)?\s*(发[个条]?短信|call me|text me|手机号?|电话|号码|银行卡号?|卡号?|身份证号?|(?:phone|mobile|cell|home|work|office|contact)(?: ?phone)?(?: number)?|card number|account number|订单号?|order number)`)

// afterBegins are the words that what after matches begins with in English.
var afterBegins = set(`is that's that it's my the your correct right call text phone mobile cell home work office contact card account order`)

func topicAfter(text string) topic {
	begin := strings.TrimLeft(text, "，,。. \t\n\r\f")
	if begin == "" {
		return none
	}
	if begin[0] < utf8.RuneSelf {
		n := 0
		for n < len(begin) && (alphabetic(begin[n]) || begin[n] == '\'') {
			n++
		}
		if !lookup(afterBegins, begin[:n]) {
			return none
		}
	}
	var buf [40]rune
	folded, names := buf[:0], false // names: it has a character that each of the names has one of
	for _, r := range firstRunes(text, len(buf)) {
		if r, ok := topicFolder.Rune(r); ok {
			folded = append(folded, r)
			switch r {
			case '机', '话', '码', '信', '卡', '证', '订', 'b', 'm':
				names = true
			}
		}
	}
	if !names {
		return none
	}
	m := after.FindStringSubmatch(string(folded))
	if m == nil {
		return none
	}
	if strings.HasPrefix(m[1], "发") {
		return aboutPhone
	}
	if m[1] == "卡" {
		return aboutCard
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
