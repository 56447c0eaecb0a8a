package redact

import "strings"

// enWord is what a word says of an English question.
type enWord uint32

const (
	enPlease enWord = 1 << iota // asks for something
	enWho
	enName
	enPerson // with who, a person's name is asked for; alone, in what asks, too
	enOther  // what else has a name
	enLast
	enDigits
	enNumber
	enCard
	enAccount
	enOrder
	enPassport
	enLicense
	enPlate
	enPhone
	enCall // with a number, a telephone
	enHouse
	enSocial
	enBirth
	enAddress
	enWhere
	enSend
	enPostcode
	enPIN
	enCode
	enSent // with a code, one that was sent
	enSort
	enAgain
	enMail
	enWhich
)

// enWords are the words of English questions.
var enWords = func() map[string]enWord {
	m := map[string]enWord{}
	for w, words := range map[enWord]string{
		enPlease: `please can could may what what's whats give provide tell confirm verify need`,
		enWho:    `who who's whos whom whose`,
		enName:   `name names name's surname maiden`,
		enPerson: `speaking talking calling holder patient recipient passenger insured prescriber physician cardholder policyholder guarantor beneficiary chatting`,
		enOther: `company product business store shop app website workspace model brand item medication hotel file domain server device network character street school username plan employer bank
 program provider medicine drug pet dog cat restaurant game movie branch carrier insurer airline supplier retailer`,
		enLast:     `last final ending`,
		enDigits:   `four 4 six 6 digits digit`,
		enNumber:   `number numbers number's id`,
		enCard:     `card`,
		enAccount:  `account policy membership member customer client loyalty meter mrn vin routing identification iban insurance patient contract medicare nhs`,
		enOrder:    `order booking confirmation tracking reference ref ticket case claim invoice parcel shipment flight`,
		enPassport: `passport`,
		enLicense:  `license licence driver's drivers`,
		enPlate:    `plate plates registration reg`,
		enPhone:    `phone mobile cell telephone cellphone callback`,
		enCall:     `best contact reach call ring text reached good`,
		enHouse:    `house flat apartment unit door`,
		enSocial:   `social ssn`,
		enBirth:    `birth dob birthday birthdate born`,
		enAddress:  `address`,
		enWhere:    `where`,
		enSend:     `send ship deliver live mail`,
		enPostcode: `postcode zip postal zipcode`,
		enPIN:      `pin passcode password otp`,
		enCode:     `code`,
		enSent:     `texted sent received verification read got`,
		enSort:     `sort`,
		enAgain:    `again repeat sorry pardon more`,
		enWhich:    `what what's which`,
		enMail:     `email e-mail ip web`,
	} {
		for _, word := range strings.Fields(words) {
			m[word] |= w
		}
	}
	return m
}()

// enLengths tells by their first letter how long the words of enWords are, a bit
// a length.
var enLengths = func() (table ['z' - 'a' + 1]uint32) {
	for w := range enWords {
		if c := w[0]; c >= 'a' && c <= 'z' {
			table[c-'a'] |= 1 << len(w)
		}
	}
	return table
}()

// longestAsking is more bytes than any of enWords has.
const longestAsking = 16

// shortAsking is how many bytes a text has at most that may ask for something by
// naming it: and your date of birth.
const shortAsking = 32

// mayAskInEnglish reports whether a text in small letters has what a question has:
// most have not, and are not read word by word.
func mayAskInEnglish(text string) bool {
	return len(text) <= shortAsking || strings.IndexByte(text, '?') >= 0 || strings.Contains(text, "please") || strings.Contains(text, "your ") ||
		strings.Contains(text, "can i ") || strings.Contains(text, "could i ") || strings.Contains(text, "may i ")
}

// asksInEnglish returns what an English turn in small letters asks for.
func asksInEnglish(text string) asks {
	var all asks
	for text != "" {
		end := 0
		for end < len(text) && !endsSentence(text, end) {
			end++
		}
		marked := end < len(text) && text[end] == '?'
		if marked || mayAskInEnglish(text[:end]) {
			all |= askedBySentence(text[:end], marked)
		}
		text = text[min(end+1, len(text)):]
	}
	return all
}

// endsSentence reports whether byte i of a text ends a sentence.
func endsSentence(text string, i int) bool {
	switch text[i] {
	case '?', '!', '\n':
		return true
	case '.':
		return i+1 == len(text) || text[i+1] == ' '
	}
	return false
}

// askedBySentence reads a sentence word by word.
func askedBySentence(text string, marked bool) asks {
	var said, before enWord
	words := 0
	for at := 0; at < len(text); {
		if !alphanumeric(text[at]) {
			if text[at] == '#' {
				said |= enNumber
			}
			at++
			continue
		}
		from := at
		for at < len(text) && (alphanumeric(text[at]) || (text[at] == '\'' || text[at] == '-') && at+1 < len(text) && alphanumeric(text[at+1])) {
			at++
		}
		words++
		w := askingWord(text[from:at])
		switch {
		case w&enAddress != 0 && before&enMail != 0: // that is told by its form
			w = 0
		case before == enNumber && text[from:at] == "of": // the number of people
			said &^= enNumber
		}
		said |= w
		before = w
	}
	return said.asks(words, marked)
}

func askingWord(w string) enWord {
	if c := w[0]; len(w) >= longestAsking || c >= 'a' && c <= 'z' && enLengths[c-'a']>>len(w)&1 == 0 {
		return 0
	}
	return enWords[w]
}

// fewWords are a question even without a word that asks: phone? And your name.
const fewWords = 4

// asks returns what a sentence of so many words asks for; marked is set for one
// with a question mark.
func (w enWord) asks(words int, marked bool) asks {
	if words == 0 || !marked && w&(enPlease|enWho) == 0 && words > fewWords {
		return 0
	}
	var a asks
	add := func(what asks, does bool) {
		if does {
			a |= what
		}
	}
	number := w&enNumber != 0
	last := w.has(enLast | enDigits)
	few := words <= fewWords
	if w&(enName|enWho|enPerson) != 0 {
		add(asksName, w.has(enName) && !w.has(enOther) || w.has(enWho) && w&(enPerson|enSend) != 0 || w.has(enPerson) && few && !number)
	}
	add(asksThing, a&asksName == 0 && w.has(enOther) && w&(enName|enWhich|enWho) != 0)
	add(asksLast, last)
	if number || last {
		add(asksCard, w.has(enCard))
		add(asksAccount, w.has(enAccount))
		add(asksHouse, w.has(enHouse))
	}
	add(asksPhone, w.has(enPhone) && (number || few) || number && (w.has(enCall) || w&(enCard|enAccount|enOrder|enPassport|enLicense|enPlate|enHouse|enSocial) == 0))
	add(asksAccount, w.has(enSort|enCode))
	add(asksCode, w.has(enPIN) || w.has(enCode|enSent))
	add(asksAddress, w.has(enAddress) || w.has(enWhere|enSend))
	add(asksLicense, w.has(enLicense) && !w.has(enPlate))
	for _, q := range enAlone {
		add(q.asks, w.has(q.word))
	}
	if a == 0 && !w.has(enAgain) && words > 2 && (marked || w.has(enWho)) {
		return asksElse
	}
	return a
}

// enAlone holds the words that need no other to say what is asked for.
var enAlone = []struct {
	word enWord
	asks asks
}{{enBirth, asksBirthday}, {enSocial, asksSSN}, {enOrder, asksOrder}, {enPassport, asksPassport}, {enPlate, asksPlate}, {enPostcode, asksPostcode}}

// has reports whether all of some words were said.
func (w enWord) has(all enWord) bool { return w&all == all }
