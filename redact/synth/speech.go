package synth

import (
	"strings"

	"earshot/models"
)

// dictate has a customer say digits: in groups, with pauses, fillers and
// corrections, in one turn or over several with the other party's "okay"
// between, and now and then heard wrong.
func (m Maker) dictate(lead, secret, language string) []models.Turn {
	groups := m.groups(secret)
	if len(secret) <= 8 {
		groups = []string{secret}
	}
	said := make([]string, len(groups))
	for i, g := range groups {
		said[i] = m.say(g, language, i)
	}
	if m.chance(12) { // a group said wrong, taken back, and said again
		i := m.IntN(len(said))
		wrong := m.say(m.digits(len(groups[i])), language, i)
		fix := m.pick("，不对，", "，不对不对，应该是", "，说错了，", "，哦不，")
		if language == "en" {
			fix = m.pick(", no sorry, ", ", sorry that's ", ", I mean ", " no wait ", ", sorry, that's ")
		}
		said[i] = wrong + fix + said[i]
	}
	pause := m.pick("", "，", "，", "，呃，", "，然后", "。", " ")
	if language == "en" {
		pause = m.pick(" ", ", ", ", ", ", uh, ", ". ", ", and then ", " um ")
	}
	if len(said) > 1 && m.chance(25) {
		return m.overTurns(lead, said, pause, language)
	}
	return []models.Turn{{Party: models.Customer, Text: lead + strings.Join(said, pause)}}
}

// overTurns splits what is said over turns of the customer, with short answers
// of the agent between, some of which say the group again.
func (m Maker) overTurns(lead string, said []string, pause, language string) []models.Turn {
	turns := []models.Turn{{Party: models.Customer, Text: lead}}
	echo := m.chance(30)
	for i, g := range said {
		last := &turns[len(turns)-1]
		last.Text += g
		if i == len(said)-1 {
			break
		}
		if m.chance(40) {
			last.Text += pause
			continue
		}
		answer := m.pick("嗯", "好的", "嗯嗯", "对", "您说", "好，继续")
		if language == "en" {
			answer = m.pick("okay", "mhm", "yes", "uh huh", "Right.", "go ahead", "Got it.")
		}
		if echo {
			answer = g
		}
		turns = append(turns, models.Turn{Party: models.Agent, Text: answer}, models.Turn{Party: models.Customer})
	}
	return turns
}

// say says one group of digits.
func (m Maker) say(digits, language string, group int) string {
	if language == "zh" {
		return m.sayZH(digits, group)
	}
	return m.sayEN(digits)
}

var (
	numeralsZH = map[byte][]string{'0': {"零", "零", "零", "〇", "洞"}, '1': {"幺", "一", "幺"}, '2': {"二", "二", "两"}, '3': {"三"}, '4': {"四"}, '5': {"五"}, '6': {"六"}, '7': {"七", "七", "拐"}, '8': {"八"}, '9': {"九"}, 'X': {"X", "叉"}}
	slipsZH    = map[byte][]string{'1': {"腰", "要", "妖"}, '0': {"林", "灵", "凌"}, '2': {"而", "儿"}, '4': {"是", "似"}, '5': {"武", "午"}, '6': {"流", "刘"}, '7': {"期", "妻"}, '8': {"吧", "把"}, '9': {"酒", "就"}}
	wordsEN    = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	slipsEN    = map[byte][]string{'0': {"oh", "o"}, '1': {"won"}, '2': {"to", "too"}, '4': {"for", "fore"}, '8': {"ate"}, '6': {"sex"}}
	teens      = []string{"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens       = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
)

func (m Maker) sayZH(digits string, group int) string {
	var b strings.Builder
	slip := -1
	if m.chance(10) && len(digits) > 2 { // one, and not at the ends: the words beside it may make another word of it
		slip = 1 + m.IntN(len(digits)-2)
	}
	for i := range len(digits) {
		d := digits[i]
		if wrong := slipsZH[d]; i == slip && len(wrong) > 0 {
			b.WriteString(m.pick(wrong...))
			continue
		}
		ways := numeralsZH[d]
		if group == 0 && i == 0 { // nobody begins with the words of radio
			ways = ways[:1]
		}
		b.WriteString(m.pick(ways...))
	}
	return b.String()
}

func (m Maker) sayEN(digits string) string {
	var said []string
	pairs := m.chance(10) && len(digits)%2 == 0
	for i := 0; i < len(digits); i++ {
		d := digits[i]
		same := 1
		for i+same < len(digits) && digits[i+same] == d {
			same++
		}
		inside := i > 0 && i+1 < len(digits)
		switch {
		case d == 'X':
			said = append(said, "x")
		case pairs && i%2 == 0 && d != '0' && digits[i+1] != 'X':
			said = append(said, m.pair(digits[i:i+2]))
			i++
		case same >= 3 && m.chance(50):
			said = append(said, "triple "+wordsEN[d-'0'])
			i += 2
		case same >= 2 && m.chance(50):
			said = append(said, "double "+wordsEN[d-'0'])
			i++
		case i+4 == len(digits) && digits[i+1:] == "000" && d != '0':
			said = append(said, wordsEN[d-'0']+" thousand")
			i += 3
		case i+3 == len(digits) && digits[i+1:] == "00" && d != '0' && m.chance(50):
			said = append(said, wordsEN[d-'0']+" hundred")
			i += 2
		case inside && d == '0' && m.chance(40):
			said = append(said, "oh")
		case inside && m.chance(3) && len(slipsEN[d]) > 0:
			said = append(said, m.pick(slipsEN[d]...))
		default:
			said = append(said, wordsEN[d-'0'])
		}
	}
	return strings.Join(said, " ")
}

// pair says two digits as one number: forty one, eleven.
func (m Maker) pair(d string) string {
	switch {
	case d[0] == '1':
		return teens[d[1]-'0']
	case d[1] == '0':
		return tens[d[0]-'0']
	}
	return tens[d[0]-'0'] + m.pick(" ", "-") + wordsEN[d[1]-'0']
}

// sayLetters says letters as they are and digits in words.
func sayLetters(m Maker, secret, language string) string {
	var b strings.Builder
	for _, r := range secret {
		switch {
		case r >= '0' && r <= '9' && language == "zh":
			b.WriteString(m.pick(numeralsZH[byte(r)][:min(2, len(numeralsZH[byte(r)]))]...))
		case r >= '0' && r <= '9':
			b.WriteString(" " + wordsEN[r-'0'])
		default:
			if language == "en" && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// sayEmail says an address: "john dot smith at gmail dot com", 艾特, 点.
func sayEmail(m Maker, secret, language string) string {
	if language == "zh" {
		return strings.NewReplacer("@", m.pick("艾特", " at ", "@"), ".", m.pick("点", " 点 "), "_", "下划线").Replace(secret)
	}
	name, host, _ := strings.Cut(secret, "@")
	words := func(s string) string {
		return strings.NewReplacer(".", " dot ", "_", " underscore ").Replace(s)
	}
	digits := strings.IndexAny(name, "0123456789")
	if digits >= 0 && m.chance(50) { // digits one by one
		spoken := []string{}
		for _, d := range name[digits:] {
			spoken = append(spoken, wordsEN[d-'0'])
		}
		return words(name[:digits]) + " " + strings.Join(spoken, " ") + " at " + words(host)
	}
	return words(name) + " at " + words(host)
}

// NearMiss makes a case with a number that only looks private: a wrong check
// digit, an amount, a date, the number of an order or a parcel.
func (m Maker) NearMiss() Case {
	c := Case{Language: "zh", Channel: models.WebChat}
	text := ""
	switch m.IntN(11) {
	case 0:
		text = m.pick("卡号 ", "my card is ", "流水 ", "") + m.bump(m.Card())
	case 1:
		text = m.pick("身份证 ", "") + m.bump(m.ID())
	case 2:
		text = m.pick("订单总额 ", "一共 ", "the total is ", "balance ") + m.digits(6) + "." + m.digits(2) + m.pick(" 元", " dollars")
	case 3:
		text = m.pick("订单号", "运单号 ", "order number ", "tracking number ") + m.Card()
	case 4:
		text = m.pick("¥", "$", "€") + m.pick("1", "7") + m.digits(2) + "," + m.digits(3) + "," + m.digits(3)
	case 5:
		text = m.pick("2026年1月15日 08:30", "on 2026-11-25 at 16:04", "12/03/2025 at 9:45 am", "2025年12月31日下午3点20分")
	case 6:
		text = m.pick("编号 ", "serial ", "型号") + m.digits(20+m.IntN(4))
	case 7:
		text = m.pick("快递单号", "单号 ", "reference ") + m.mobileCN() + m.digits(3)
	case 8:
		text = m.pick("一共三千五百二十块", "买了两个一个坏了", "第三百二十八页", "it costs one hundred twenty three dollars", "two or three of them, four at most", "one two three, testing", "三点一四", "每个月九十九块，一年一千一百八十八")
	case 9:
		text = m.pick("拨打400-820-8820", "call 1-800-555-0199", "version 10.4.2.1187", "房间 1203", "第 12345 号工单", "error 0x80070005", "序列号 20240115000123")
	default:
		text = m.pick("GB", "DE") + m.digits(2) + " is the aisle, shelf " + m.digits(4)
	}
	if !strings.ContainsAny(text, "卡身订运编型快单一买第三每拨房序流额号年") {
		c.Language = "en"
	}
	c.Turns = []models.Turn{{Party: models.Customer, Text: text}}
	return c
}

// bump makes the check digit wrong.
func (m Maker) bump(s string) string {
	last := s[len(s)-1]
	for {
		if c := "0123456789"[m.IntN(10)]; c != last && !(last == 'X' && len(s) == 18) || last == 'X' {
			return s[:len(s)-1] + string(c)
		}
	}
}
