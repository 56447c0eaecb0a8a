package synth

import (
	"regexp"
	"strings"
	"unicode"

	"earshot/redact"
)

// leakDigits is how many digits of a longer secret in a row are a leak. What
// PCI DSS lets be shown, the last four, is none.
const leakDigits = 5

var placeholder = regexp.MustCompile(`\[[^\[\]]{1,20}\]`)

// Leaks reports whether the secret, or enough of it, can still be read in what
// is left of the conversation after masking.
func (c *Case) Leaks(texts []string) bool {
	if c.Secret == "" {
		return false
	}
	rest := placeholder.ReplaceAllString(strings.Join(texts, " \x00 "), "\x00")
	switch c.Kind {
	case redact.Email:
		name, _, _ := strings.Cut(c.Secret, "@")
		name, _, _ = strings.Cut(strings.NewReplacer(".", " ", "_", " ").Replace(name), " ")
		return strings.Contains(strings.ToLower(rest), name)
	case redact.Name:
		return strings.Contains(rest, c.Secret)
	case redact.Address: // neither half
		runes := []rune(c.Secret)
		half := len(runes) / 2
		return strings.Contains(rest, string(runes[:half])) || strings.Contains(rest, string(runes[half:]))
	}
	secret := onlyDigits(c.Secret)
	left := onlyDigits(rest)
	if len(secret) < 2*leakDigits-2 {
		return strings.Contains(left, secret)
	}
	for i := 0; i+leakDigits <= len(secret); i++ {
		if strings.Contains(left, secret[i:i+leakDigits]) {
			return true
		}
	}
	return false
}

var digitNames = map[string]string{"zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9"}

// onlyDigits reads the digits of a text, written or said one by one.
func onlyDigits(text string) string {
	var b strings.Builder
	word := ""
	flush := func() {
		b.WriteString(digitNames[strings.ToLower(word)])
		word = ""
	}
	for _, r := range text {
		if unicode.Is(unicode.Latin, r) {
			word += string(r)
			continue
		}
		flush()
		switch at := strings.IndexRune("零一二三四五六七八九", r); {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '０' && r <= '９':
			b.WriteRune(r - '０' + '0')
		case r == '幺':
			b.WriteByte('1')
		case at >= 0:
			b.WriteByte('0' + byte(at/3))
		}
	}
	flush()
	return b.String()
}
