package redact

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Type is a type of private data.
type Type string

// The types.
const (
	Card     Type = "card"
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
)

type kind struct {
	zh, en   string // in placeholders
	severity int    // of a finding
}

var kinds = map[Type]kind{
	Card: {"银行卡", "CARD", 2}, CardCode: {"安全码", "CARD_CODE", 3}, Expiry: {"有效期", "CARD_EXPIRY", 1},
	ID: {"身份证", "ID", 2}, Mobile: {"手机号", "MOBILE", 1}, Landline: {"座机", "PHONE", 1}, Email: {"邮箱", "EMAIL", 1},
	Plate: {"车牌", "PLATE", 1}, Passport: {"护照", "PASSPORT", 2}, IBAN: {"国际账号", "IBAN", 2}, SSN: {"社保号", "SSN", 2},
	Code: {"验证码", "CODE", 2}, Account: {"账号", "ACCOUNT", 1}, Order: {"订单号", "ORDER", 0},
	Name: {"姓名", "NAME", 0}, Address: {"地址", "ADDRESS", 1},
}

var (
	typeOf      = map[string]Type{}
	placeholder *regexp.Regexp
)

func init() {
	var names []string
	for t, k := range kinds {
		typeOf[k.zh], typeOf[k.en+"_"] = t, t
		names = append(names, k.zh, k.en+"_")
	}
	placeholder = regexp.MustCompile(`\[(` + strings.Join(names, "|") + `)([0-9]{1,4})\]`)
}

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

func placeholders(text string) []placed {
	if !strings.Contains(text, "[") {
		return nil
	}
	var out []placed
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		n, err := strconv.Atoi(text[m[4]:m[5]])
		if err != nil {
			continue
		}
		out = append(out, placed{kind: typeOf[text[m[2]:m[3]]], number: n, from: m[0], to: m[1]})
	}
	return out
}

// english reports whether text has no Chinese in it.
func english(text string) bool {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return true
}
