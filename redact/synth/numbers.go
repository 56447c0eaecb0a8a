package synth

import (
	"fmt"
	"math/big"
	"strings"

	"earshot/redact"
)

// number says how one type of private number is made, announced and asked for.
type number struct {
	kind        redact.Type
	language    string // in which it is said; empty: either
	make        func(Maker) string
	leads, asks map[string][]string
	writtenOnly bool

	// Forms of its own; nil: digits as digits are written and dictated.
	write func(Maker, string) string
	say   func(m Maker, secret, language string) string
}

var numbers = []number{
	{kind: redact.Card, make: Maker.Card,
		leads: map[string][]string{"zh": {"卡号是", "银行卡号", "我念一下", "信用卡", ""}, "en": {"my card number is ", "it's ", "the card is ", "visa ", ""}},
		asks:  map[string][]string{"zh": {"请报一下卡号", "麻烦说一下您的银行卡号"}, "en": {"What is your card number?", "can I get the long number on the front of the card"}}},
	{kind: redact.ID, language: "zh", make: Maker.ID,
		leads: map[string][]string{"zh": {"我的身份证号是", "身份证", "证件号码", ""}},
		asks:  map[string][]string{"zh": {"请提供一下身份证号", "您的身份证号码是多少"}}},
	{kind: redact.Mobile, language: "zh", make: Maker.mobileCN,
		leads: map[string][]string{"zh": {"我的电话是", "手机号", "你打", "", "回我电话就打"}},
		asks:  map[string][]string{"zh": {"您的手机号是多少", "留个联系电话吧"}}},
	{kind: redact.Mobile, language: "en", make: Maker.phoneUS,
		leads: map[string][]string{"en": {"my number is ", "call me at ", "the phone number is ", "you can reach me on "}},
		asks:  map[string][]string{"en": {"What's the best number to call you back?", "can I have your phone number"}}},
	{kind: redact.Mobile, language: "en", make: Maker.mobileUK,
		leads: map[string][]string{"en": {"my mobile is ", "call me on ", "it's "}},
		asks:  map[string][]string{"en": {"and your mobile number?"}}},
	{kind: redact.Landline, language: "zh", make: Maker.landline,
		leads: map[string][]string{"zh": {"座机是", "家里电话", "公司电话是"}},
		asks:  map[string][]string{"zh": {"座机号码多少"}}},
	{kind: redact.SSN, language: "en", make: Maker.SSN,
		leads: map[string][]string{"en": {"my social security number is ", "my social is ", "SSN "}},
		asks:  map[string][]string{"en": {"what is your social security number"}}},
	{kind: redact.CardCode, make: func(m Maker) string { return m.digits(3 + m.IntN(10)/9) },
		leads: map[string][]string{"zh": {"安全码是", "卡背面三位是", "CVV "}, "en": {"the cvv is ", "security code ", "the three digits on the back are "}},
		asks:  map[string][]string{"zh": {"请报一下安全码"}, "en": {"What is the security code?"}}},
	{kind: redact.Code, make: func(m Maker) string { return m.digits(4 + 2*m.IntN(2)) },
		leads: map[string][]string{"zh": {"验证码是", "收到的验证码"}, "en": {"the verification code is ", "the one-time code is ", "my pin is "}},
		asks:  map[string][]string{"zh": {"请告诉我验证码"}, "en": {"please read me the verification code"}}},
	{kind: redact.Account, make: func(m Maker) string { return m.pick("1", "2", "8") + m.digits(7) },
		leads: map[string][]string{"zh": {"我的账号是", "会员号", "保单号是"}, "en": {"my account number is ", "policy number ", "membership number is "}},
		asks:  map[string][]string{"zh": {"您的账号是多少"}, "en": {"could you give me your account number"}}},
	{kind: redact.IBAN, make: Maker.iban, writtenOnly: true, write: (Maker).writeIBAN, say: func(_ Maker, s, _ string) string { return s },
		leads: map[string][]string{"zh": {"IBAN是", "国际账号 "}, "en": {"my IBAN is ", "pay it to ", "IBAN: "}},
		asks:  map[string][]string{"zh": {"请提供IBAN"}, "en": {"what is the IBAN"}}},
	{kind: redact.Passport, make: Maker.passport, write: func(_ Maker, s string) string { return s }, say: sayLetters,
		leads: map[string][]string{"zh": {"护照号是", "护照"}, "en": {"my passport number is ", "passport "}},
		asks:  map[string][]string{"zh": {"护照号码多少"}, "en": {"your passport number please"}}},
	{kind: redact.Plate, language: "zh", make: Maker.plate, write: Maker.writePlate, say: sayLetters,
		leads: map[string][]string{"zh": {"车牌是", "车牌号", "我的车是"}},
		asks:  map[string][]string{"zh": {"车牌号多少"}}},
	{kind: redact.Email, make: Maker.email, write: func(_ Maker, s string) string { return s }, say: sayEmail,
		leads: map[string][]string{"zh": {"邮箱是", "发到", "我的邮箱 "}, "en": {"my email is ", "send it to ", "it's "}},
		asks:  map[string][]string{"zh": {"邮箱地址是什么"}, "en": {"what is your email address"}}},
}

// Card makes the number of a payment card with a check digit after Luhn.
func (m Maker) Card() string {
	prefix := m.pick("4", "51", "53", "55", "2221", "2720", "6222", "6228", "6217", "6236", "37", "34", "6011")
	n := 16
	switch {
	case prefix[0] == '3':
		n = 15
	case strings.HasPrefix(prefix, "62") && m.chance(60):
		n = 19
	}
	body := prefix + m.digits(n-len(prefix)-1)
	double, sum := true, 0
	for i := len(body) - 1; i >= 0; i-- {
		d := int(body[i] - '0')
		if double {
			d = d*2/10 + d*2%10
		}
		sum += d
		double = !double
	}
	return body + fmt.Sprint((10-sum%10)%10)
}

// ID makes a Chinese identity number; its check character makes the weighted
// sum 1 modulo 11 (ISO 7064, MOD 11-2).
func (m Maker) ID() string {
	body := m.pick("110105", "310115", "440305", "510107", "330106", "420111", "610113", "320106") + m.birthday() + m.digits(3)
	rest := 0
	for _, c := range body {
		rest = (rest + int(c-'0')) * 2 % 11
	}
	return body + string("0123456789X"[(12-rest)%11])
}

func (m Maker) mobileCN() string {
	return "1" + m.pick("3", "5", "7", "8", "9") + m.digits(9)
}

func (m Maker) phoneUS() string {
	area := m.pick("212", "415", "617", "305", "702", "206", "512", "919", "303", "646")
	return area + m.pick("2", "3", "4", "5", "6", "7", "9") + m.pick("0", "2", "3", "5", "8") + m.digits(5)
}

func (m Maker) mobileUK() string { return "07" + m.pick("4", "5", "7", "8", "9") + m.digits(8) }

func (m Maker) landline() string {
	return m.pick("010", "021", "028", "025") + m.pick("2", "3", "5", "6", "8") + m.digits(7)
}

// SSN makes a social security number that could have been issued.
func (m Maker) SSN() string {
	for {
		area, group, serial := 1+m.IntN(899), 1+m.IntN(99), 1+m.IntN(9999)
		if area != 666 {
			return fmt.Sprintf("%03d%02d%04d", area, group, serial)
		}
	}
}

// iban makes an account number whose remainder modulo 97 is 1 (ISO 13616).
func (m Maker) iban() string {
	country, bban := "DE", m.digits(18)
	switch m.IntN(4) {
	case 0:
		country, bban = "GB", m.pick("NWBK", "BARC", "HBUK")+m.digits(14)
	case 1:
		country, bban = "FR", m.digits(23)
	case 2:
		country, bban = "NL", m.pick("ABNA", "INGB")+m.digits(10)
	}
	numeric := ""
	for _, c := range bban + country + "00" {
		if c >= 'A' {
			numeric += fmt.Sprint(c - 'A' + 10)
		} else {
			numeric += string(c)
		}
	}
	n, _ := new(big.Int).SetString(numeric, 10)
	rest := new(big.Int).Mod(n, big.NewInt(97)).Int64()
	return fmt.Sprintf("%s%02d%s", country, 98-rest, bban)
}

func (m Maker) writeIBAN(s string) string {
	if m.chance(50) {
		return s
	}
	var groups []string
	for ; len(s) > 4; s = s[4:] {
		groups = append(groups, s[:4])
	}
	return strings.Join(append(groups, s), " ")
}

func (m Maker) passport() string { return m.pick("E", "G", "EA", "EK")[:1] + m.digits(8) }

const plateLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ"

func (m Maker) plate() string {
	tail := m.digits(4)
	at := m.IntN(5)
	tail = tail[:at] + string(plateLetters[m.IntN(len(plateLetters))]) + tail[at:]
	return m.pick("京", "沪", "粤", "浙", "苏", "川", "鄂", "鲁", "陕", "湘") + string(plateLetters[m.IntN(8)]) + tail
}

func (m Maker) writePlate(s string) string {
	r := []rune(s)
	return string(r[:2]) + m.pick("", "·", " ", "-") + string(r[2:])
}

func (m Maker) email() string {
	name := m.pick("john", "anna", "li", "zhangwei", "maria", "sam", "chen", "wang", "kate", "tom") + m.pick(".", "_", "") + m.pick("smith", "lee", "x", "brown", "q", "huang", "jones") + m.pick("", m.digits(2), m.digits(4))
	return name + "@" + m.pick("gmail.com", "qq.com", "163.com", "outlook.com", "example.org", "hotmail.com", "company.co.uk", "sina.cn")
}
