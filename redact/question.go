package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models"
)

// question is the end of the turn that the other party said before; empty where
// this turn does more than answer.
type question string

// maxAnswer is how long a turn may be that does no more than answer, in bytes.
const maxAnswer = 90

// questionBefore returns what turn i may be the answer to.
func questionBefore(turns []models.Turn, i int) question {
	if i == 0 || len(turns[i].Text) > maxAnswer || turns[i].Party == turns[i-1].Party {
		return ""
	}
	return question(lastBytes(turns[i-1].Text, 120))
}

func (q question) has(words ...string) bool {
	return q != "" && slices.ContainsFunc(words, func(w string) bool { return strings.Contains(string(q), w) })
}

// Words may have a capital at the beginning, so it is left out.
func (q question) forName(han bool) bool {
	if han {
		return q.has("名", "贵姓", "称呼", "叫什么")
	}
	return q.has("our name", "ull name", "irst name", "ast name", "he name", "peaking with", "peaking to", "ho am i", "ho am I")
}

func (q question) forBirthday() bool {
	return q.has("birth", "Birth", "born", "生日", "出生", "哪年生")
}

func (q question) forPlate() bool { return q.has("plate", "Plate", "egistration", "ag number") }

// answerLeads may stand before a name that is an answer.
var answerLeads = strings.Fields(`名字是 名字叫 是 叫 姓名 好的 好 对 嗯 哦 噢 呃 啊 额 我 就 本人`)

// namedChinese returns the name that a clause of a Chinese answer is.
func namedChinese(text string) []found {
	s := simplify(text)
	if len(s) != len(text) {
		s = text
	}
	for from := 0; from < len(s); {
		end := from
		for end < len(s) {
			r, size := utf8.DecodeRuneInString(s[end:])
			if !unicode.Is(unicode.Han, r) {
				break
			}
			end += size
		}
		for cut := from; cut < end; {
			if to := announcedName(s[:end], cut); to > cut {
				return []found{{Name, cut, to}}
			}
			at := cut
			for _, lead := range answerLeads {
				if strings.HasPrefix(s[at:end], lead) {
					cut += len(lead)
					break
				}
			}
			if cut == at {
				break
			}
		}
		_, size := utf8.DecodeRuneInString(s[end:])
		from = end + size
	}
	return nil
}

// namedSmall returns the name in small letters that an answer ends with.
func namedSmall(text string) []found {
	words := fieldsAt(text, 0, len(strings.TrimRight(text, " .!?")))
	for k := max(0, len(words)-3); k < len(words); k++ {
		w := strings.Trim(words[k].text, ",.")
		if w == "" || notName[w] || answerWords[w] || !latin(rune(w[0])) || strings.ContainsAny(w, "0123456789") {
			continue
		}
		if (k == 0 || k+1 < len(words)) && !isWord(strings.Trim(words[len(words)-1].text, ",.")) {
			return []found{{Name, words[k].from, words[len(words)-1].to}}
		}
	}
	return nil
}

var answerWords = set(`yes yeah sure okay ok uh um oh well hi hello thanks thank no that's it's name`)
