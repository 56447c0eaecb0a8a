package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// Names in small letters, as recognised speech and chats have them.
	saidName = regexp.MustCompile(`\b(?:my (?:full |first |last |sur)?name(?: is|'s)|name is|surname is) ((?:[a-z]+['-]?[a-z]+)(?: [a-z]+['-]?[a-z]+)?)`)
	spelled  = regexp.MustCompile(`\b(?:[A-Za-z][ .-]){3,}[A-Za-z]\b`)
)

// namesIn returns the names of persons in an English text, and the places and
// organisations that stand where names do.
func namesIn(text string, signs sign) []found {
	if signs&signLower == 0 {
		return nil // written in capitals throughout: they say nothing
	}
	var out []found
	if signs&signUpper != 0 {
		for at := 0; ; {
			from, to := capitals(text, at)
			if from < 0 {
				break
			}
			out = nameWithin(out, text, from, to)
			at = to
		}
	}
	if !strings.Contains(text, "name") && !strings.Contains(text, "pell") && !strings.Contains(text, "hat") {
		return out // nobody says or spells one
	}
	if strings.Contains(text, "name is ") || strings.Contains(text, "name's ") {
		for _, m := range saidName.FindAllStringSubmatchIndex(text, -1) {
			if f, ok := smallName(text, m[2], m[3]); ok {
				out = append(out, f)
			}
		}
	}
	if !spells(text) {
		return out
	}
	for _, m := range spelled.FindAllStringIndex(text, -1) {
		if before := lastRunes(text[:m[0]], 24); spellLead.MatchString(before) {
			out = append(out, found{Name, m[0], m[1]})
		}
	}
	return out
}

// spells reports whether text has four letters with a sign between each, as
// spelled wants.
func spells(text string) bool {
	n := 0 // letters, each with a sign behind it, up to here
	for i := 0; i < len(text); i++ {
		if c := text[i] | 0x20; c < 'a' || c > 'z' {
			n = 0
			continue
		}
		if n++; n == 4 {
			return true
		}
		if i++; i == len(text) || text[i] != ' ' && text[i] != '.' && text[i] != '-' {
			n, i = 0, i-1
		}
	}
	return false
}

// capitals returns the next row of words with a capital from byte at on, as in
// Anna, Ludwig van Beethoven, J. R. O'Brien-Smith without what comes before the
// first full word; from is -1 if there is none.
func capitals(text string, at int) (from, to int) {
	from, to = capital(text, at)
	if from < 0 {
		return from, to
	}
	for {
		next := particles(text, to)
		if next == len(text) || text[next] != ' ' {
			return from, to
		}
		if f, t := capitalAt(text, next+1); f >= 0 {
			to = t
			continue
		}
		return from, to
	}
}

// particles passes over initials and van, de, bin and the like.
func particles(text string, at int) int {
	for at < len(text) && text[at] == ' ' {
		end := at + 1
		for end < len(text) && text[end] != ' ' {
			end++
		}
		word := text[at+1 : end]
		initial := len(word) == 1 || len(word) == 2 && word[1] == '.'
		if !(initial && word[0] >= 'A' && word[0] <= 'Z') && !nameParticles[word] {
			return at
		}
		at = end
	}
	return at
}

var nameParticles = set(`van von der den de da di del dos la le bin al el y`)

// capital returns the next word with a capital from byte at on.
func capital(text string, at int) (from, to int) {
	inWord := at > 0 && latin(rune(text[at-1]))
	for i := at; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !inWord && (r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && unicode.IsUpper(r)) {
			if f, t := capitalAt(text, i); f >= 0 {
				return f, t
			}
		}
		inWord = latin(r)
		i += size
	}
	return -1, at
}

// capitalAt returns the word with a capital that begins at byte i: O'Brien,
// Jean-Luc, McDonald; from is -1 if there is none.
func capitalAt(text string, i int) (from, to int) {
	r, size := utf8.DecodeRuneInString(text[i:])
	if !unicode.IsUpper(r) {
		return -1, i
	}
	from, to = i, i+size
	if r, size = utf8.DecodeRuneInString(text[to:]); r == '\'' || r == '’' {
		r2, size2 := utf8.DecodeRuneInString(text[to+size:])
		if !unicode.IsUpper(r2) {
			return -1, i
		}
		to += size + size2
		r, size = utf8.DecodeRuneInString(text[to:])
	}
	if !unicode.Is(unicode.Ll, r) && !unicode.Is(unicode.Lo, r) {
		return -1, i
	}
	for size > 0 && (unicode.IsLetter(r) || r == '\'' || r == '’' || r == '-') {
		to += size
		r, size = utf8.DecodeRuneInString(text[to:])
	}
	return from, to
}

var spellLead = regexp.MustCompile(`(?i)(?:spell(?:ed|ing)?(?: that| it)?|name(?: is|'s)?|that['’]s)[,:\s]*(?:with |as )?$`)

// found is private data in a text: bytes from from to to.
type found struct {
	kind     Type
	from, to int
}

// nameWithin appends the name in a row of capitals: what is left after common
// words at its ends.
func nameWithin(out []found, text string, from, to int) []found {
	start, end := from, to
	for start < end && common(fieldAt(text, start, end)) && !surnamed(text[start:end]) {
		start += len(fieldAt(text, start, end))
		for start < end && text[start] == ' ' {
			start++
		}
	}
	// A common word after a name is a surname more often than not: David Rice.
	for start < end {
		last := strings.LastIndexByte(text[start:end], ' ') + start + 1
		word := bareWord(text[last:end])
		if !(isProper(word) || strings.Count(text[start:end], " ") >= 2 && common(word)) {
			break
		}
		if end = last; end > start {
			end--
		}
	}
	if start >= end {
		// A common word is a name where the words before it say so: Mark, Grace.
		if strings.Count(text[from:to], " ") < 2 && !isProper(text[from:to]) && titled(text[:from]) {
			out = append(out, found{Name, from, to})
		}
		return out
	}
	kind := Name
	for at := start; at < end; {
		word := fieldAt(text, at, end)
		if at == start && surnamed(text[start:end]) {
			at += len(word) + 1
			continue
		}
		if t, ok := proper(bareWord(word)); ok && (t != Place || at > start || at+len(word) == end || compass(text[:start])) {
			return out // Jordan Smith is a name, New York Yankees is none
		}
		if at += len(word) + 1; at >= end && lookup(organisations, bareWord(word)) || coined(word) {
			kind = Organization
		}
	}
	switch {
	case kind == Organization, company(text, from, start, end, to):
		kind = Organization
	case placeAhead(text[:start]):
		kind = Place
	}
	return append(out, found{kind, start, end})
}

// compass reports whether a text ends with a word that the names of places
// begin with.
func compass(before string) bool {
	before = strings.TrimSuffix(before, " ")
	return placeBegins[before[strings.LastIndexByte(before, ' ')+1:]]
}

var placeBegins = set(`New Los Las San North South East West Saint St Great Hong Abu Buenos Rio Sao`)

// fieldAt returns the word of text that begins at byte at.
func fieldAt(text string, at, end int) string {
	if n := strings.IndexByte(text[at:end], ' '); n >= 0 {
		return text[at : at+n]
	}
	return text[at:end]
}

func bareWord(w string) string { return strings.TrimRight(w, "'’-") }

// companyEnds come after the names of companies and places.
var companyEnds = set(`inc llc ltd limited corp corporation company co plc gmbh group bank insurance airlines university college hospital hotel street st avenue ave road rd lane drive
 blvd county city airport`)

// companyFollows reports whether text goes on as after the name of a company.
func companyFollows(text string) bool {
	text = strings.TrimLeft(text, ",.")
	if text == "" || text[0] != ' ' && text[0] != '\n' {
		return false
	}
	text = strings.TrimLeft(text, " \n")
	n := 0
	for n < len(text) && latin(rune(text[n])) {
		n++
	}
	return n > 0 && lookup(companyEnds, text[:n])
}

// lookup looks for a word in small letters in a set.
func lookup(words map[string]bool, word string) bool {
	var buf [16]byte
	if len(word) > len(buf) {
		return false
	}
	for i := range len(word) {
		if buf[i] = word[i]; word[i] >= 'A' && word[i] <= 'Z' {
			buf[i] += 'a' - 'A'
		}
	}
	return words[string(buf[:len(word)])]
}

// What comes before a place or a thing, seldom before a person.
var (
	placeWords = set(`the in at near into across outside via southern northern eastern western central visit visited visiting`)
	fromWords  = set(`moved here is am are was flight fly flew flying travel travels traveled travelled traveling travelling back come came`)
	toWords    = set(`flew fly flying travel travels traveled travelled traveling travelling move moved moving going coming go went welcome trip flight`)
	workWords  = set(`work worked works working`)
)

// placeAhead reports whether what comes before a row of capitals says that it
// is a place, or a thing.
func placeAhead(before string) bool {
	switch {
	case before == "":
		return false
	case strings.ContainsRune("/@#", rune(before[len(before)-1])), strings.HasSuffix(before, "www."):
		return true
	case before[len(before)-1] != ' ' && before[len(before)-1] != '\n':
		return false
	}
	last, rest := lastWord(before)
	switch {
	case lookup(placeWords, last):
		return true
	case strings.EqualFold(last, "from"):
		last, _ = lastWord(rest)
		return lookup(fromWords, last)
	case strings.EqualFold(last, "to"):
		last, _ = lastWord(rest)
		return lookup(toWords, last)
	case strings.EqualFold(last, "for"):
		last, _ = lastWord(rest)
		return lookup(workWords, last)
	}
	return false
}

// lastWord returns the word a text ends with, white space aside, and what is
// before it.
func lastWord(text string) (word, rest string) {
	text = strings.TrimRight(text, " \n")
	n := len(text)
	for n > 0 && latin(rune(text[n-1])) {
		n--
	}
	return text[n:], text[:n]
}

// organisations holds words that the names of organisations end with.
var organisations = set(`orchestra partners markets technologies technology investments global republic group bank university college school institute association foundation
 company corporation services systems solutions airlines insurance hospital hotel restaurant museum church club league media news times post press team`)

var titleWords = set(`mr mrs ms miss mx dr prof mr. mrs. ms. mx. dr. prof. is name's`)

// titled reports whether what comes before a word says that it is a name: Mr,
// my name is.
func titled(before string) bool {
	if !strings.HasSuffix(before, " ") {
		return false
	}
	before = strings.ToLower(strings.TrimRight(lastRunes(before, 12), " "))
	last := before[strings.LastIndexByte(before, ' ')+1:]
	return titleWords[last] && (last != "is" || strings.HasSuffix(before, "name is"))
}

type field struct {
	text     string
	from, to int
}

func fieldsAt(text string, from, to int) []field {
	var out []field
	for from < to {
		n := strings.IndexByte(text[from:to], ' ')
		if n < 0 {
			n = to - from
		}
		if n > 0 {
			out = append(out, field{strings.TrimRight(text[from:from+n], "'’-"), from, from + n})
		}
		from += n + 1
	}
	return out
}

// common reports whether a capitalised word is none of a name.
func common(w string) bool {
	w = bareWord(w)
	w = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
	if isWord(w) {
		return true
	}
	for _, ending := range [...]string{"ing", "ed", "ly", "tion", "ness", "ment", "able", "ship"} {
		if len(w) > len(ending)+2 && strings.EqualFold(w[len(w)-len(ending):], ending) {
			stem := w[:len(w)-len(ending)]
			if ending == "tion" || englishFilter.HasFold(stem, "") || englishFilter.HasFold(stem, "e") {
				return true
			}
		}
	}
	return false
}

// smallName returns a name in small letters after my name is.
func smallName(text string, from, to int) (found, bool) {
	words := fieldsAt(text, from, to)
	if notName[words[0].text] {
		return found{}, false
	}
	end := words[0].to
	if len(words) > 1 && !notName[words[1].text] && (!isWord(words[1].text) || !isWord(words[0].text)) {
		end = words[1].to
	}
	return found{Name, from, end}, true
}

var notName = set(`and i my the a an is not on in with for of at to from calling call here that this it but so you your please can could would will have has was are
 number address email phone account or if when what who we they he she just actually also spelled spelling registered listed under`)
