package redact

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Type is a type of private data.
type Type string

// The types.
const (
	Card     Type = "card"
	CardEnd  Type = "card_end" // its last digits, which may be said and kept
	CardCode Type = "card_code"
	Expiry   Type = "card_expiry"
	ID       Type = "id_number"
	Mobile   Type = "mobile"
	Landline Type = "landline"
	Email    Type = "email"
	Plate    Type = "plate"
	Passport Type = "passport"
	IBAN     Type = "iban"
	SSN      Type = "ssn"
	Code     Type = "code"
	Account  Type = "account"
	Order    Type = "order"
	Name     Type = "name"
	Address  Type = "address"
	Birthday Type = "birth_date"
	License  Type = "driver_license"
	IP       Type = "ip"
)

// The broad types say little about who somebody is, and much about the
// conversation, so they are masked only where Config.Also names them.
const (
	Place        Type = "place" // a city, a country
	Organization Type = "organization"
	Date         Type = "date"
	Age          Type = "age"
	Title        Type = "title" // Mr, 女士
	Group        Type = "group" // a nation, a religion
	URL          Type = "url"
)

type kind struct {
	zh, en   string // in placeholders
	severity int    // of a finding
	broad    bool
}

var kinds = map[Type]kind{
	Card: {zh: "银行卡", en: "CARD", severity: 2}, CardEnd: {zh: "卡尾号", en: "CARD_END", severity: 0}, CardCode: {zh: "安全码", en: "CARD_CODE", severity: 3}, Expiry: {zh: "有效期", en: "CARD_EXPIRY", severity: 1},
	ID: {zh: "身份证", en: "ID", severity: 2}, Mobile: {zh: "手机号", en: "MOBILE", severity: 1}, Landline: {zh: "座机", en: "PHONE", severity: 1}, Email: {zh: "邮箱", en: "EMAIL", severity: 1},
	Plate: {zh: "车牌", en: "PLATE", severity: 1}, Passport: {zh: "护照", en: "PASSPORT", severity: 2}, IBAN: {zh: "国际账号", en: "IBAN", severity: 2}, SSN: {zh: "社保号", en: "SSN", severity: 2},
	Code: {zh: "验证码", en: "CODE", severity: 2}, Account: {zh: "账号", en: "ACCOUNT", severity: 1}, Order: {zh: "订单号", en: "ORDER", severity: 0},
	Name: {zh: "姓名", en: "NAME", severity: 0}, Address: {zh: "地址", en: "ADDRESS", severity: 1},
	Birthday: {zh: "出生日期", en: "BIRTH_DATE", severity: 1}, License: {zh: "驾照", en: "LICENSE", severity: 1}, IP: {zh: "IP地址", en: "IP", severity: 0},
	Place: {zh: "地点", en: "PLACE", broad: true}, Organization: {zh: "机构", en: "ORGANIZATION", broad: true}, Date: {zh: "日期", en: "DATE", broad: true},
	Age: {zh: "年龄", en: "AGE", broad: true}, Title: {zh: "称谓", en: "TITLE", broad: true}, Group: {zh: "族群", en: "GROUP", broad: true}, URL: {zh: "网址", en: "URL", broad: true},
}

// typeOf tells types by what placeholders call them.
var typeOf = func() map[string]Type {
	m := map[string]Type{}
	for t, k := range kinds {
		m[k.zh], m[k.en+"_"] = t, t
	}
	return m
}()

// text returns the placeholder of number n.
func (t Type) text(n int, english bool) string {
	if english {
		return fmt.Sprintf("[%s_%d]", kinds[t].en, n)
	}
	return fmt.Sprintf("[%s%d]", kinds[t].zh, n)
}

// placed is a placeholder in a text.
type placed struct {
	kind     Type
	number   int
	from, to int
}

// longestPlaceholder is more bytes than any placeholder has.
const longestPlaceholder = 32

func placeholders(text string) []placed {
	var out []placed
	for at := 0; ; {
		n := strings.IndexByte(text[at:], '[')
		if n < 0 {
			return out
		}
		from := at + n
		at = from + 1
		n = strings.IndexByte(text[at:min(at+longestPlaceholder, len(text))], ']')
		if n < 0 {
			continue
		}
		name := strings.TrimRight(text[at:at+n], "0123456789")
		kind, known := typeOf[name]
		number, err := strconv.Atoi(text[at+len(name) : at+n])
		if !known || err != nil || n-len(name) > 4 {
			continue
		}
		at += n + 1
		out = append(out, placed{kind: kind, number: number, from: from, to: at})
	}
}

// firstHan is before all Chinese characters.
const firstHan = 0x2E80

// english reports whether text has no Chinese in it.
func english(text string) bool {
	for _, r := range text {
		if r >= firstHan && unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return true
}
