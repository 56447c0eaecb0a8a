package nlp

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"earshot/models/needle"
	"earshot/models/search"
)

// due is a time limit as somebody said it.
type due struct {
	from, to int // bytes of the sentence
	english  bool
	score    float64

	amount   int    // of the unit, where the limit is a length of time
	unit     string // minute, hour, day, workday, week, month
	day      string // today, tomorrow, after tomorrow, monday …, week, month
	nextWeek bool
	hour     int  // of the day, where one was said; -1: the end of it
	soon     bool // it is to come, but nobody said when
	then     int  // where what is done ends, if it was found with the limit
	date     int  // of the month, where one was said
	month    time.Month
}

const numberEN = `\d+|half an|half a|a|an|the|next|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty[- ]eight|forty|seventy[- ]two|sixty|ninety|twenty[- ]four|a couple of|couple of|couple|a few|few`

var (
	lengthZH = regexp.MustCompile(`(?:最多|最晚|大概|大约|预计|在)?(?:(\d+|[一二两三四五六七八九十]+|半)(?:-|~|到|至))?(\d+|[一二两三四五六七八九十]+|半)\s*(?:个)?\s*(工作日|小时|钟头|分钟|天|日|周|星期|礼拜|月)(?:时间)?(?:之内|以内|内|之后|以后|左右|后)`)
	// A length with no word for its end is a limit where what is done follows.
	bareZH   = regexp.MustCompile(`(?:(\d+|[一二两三四五六七八九十]+|半)(?:-|~|到|至))?(\d+|[一二两三四五六七八九十]+|半)\s*(?:个)?\s*(工作日|小时|钟头|分钟|天)(?:时间)?(?:就|会|能|可以|便|即可)*(原路|自动|陆续|冲|返|退|到(?:[^晚底时处场头了]|$)|送|上门|出结果|结案|办结|办好|给您|给你|联系您|联系你|回复|答复|反馈|生效|恢复|通知|短信|寄|发货|打款|下款|放款)`)
	dayZH    = regexp.MustCompile(`(下周|下星期|下礼拜|本周|这周|这个星期)?(今天|今晚|今日|明天|明早|明晚|明日|后天|周[一二三四五六日天]|星期[一二三四五六日天]|礼拜[一二三四五六日天]|月底|周末|本周|这周|下周)(早上|上午|中午|下午|晚上)?(\d{1,2}|[一二三四五六七八九十]{1,3})?点?(?:下班)?(之前|以前|前|内|之内|以内)?`)
	hourZH   = regexp.MustCompile(`(早上|上午|中午|下午|晚上|夜里)?(\d{1,2}|[一二三四五六七八九十]{1,3})点(?:半|钟)?(?:之前|以前|前|左右|就|会|能)`)
	lengthEN = regexp.MustCompile(`\b(?:within|in|over|inside)(?: the)?(?: next)?(?: maximum of| about| around| up to)? (?:(?:` + numberEN + `)(?:-| to | or ))?(` + numberEN + `)[- ]?(business |working |calendar |full )?(minute|hour|day|week|month)s?\b`)
	dayEN    = regexp.MustCompile(`\b(by|before|on|no later than|until)? ?(?:the )?(end of (?:the |this )?(?:day|business|play|shift|week|month)|close of (?:business|play)|eod|cob|end of today|later today|today|tonight|this afternoon|this evening|first thing|weekend|tomorrow|(?:next |this )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|next week|this week|noon|midday|lunchtime)(?: (morning|noon|afternoon|evening|night))?(?: (?:at|by|before|between|from|around|after) (\d{1,2})(?::\d\d)? ?(am|pm)?)?\b`)
	clockEN  = regexp.MustCompile(`\b(by|before|until|no later than|at|around|between) (?:about |around )?(half (?:past )?)?(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(:\d\d)?(?: ?(am|pm|a\.m\.|p\.m\.|o'clock))?`)
	dateEN   = regexp.MustCompile(`\b(?:by|before|on|no later than|until) (?:the )?(?:(\d{1,2})(?:st|nd|rd|th)(?: of)?(?: (january|february|march|april|may|june|july|august|september|october|november|december))?|(january|february|march|april|may|june|july|august|september|october|november|december) (\d{1,2})(?:st|nd|rd|th)?)\b`)
)

// soonZH is a promise of what is soon done, or will be, without a time.
var soonZH = regexp.MustCompile(`(稍后|稍候|随后|尽快|待会|一会儿|回头|晚点|届时|到时候|一有消息|一有结果|有消息|有结果|第一时间|会|将)[^,.;!?。]{0,12}?(?:短信|发送?[到给至]您|给您发|联系[您你]|回电|回个?电话|回复[您你]|答复|给[您你]回|打给[您你]|给[您你]打|打电话|通知[您你]|寄[给到过]|补寄|补发|送[到过上]|上门|派[人车师]|反馈给[您你]|退[回到给还您]|到账|打[您你]电话)`)

// dueForms finds which of the forms of a time limit a text may hold.
var dueForms = needle.NewSifter(lengthZH, lengthEN, dayZH, dayEN, clockEN, dateEN, bareZH, soonZH, hourZH)

// The forms, as dueForms numbers them.
const (
	isLengthZH = 1 << iota
	isLengthEN
	isDayZH
	isDayEN
	isClockEN
	isDateEN
	isBareZH
	isSoonZH
	isHourZH
)

// longestDayLead is more bytes than stand in a day before the words of dueForms.
const longestDayLead = 48

// findDue returns the first time limit in bytes start to end of folded text, in
// which dueForms found words.
func findDue(text string, start, end int, words []search.Match) (due, bool) {
	s, forms := text[start:end], dueForms.Within(words, start, end)
	try := func(form uint16, re *regexp.Regexp) []int {
		if forms&form == 0 {
			return nil
		}
		// No form goes over a comma.
		for from := 0; from < len(s); {
			to := len(s)
			if n := strings.IndexByte(s[from:], ','); n >= 0 {
				to = from + n
			}
			if first := dueForms.First(words, start+from, start+to, form); first >= 0 {
				if form&(isDayZH|isDayEN|isClockEN|isDateEN) != 0 {
					from = max(from, first-start-longestDayLead)
					for !utf8.RuneStart(s[from]) {
						from--
					}
				}
				if m := re.FindStringSubmatchIndex(s[from:to]); m != nil {
					return shifted(m, from)
				}
			}
			from = to + 1
		}
		return nil
	}
	m, bare := try(isLengthZH, lengthZH), false
	if m == nil {
		if m, bare = try(isBareZH, bareZH), true; m != nil {
			m[1] = m[8]
		}
	}
	if m != nil {
		d := due{from: m[0], to: m[1], score: 0.95, hour: -1}
		if bare {
			d.score, d.then = 0.8, m[9]
		}
		n, half := numberZH(s[m[4]:m[5]])
		d.amount, d.unit = n, map[string]string{"工作日": "workday", "小时": "hour", "钟头": "hour", "分钟": "minute", "天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month"}[s[m[6]:m[7]]]
		if half {
			switch d.unit {
			case "hour":
				d.amount, d.unit = 30, "minute"
			case "day":
				d.amount, d.unit = 12, "hour"
			case "month":
				d.amount, d.unit = 15, "day"
			default:
				return due{}, false
			}
		}
		// 在, 大概 and the like are not part of the limit.
		for _, lead := range []string{"在", "最多", "最晚", "大概", "大约", "预计"} {
			if strings.HasPrefix(s[d.from:d.to], lead) {
				d.from += len(lead)
			}
		}
		return d, d.amount > 0
	}
	if m := try(isLengthEN, lengthEN); m != nil {
		d := due{from: m[0], to: m[1], score: 0.95, english: true, hour: -1, unit: s[m[6]:m[7]]}
		d.amount = numberWordEN(s[m[2]:m[3]])
		switch s[m[2]:m[3]] {
		case "half an":
			d.amount, d.unit = 30, "minute"
		case "half a":
			d.amount, d.unit = 12, "hour"
		case "the":
			if !strings.HasPrefix(s[m[0]:], "within") && !strings.HasPrefix(s[m[0]:], "inside") {
				d.amount = 0 // in the week before, over the month
			}
		}
		if m[4] >= 0 && d.unit == "day" && (strings.HasPrefix(s[m[4]:], "business") || strings.HasPrefix(s[m[4]:], "working")) {
			d.unit = "workday"
		}
		if d.amount > 0 {
			return d, true
		}
	}
	if m := try(isDateEN, dateEN); m != nil {
		if d, ok := dateDueEN(s, m); ok {
			return d, true
		}
	}
	if m := try(isDayZH, dayZH); m != nil {
		return dayDueZH(s, m), true
	}
	if m := try(isDayEN, dayEN); m != nil {
		return dayDueEN(s, m), true
	}
	if m := try(isClockEN, clockEN); m != nil {
		if d, ok := clockDueEN(s, m); ok {
			return d, true
		}
	}
	if m := try(isHourZH, hourZH); m != nil {
		return hourDueZH(s, m), true
	}
	if m := try(isSoonZH, soonZH); m != nil {
		return due{from: m[2], to: m[3], score: 0.6, hour: -1, soon: true}, true
	}
	return due{}, false
}

// shifted adds to the places of a match.
func shifted(m []int, by int) []int {
	for i := range m {
		if m[i] >= 0 {
			m[i] += by
		}
	}
	return m
}

func group(s string, m []int, n int) string {
	if m[2*n] < 0 {
		return ""
	}
	return s[m[2*n]:m[2*n+1]]
}

func dayDueZH(s string, m []int) due {
	d := due{from: m[0], to: m[1], score: 0.7, hour: -1, nextWeek: strings.HasPrefix(group(s, m, 1), "下")}
	if group(s, m, 5) != "" {
		d.score = 0.9
	}
	word := group(s, m, 2)
	switch word {
	case "今天", "今晚", "今日":
		d.day = "today"
	case "明天", "明早", "明晚", "明日":
		d.day = "tomorrow"
	case "后天":
		d.day = "after tomorrow"
	case "月底":
		d.day = "month"
	case "本周", "这周":
		d.day = "week"
	case "下周":
		d.day, d.nextWeek = "week", true
	case "周末":
		d.day = "sunday"
	default:
		d.day = map[string]string{"一": "monday", "二": "tuesday", "三": "wednesday", "四": "thursday", "五": "friday", "六": "saturday", "日": "sunday", "天": "sunday"}[word[len(word)-3:]]
	}
	part := group(s, m, 3)
	if h := group(s, m, 4); h != "" {
		d.hour, _ = numberZH(h)
		if (part == "下午" || part == "晚上") && d.hour < 12 {
			d.hour += 12
		}
	} else if h, ok := map[string]int{"早上": 10, "上午": 12, "中午": 13, "下午": 18}[part]; ok {
		d.hour = h
	}
	if d.hour > 23 {
		d.hour = -1
	}
	return d
}

// hourDueZH is an hour of this day: without its part of the day, which half is
// meant is not known, and the end of the day is what can be said.
func hourDueZH(s string, m []int) due {
	d := due{from: m[0], to: m[1], score: 0.8, hour: -1, day: "today"}
	part := group(s, m, 1)
	h, _ := numberZH(group(s, m, 2))
	switch {
	case h > 23:
	case h > 12 || part == "早上" || part == "上午":
		d.hour = h
	case part != "":
		d.hour = h%12 + 12
	}
	return d
}

func dayDueEN(s string, m []int) due {
	d := due{from: m[0], to: m[1], score: 0.7, hour: -1, english: true}
	for d.from < d.to && s[d.from] == ' ' {
		d.from++
	}
	if lead := group(s, m, 1); lead != "" && lead != "on" {
		d.score = 0.9
	}
	word := group(s, m, 2)
	switch {
	case strings.HasSuffix(word, "week"):
		d.day, d.nextWeek = "week", strings.HasPrefix(word, "next")
	case strings.HasSuffix(word, "month"):
		d.day = "month"
	case word == "tomorrow":
		d.day = "tomorrow"
	case word == "noon" || word == "midday" || word == "lunchtime":
		d.day, d.hour = "today", 12
	case word == "weekend":
		d.day = "sunday"
	case word == "first thing":
		d.day, d.hour = "tomorrow", 10
	case word == "this afternoon":
		d.day, d.hour, d.score = "today", 18, 0.9
	case word == "this evening" || word == "later today":
		d.day, d.score = "today", 0.9
	case strings.HasSuffix(word, "day") && !strings.Contains(word, "end of") && word != "today":
		d.nextWeek = strings.HasPrefix(word, "next ")
		d.day = strings.TrimPrefix(strings.TrimPrefix(word, "next "), "this ")
	default:
		d.day = "today"
		if word == "close of business" || word == "cob" || strings.HasSuffix(word, "business") {
			d.hour = 18
		}
	}
	if h := group(s, m, 4); h != "" {
		d.hour, _ = strconv.Atoi(h)
		if group(s, m, 5) == "pm" && d.hour < 12 {
			d.hour += 12
		}
	} else if h, ok := map[string]int{"morning": 12, "noon": 12, "afternoon": 18}[group(s, m, 3)]; ok {
		d.hour = h
	}
	if d.hour > 23 {
		d.hour = -1
	}
	return d
}

// dateDueEN returns the day of a month that was said, within the year that follows.
func dateDueEN(s string, m []int) (due, bool) {
	d := due{from: m[0], to: m[1], score: 0.9, hour: -1, english: true}
	day, month := group(s, m, 1), group(s, m, 2)
	if day == "" {
		day, month = group(s, m, 4), group(s, m, 3)
	}
	d.date, _ = strconv.Atoi(day)
	for i := time.January; i <= time.December; i++ {
		if strings.EqualFold(i.String(), month) {
			d.month = i
		}
	}
	d.day = strings.TrimSpace(day + " " + month)
	return d, d.date >= 1 && d.date <= 31
}

// clockDueEN returns an hour that was said without a day. One to seven are taken
// as hours of the afternoon, when nothing says which.
func clockDueEN(s string, m []int) (due, bool) {
	d := due{from: m[0], to: m[1], score: 0.8, day: "today", english: true}
	d.hour = numberWordEN(group(s, m, 3))
	mark := group(s, m, 5)
	after := strings.TrimLeft(s[d.to:], " ")
	ends := after == "" || strings.ContainsRune(".,;!?", rune(after[0])) || strings.HasPrefix(after, "and ") || strings.HasPrefix(after, "to ") || strings.HasPrefix(after, "so ") || strings.HasPrefix(after, "at the latest")
	named := group(s, m, 3)[0] > '9' // five, not 5
	switch lead := group(s, m, 1); {
	case mark != "" || group(s, m, 4) != "":
	case !ends:
		return due{}, false // by five percent, before two weeks are over
	case !named && (lead == "at" || lead == "around" || lead == "between"):
		return due{}, false // at 5
	}
	switch {
	case d.hour > 12 && group(s, m, 4) == "":
		return due{}, false
	case strings.HasPrefix(mark, "p") && d.hour < 12, mark != "" && mark[0] == 'o' && d.hour < 8, mark == "" && d.hour < 8:
		d.hour += 12
	}
	return d, d.hour <= 23
}

// numberZH reads a number up to 99 in digits or Chinese numerals; half is set
// for 半.
func numberZH(s string) (n int, half bool) {
	if s == "半" {
		return 1, true
	}
	if n, err := strconv.Atoi(s); err == nil {
		return min(n, 10_000), false
	}
	tens, ones := 0, 0
	for _, r := range s {
		if r == '十' {
			tens, ones = max(ones, 1), 0
			continue
		}
		if i := strings.IndexRune("一二三四五六七八九", r); i >= 0 {
			ones = i/3 + 1
		} else if r == '两' {
			ones = 2
		}
	}
	return tens*10 + ones, false
}

func numberWordEN(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return min(n, 10_000)
	}
	return map[string]int{"a": 1, "an": 1, "the": 1, "next": 1, "one": 1, "two": 2, "a couple of": 2, "couple of": 2, "couple": 2, "three": 3, "a few": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
		"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "twenty four": 24, "twenty-four": 24, "thirty": 30, "forty": 40,
		"forty eight": 48, "forty-eight": 48, "sixty": 60, "seventy two": 72, "seventy-two": 72, "ninety": 90}[s]
}
