package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"earshot/models/fold"
)

func simplify(s string) string { return fold.Simplify(s) }

const (
	streetEnd = `(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Parkway|Pkwy|Highway|Hwy|Crescent|Close|Gardens|Way|Walk|Row|Circle|Trail|Alley|Plaza|Route|Mews|Grove|Hill|Heights|Bypass|Extensions?|Rapids|Junctions?|Crossing|Turnpike|Causeway)`
	unit      = `(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Rm|Floor|Box|PMB)\.?\s*#?\s*[0-9A-Z][0-9A-Za-z-]*)`
	// A piece of an address that may follow on: a word with a capital, a
	// state, a number, a unit.
	more = `(?:[,.]?\s*[\n,]?\s*(?:` + unit + `|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}\b|[\p{Lu}][\p{L}\p{M}'’.-]*|\p{Nd}{2,6}(?:-\p{Nd}{3,4})?))`
)

// An addressForm is looked for only where it may begin. What follows its head, up
// to so many pieces, is matched by itself: in one expression it would be too large
// for the fast way to match.
type addressForm struct {
	head   *regexp.Regexp
	pieces int
}

// match returns how long the address of the form is that text begins with; 0 if
// there is none.
func (f addressForm) match(text string) int {
	m := f.head.FindStringIndex(text)
	if m == nil {
		return 0
	}
	return m[1] + pieces(text[m[1]:], f.pieces)
}

// pieces returns how long the pieces of an address are that text begins with, up
// to most of them.
func pieces(text string, most int) int {
	to := 0
	for range most {
		m := morePieces.FindStringIndex(text[to:])
		if m == nil {
			break
		}
		to += m[1]
	}
	return to
}

var (
	street          = addressForm{regexp.MustCompile(`^\p{Nd}{1,6}[A-Za-z]?,?\s+(?:[\p{Lu}][\p{L}\p{M}'’.-]*\s+|\p{Nd}{1,4}(?:st|nd|rd|th)\s+|de\s+|la\s+|del\s+|van\s+){0,5}` + streetEnd + `\b\.?`), 8}
	numbered        = addressForm{regexp.MustCompile(`^\p{Nd}{1,6}\s+(?:(?:[\p{Lu}\p{Ll}][\p{L}\p{M}'’.-]*)\s+){1,4}\p{Nd}{1,5}\b`), 8}
	unitAfterNumber = addressForm{regexp.MustCompile(`^\p{Nd}{1,6}[A-Za-z]?,?\s+(?:[\p{L}'’.-]+\s+){1,5}(?:\p{Nd}{1,5}\s+)?` + unit), 8}
	spokenStreet    = addressForm{regexp.MustCompile(`^(?i:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)[ -]){1,8}(?:[\p{Lu}][\p{L}\p{M}'’.-]*\s+){1,4}` + streetEnd + `\b\.?`), 8}
	unitPlace       = addressForm{regexp.MustCompile(`^` + unit), 8}
	postBox         = addressForm{regexp.MustCompile(`^(?:P\.?\s?O\.?\s?Box|PSC)\s+\p{Nd}+(?:,\s+Box\s+\p{Nd}+)?`), 6}
	morePieces      = regexp.MustCompile(`^` + more)
	military        = regexp.MustCompile(`\b(?:(?:Unit|PSC|USNV|USS|CMR)\s+[\p{L}\p{Nd} ]+?,?\s*(?:Box\s+\p{Nd}+)?\s*)?\b[AFD]PO\s+(?:AA|AE|AP)\s+\p{Nd}{5}`)
	corner          = regexp.MustCompile(`\b(?:the )?corner of [\p{Lu}][\p{L}\p{M}'’. -]*\p{Nd}* and [\p{Lu}][\p{L}\p{M}'’.-]*(?: [\p{Lu}][\p{L}\p{M}'’.-]*)*`)
	stateZIP        = regexp.MustCompile(`^[A-Z]{2},?\s+\p{Nd}{5}(?:-\p{Nd}{4})?\b`)
	// What leads up to an address, and the address after it.
	addressLead = regexp.MustCompile(`(?i)(?:\baddress(?: of [\p{L} &.'-]{1,40})?(?: is|:| to| at| with)?|\bliv(?:e|es|ed|ing) (?:at|in|on)|\bship(?:ped|ping)? (?:it |them |this )?to|\bsen[dt] (?:it |them |this |a new one |one )?to|\bdeliver(?:ed|y)? (?:it )?to|\breturn(?:ed)? (?:it |this )?to|\blocated (?:at|in|on)|\bmov(?:e|ed|ing) to|\bcome to|\bis it|\bit is)\s*:?\s+$`)
	addressBody = regexp.MustCompile(`^(?:[\p{Lu}\p{Nd}][\p{L}\p{M}\p{Nd}'’./-]*|(?:de|la|del|van|der|na)\b|ul\.|av\.)(?:[,.]?\s*\n?,?\s*(?:` + unit + `|[\p{Lu}\p{Nd}][\p{L}\p{M}\p{Nd}'’./-]*|(?:de|la|del|van|der)\b))*`)
)

// addressesIn returns postal addresses in an English text; numbers is whether it
// has one, written or spoken.
func addressesIn(text string, signs sign, numbers bool) []found {
	if signs&signUpper == 0 || !numbers && signs&signDigit == 0 {
		return nil
	}
	var out []found
	add := func(from, to int) {
		for to > from && strings.ContainsRune(" \n,.", rune(text[to-1])) {
			to--
		}
		if to-from >= 4 {
			out = append(out, found{Address, from, to})
		}
	}
	hints := hintsOf(text)
	if hints&hintStreet != 0 {
		for at := 0; at < len(text); {
			end := at
			for end < len(text) && alphanumeric(text[end]) {
				end++
			}
			if saysDigit(text[at:end]) {
				if m := spokenStreet.match(text[at:]); m > 0 {
					add(at, at+m)
					end = at + m
				}
			}
			at = end + 1
		}
	}
	if signs&signDigit == 0 {
		return out
	}
	last := lastDigit(text)
	if hints&hintState != 0 && strings.Contains(text, "PO A") {
		for _, m := range military.FindAllStringIndex(text, -1) {
			add(m[0], m[1])
		}
	}
	if hints&hintCorner != 0 {
		for _, m := range corner.FindAllStringIndex(text, -1) {
			add(m[0], m[1])
		}
	}
	for at := 0; at < len(text); {
		c := text[at]
		if !alphanumeric(c) {
			at++
			continue
		}
		end := at
		for end < len(text) && alphanumeric(text[end]) {
			end++
		}
		if n := addressAt(text[at:], c, end-at, hints, last > end); n > 0 {
			add(at, at+n)
			at += n
			continue
		}
		at = end
	}
	if hints&hintNumbers == 0 {
		return out
	}
	for at := 1; at < len(text); at++ {
		if c := text[at]; text[at-1] != ' ' && text[at-1] != '\n' || !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf) || !leadsToAddress(text[:at]) || namesMonth(text[at:min(at+3, len(text))]) {
			continue
		}
		if m := addressBody.FindStringIndex(text[at:]); m != nil && strings.ContainsFunc(text[at:at+m[1]], unicode.IsDigit) && strings.ContainsFunc(text[at:at+m[1]], unicode.IsUpper) {
			add(at, at+m[1])
			at += m[1] - 1
		}
	}
	return out
}

// leadEnds are the words that what leads up to an address ends with.
var leadEnds = set(`address is to at in on with it`)

// leadBefore are the words before those.
var leadBefore = set(`address it is them this one live lives lived living ship shipped shipping send sent deliver delivered return returned located move moved moving come`)

// leadsToAddress reports whether text ends with what leads up to an address.
func leadsToAddress(text string) bool {
	text = lastBytes(text, 200)
	last, rest := lastWord(strings.TrimRight(text, " :\n"))
	if !lookup(leadEnds, last) {
		return false
	}
	before, _ := lastWord(rest)
	if !strings.EqualFold(last, "address") && !lookup(leadBefore, before) && !strings.Contains(lowerASCII(text), "address of") {
		return false
	}
	return addressLead.MatchString(lastRunes(text, 64))
}

// addressAt returns how long the address is that text begins with, 0 if there
// is none; its first word has n bytes and begins with c. number says that a
// number may follow.
func addressAt(text string, c byte, n int, hints hint, number bool) int {
	longest := 0
	switch {
	case c >= '0' && c <= '9':
		if n > 7 || n == len(text) || !spaceFollows(text[n:]) {
			return 0
		}
		if hints&hintStreet != 0 {
			longest = street.match(text)
		}
		if hints&hintUnit != 0 {
			longest = max(longest, unitAfterNumber.match(text))
		}
		if number {
			if m := numbered.match(text); m > longest && unknownWords(text[:m]) > 0 {
				longest = m
			}
		}
	case c >= 'A' && c <= 'Z':
		h := hintWords[text[:n]]
		if h&hintUnit != 0 {
			longest = unitPlace.match(text)
		}
		if hints&hintBox != 0 && c == 'P' {
			longest = max(longest, postBox.match(text))
		}
		if n == 2 && hints&hintState != 0 {
			if m := stateZIP.FindStringIndex(text); m != nil {
				longest = max(longest, m[1])
			}
		}
	}
	return longest
}

// hint says that a text has a word without which a form of address cannot
// stand in it. Expressions are slow, and most texts are no addresses.
type hint uint8

const (
	hintStreet hint = 1 << iota
	hintUnit
	hintBox
	hintState
	hintCorner
	hintNumbers // a number
)

var hintWords = func() map[string]hint {
	m := map[string]hint{"corner": hintCorner, "Box": hintUnit | hintBox | hintStreet, "PSC": hintBox}
	for _, w := range strings.FieldsFunc(streetEnd, func(r rune) bool { return !unicode.IsLetter(r) }) {
		m[w] |= hintStreet
		m[w+"s"] |= hintStreet
	}
	for _, w := range strings.Fields("Apt Apartment Suite Ste Unit Flat Room Rm Floor PMB") {
		m[w] |= hintUnit
	}
	return m
}()

func hintsOf(text string) hint {
	var h hint
	for at := 0; at < len(text); {
		if !alphanumeric(text[at]) {
			at++
			continue
		}
		from := at
		for at < len(text) && alphanumeric(text[at]) {
			at++
		}
		w := text[from:at]
		switch {
		case w[0] <= '9':
			h |= hintNumbers
		case w[0] > 'Z' && w[0] != 'c': // the words of an address have capitals
		default:
			h |= hintWords[w]
			if len(w) <= 3 && len(w) >= 2 && w[1] <= 'Z' && w[len(w)-1] <= 'Z' {
				h |= hintState
			}
		}
	}
	return h
}

// unknownWords counts the words with a capital that are no common words.
func unknownWords(s string) int {
	n := 0
	for _, w := range strings.Fields(s) {
		if r := []rune(w)[0]; unicode.IsUpper(r) && strings.ToUpper(w) != w && !common(strings.Trim(w, ",.")) {
			n++
		}
	}
	return n
}

// Chinese addresses: a region, a road or a village, and numbers down to the
// door; the door or the region may be missing, not both.
var (
	numberZH = `[0-9０-９一二三四五六七八九十百零〇两幺拐勾洞A-Za-z甲乙丙丁东西南北-]{1,8}`
	region   = `(?:(?:北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?:省|市|自治区|特别行政区|壮族自治区|回族自治区|维吾尔自治区)?)`
	place    = `(?:\p{Han}{1,5}?(?:市|自治州|地区|盟|县|区|旗|镇|乡|街道|开发区|新区))`
	road     = `(?:\p{Han}{1,8}?(?:路|街|道|巷|弄|胡同|大街|大道|里|村|屯|组|小区|花园|公寓|苑|广场|大厦|中心|家园|新村|山庄|学校|大学|工业园))`
	door     = `(?:附?` + numberZH + `(?:号楼|号院?|栋|幢|座|单元|室|楼|层|房)|[0-9]{1,5}(?:弄|支弄|组|队|门|户))`

	// Each part may be missing, but not all: the first that is there leads.
	tailZH = door + `{0,5}(?:[0-9]{2,4})?`
	// The name of an estate may stand before the building, and the room may be told
	// without its name.
	estateZH  = regexp.MustCompile(`^(?:\p{Han}{2,7}?` + numberZH + `(?:号楼|栋|幢|座|单元)` + door + `{0,4})?(?:[0-9]{2,4}|[〇零一幺二两三四五六七拐八九勾]{3,4})?`)
	addressZH = regexp.MustCompile(`(?:` + region + place + `{0,4}` + road + `{0,3}` + tailZH + `|` + place + `{1,4}` + road + `{0,3}` + tailZH + `|` + road + `{1,3}` + tailZH + `|` + door + `{1,5}(?:[0-9]{2,4})?)`)
	leadZH    = regexp.MustCompile(`^.*(?:住在|住址是|住址|地址是|地址为|地址在|地址|寄到|送到|发到|寄往|寄去|送去|发去|位于|家在|改到|改成|改为|换成|搬到|就在|我在|是在|到|在|是|住)`)
	regionRE  = regexp.MustCompile(`^` + region)
	doorRE    = regexp.MustCompile(door)
	roadRE    = regexp.MustCompile(road)
	placeRE   = regexp.MustCompile(place)
)

// addressesInChinese returns postal addresses in a Chinese text.
func addressesInChinese(text string) []found {
	if !mayBeAddressZH(text) {
		return nil
	}
	folded := addressFolder.Fold(text)
	s := folded.String()
	var out []found
	for _, m := range addressZH.FindAllStringIndex(s, -1) {
		from, to := m[0], m[1]
		if lead := leadZH.FindString(s[from:to]); lead != "" && len(lead) < to-from && !regionRE.MatchString(s[from:to]) {
			from += len(lead)
		}
		to += len(estateZH.FindString(s[to:]))
		if isAddress(s[from:to]) {
			a, b := spanOf(&folded, s, []int{from, to})
			out = append(out, found{Address, a, b})
		}
	}
	return out
}

// characters of Chinese addresses, in both scripts.
const (
	placeEndZH = 1 << iota
	roadEndZH
	doorEndZH
	doorNumberZH
	regionBeginsZH
)

var addressRunes = func() *hanTable {
	m := new(hanTable)
	for kind, all := range map[uint8]string{
		placeEndZH: "市州区區盟县縣旗镇鎮乡鄉道", roadEndZH: "路街道巷弄同里村屯组組区區园園寓苑场場厦廈心庄莊校学學",
		doorEndZH: "号號弄栋棟幢座单單室楼樓层層房组組队隊门門户戶支", doorNumberZH: "一二三四五六七八九十百零〇两兩幺拐勾洞甲乙丙丁东西南北",
	} {
		for _, r := range all {
			m[r-hanTableBegin] |= kind
		}
	}
	for start := range regionStarts {
		m[firstRune(start)-hanTableBegin] |= regionBeginsZH
	}
	return m
}()

// regionStarts are the first two characters of provinces and the like.
var regionStarts = set(`北京 上海 天津 重庆 重慶 河北 山西 辽宁 遼寧 吉林 黑龙 黑龍 江苏 江蘇 浙江 安徽 福建 江西 山东 山東 河南 湖北 湖南 广东 廣東 海南 四川 贵州 貴州 云南 雲南 陕西 陝西 甘肃 甘肅 青海 台湾 臺灣 台灣 内蒙
 內蒙 广西 廣西 西藏 宁夏 寧夏 新疆 香港 澳门 澳門`)

// mayBeAddressZH reports whether text has the parts an address needs, wherever
// they stand: see isAddress.
func mayBeAddressZH(text string) bool {
	doors, places, roads, region := 0, 0, 0, false
	begins, beforeAt, number := false, 0, false // begins: the character before may begin a region
	for i, r := range text {
		if r < utf8.RuneSelf {
			number = r >= '0' && r <= '9' || latin(r)
			begins = false
			continue
		}
		kind := addressRunes.of(r)
		if kind&doorEndZH != 0 && number {
			doors++
		}
		if kind&placeEndZH != 0 {
			places++
		}
		if kind&roadEndZH != 0 {
			roads++
		}
		if begins && !region {
			region = regionStarts[text[beforeAt:i+utf8.RuneLen(r)]]
		}
		number = kind&doorNumberZH != 0 || digitRune(r) != 0
		begins, beforeAt = kind&regionBeginsZH != 0, i
	}
	return doors > 0 && (roads > 0 || places > 0 || doors > 1) || roads > 0 && places > 1 || region && places > 0
}

var addressFolder = fold.New(fold.Width | fold.Traditional | fold.Digits)

// isAddress asks for a road or a place with a door, or a region with a road or
// two places under it.
func isAddress(s string) bool {
	doors := len(doorRE.FindAllString(s, -1))
	roads := len(roadRE.FindAllString(s, -1))
	places := len(placeRE.FindAllString(s, -1))
	top := regionRE.MatchString(s)
	switch {
	case doors > 0 && (roads > 0 || places > 0 || doors > 1):
		return true
	case roads > 0 && (top && places > 0 || places > 1):
		return true
	}
	return top && places > 1
}
