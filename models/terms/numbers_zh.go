package terms

import (
	"strconv"
	"strings"
)

const (
	chineseDigits = "零一二三四五六七八九"
	// What is counted: before one of these 一 is a number, and not part of a
	// word such as 一样.
	measures = "个天日周年月小分点号次元块万千百折倍台件张人位岁层楼米公斤克秒套间本部双只条款项名成半期栋单星礼份种家辆箱包瓶道笔"
)

var chineseUnits = []float64{100, 1000, 10_000, 100_000_000}

func chineseDigit(s string) (int, bool) {
	switch s {
	case "两":
		return 2, true
	case "〇":
		return 0, true
	case "幺":
		return 1, true
	}
	if i := strings.Index(chineseDigits, s); i >= 0 && len(s) == 3 {
		return i / 3, true
	}
	return 0, false
}

func hanAt(tokens []token, i int) string {
	if i < len(tokens) && tokens[i].kind == Han {
		return tokens[i].text
	}
	return ""
}

// readChinese reads a number in Chinese numerals: 三千二百, 两百三, 一万二, 三零二六,
// 九点半, 百分之十.
func readChinese(tokens []token) ([]string, int) {
	if hanAt(tokens, 0) == "百" && hanAt(tokens, 1) == "分" && hanAt(tokens, 2) == "之" && len(tokens) > 3 {
		if r, n := readNumber(tokens[3:]); n > 0 {
			return r.Readings, 3 + n
		}
	}
	if hanAt(tokens, 0) == "半" && strings.Contains("个小年天", hanAt(tokens, 1)) && hanAt(tokens, 1) != "" {
		return []string{"0.5"}, 1
	}
	n := 0
	for n < len(tokens) && tokens[n].han&hanNumeral != 0 {
		n++
	}
	if n == 0 {
		return nil, 0
	}
	if n == 1 {
		next := hanAt(tokens, 1)
		if _, digit := chineseDigit(tokens[0].text); !digit && tokens[0].text != "十" {
			return nil, 0
		}
		if tokens[0].text == "一" || tokens[0].text == "零" {
			if next == "" || !strings.Contains(measures, next) {
				return nil, 0
			}
		}
		if tokens[0].text == "一" && next == "点" {
			// 一点 is mostly "a little".
			if after := hanAt(tokens, 2); after != "半" && after != "钟" && after != "之" && after != "到" && after != "前" {
				return nil, 0
			}
		}
	}
	value, ok := valueChinese(tokens[:n])
	if !ok {
		return nil, 0
	}
	if hanAt(tokens, n) == "点" {
		if r, k := clockChinese(value[0], tokens[n:]); k > 0 {
			return r, n + k
		}
	}
	return value, n
}

// valueChinese returns the value of numerals, or their digits where they are
// said one by one.
func valueChinese(tokens []token) ([]string, bool) {
	plain := true
	for _, t := range tokens {
		if _, digit := chineseDigit(t.text); !digit {
			plain = false
		}
	}
	if plain {
		s := ""
		for _, t := range tokens {
			d, _ := chineseDigit(t.text)
			s += strconv.Itoa(d)
		}
		return readingsOf(s), true
	}
	total, section, digit, last := 0, 0, -1, 0
	for i, t := range tokens {
		if d, ok := chineseDigit(t.text); ok {
			digit = d
			continue
		}
		unit := map[string]int{"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}[t.text]
		if unit >= 10_000 {
			if digit > 0 {
				section += digit
			}
			if section == 0 && i == 0 {
				return nil, false // 万一, 千万
			}
			total, section, digit = (total+section)*unit, 0, -1
		} else {
			if digit < 0 {
				if unit != 10 {
					return nil, false // 百分, 千万
				}
				digit = 1
			}
			section += digit * unit
			digit = -1
		}
		last = unit
	}
	if digit > 0 {
		// 一万二, 两百三: the last digit counts the next smaller unit.
		if before := tokens[len(tokens)-2].text; last > 10 && before != "零" && before != "〇" && before != "十" {
			digit *= last / 10
		}
		section += digit
	}
	return []string{strconv.Itoa(total + section)}, true
}

// clockChinese reads what follows an hour, from 点 on.
func clockChinese(hour string, tokens []token) ([]string, int) {
	if hanAt(tokens, 1) == "半" {
		return []string{hour + ":30"}, 2
	}
	n := 1
	for n < len(tokens) && tokens[n].han&hanNumeral != 0 {
		n++
	}
	if n > 1 {
		minutes, ok := valueChinese(tokens[1:n])
		if !ok {
			return nil, 0
		}
		if hanAt(tokens, n) == "分" || n > 2 {
			return []string{hour + ":" + pad(minutes[0])}, n
		}
		return []string{hour + "." + minutes[0]}, n
	}
	if n < len(tokens) && tokens[n].kind == Number && len(tokens[n].text) <= 2 {
		return []string{hour + ":" + pad(tokens[n].text)}, n + 1
	}
	return []string{hour, hour + ":00"}, 0 + 1
}

func pad(minutes string) string {
	if len(minutes) == 1 {
		return "0" + minutes
	}
	return minutes
}
