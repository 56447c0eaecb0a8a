package redact

import (
	"strconv"
	"strings"
	"time"
)

// luhn reports whether the last digit is the check digit of ISO/IEC 7812-1,
// annex B.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isCard reports whether digits can be the number of a payment card: length
// and first digits of an issuer, and the check digit.
func isCard(digits string) bool { return cardShape(digits) && luhn(digits) && !repeated(digits) }

func cardShape(d string) bool {
	n := len(d)
	if n < 12 || n > 19 {
		return false
	}
	two, _ := strconv.Atoi(d[:2])
	four, _ := strconv.Atoi(d[:4])
	switch {
	case two == 34 || two == 37:
		return n == 15
	case two == 36 || two == 38 || two == 30:
		return n == 14
	case d[0] == '4':
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720:
		return n == 16
	case two == 35:
		return n == 16
	case four == 2131, four == 1800: // the older numbers of JCB
		return n == 15
	case two == 62:
		return n >= 16
	case d[0] == '6', two == 50, two >= 56 && two <= 59:
		return n == 12 || n == 13 || n >= 16
	case two == 95, two == 90, two == 99, two == 94: // debit cards of Chinese banks
		return n >= 16
	}
	return false
}

func repeated(d string) bool { return strings.Count(d, d[:1]) == len(d) }

var (
	idWeights  = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	idProvince = map[string]bool{}
)

func init() {
	for _, p := range strings.Fields("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83") {
		idProvince[p] = true
	}
}

// isID reports whether s is a citizen's identity number of 18 characters,
// GB 11643-1999: province, date of birth and check character.
func isID(s string) bool {
	if len(s) != 18 || !idProvince[s[:2]] || !birthday(s[6:14]) {
		return false
	}
	sum := 0
	for i, w := range idWeights {
		sum += int(s[i]-'0') * w
	}
	return "10X98765432"[sum%11] == s[17]
}

// isOldID reports whether d has the form of the identity numbers of 15 digits
// that were issued until 1999.
func isOldID(d string) bool {
	return len(d) == 15 && idProvince[d[:2]] && birthday("19"+d[6:12])
}

// idShape reports whether d is 18 digits that begin as an identity number does.
func idShape(d string) bool { return len(d) == 18 && idProvince[d[:2]] && birthday(d[6:14]) }

// tollFree reports whether d is a number that anybody calls at no charge: it
// belongs to a company.
func tollFree(d string) bool {
	if len(d) == 11 && d[0] == '1' {
		d = d[1:]
	}
	if len(d) != 10 {
		return false
	}
	switch d[:3] {
	case "400", "800", "833", "844", "855", "866", "877", "888":
		return true
	}
	return false
}

func birthday(s string) bool {
	t, err := time.Parse("20060102", s)
	return err == nil && t.Year() >= 1900 && t.Year() <= 2099
}

// isMobile reports whether d is a mobile number of mainland China, with or
// without its country code, or of the United Kingdom.
func isMobile(d string) bool {
	switch {
	case len(d) == 13 && d[:2] == "86":
		d = d[2:]
	case len(d) == 15 && d[:4] == "0086":
		d = d[4:]
	case len(d) == 12 && d[:3] == "447":
		return true
	case len(d) == 11 && d[:2] == "07":
		return d[2] >= '1' && d[2] != '6'
	}
	return len(d) == 11 && d[0] == '1' && d[1] >= '3'
}

// isNANP reports whether d is a telephone number of the North American
// Numbering Plan.
func isNANP(d string) bool {
	if len(d) == 11 && d[0] == '1' {
		d = d[1:]
	}
	return len(d) == 10 && d[0] >= '2' && d[3] >= '2' && d[1:3] != "11" && d[4:6] != "11" && !tollFree(d)
}

// isLandline reports whether d is a fixed line of mainland China with its area
// code, or of the United Kingdom.
func isLandline(d string) bool {
	if len(d) >= 12 && d[:2] == "86" {
		d = "0" + d[2:]
	}
	if len(d) < 10 || d[0] != '0' {
		return false
	}
	switch {
	case d[:3] == "010" || d[1] == '2':
		return len(d) == 11 && d[3] >= '2'
	case d[1] >= '3':
		return (len(d) == 11 || len(d) == 12) && d[4] >= '2'
	case d[1] == '1':
		return len(d) == 11 // 01x of the United Kingdom
	}
	return false
}

// isSSN reports whether d can be a social security number of the United
// States.
func isSSN(d string) bool {
	return len(d) == 9 && d[:3] != "000" && d[:3] != "666" && d[0] != '9' && d[3:5] != "00" && d[5:] != "0000"
}

var ibanLength = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24,
	"DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
	"HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20,
	"LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29,
	"RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}

// isIBAN reports whether s, in capitals and without spaces, is an account
// number after ISO 13616: length of its country and remainder modulo 97.
func isIBAN(s string) bool {
	if len(s) < 15 || ibanLength[s[:2]] != len(s) {
		return false
	}
	rest := 0
	for _, c := range s[4:] + s[:4] {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}
