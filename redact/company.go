package redact

import (
	"strings"

	"earshot/models"
)

// Companies look like persons: Brightline, Blue Ridge. What they are called after
// and what they end with tells them, and a company that one turn tells is one
// wherever it is named in the conversation.

// tradeEnds are words that the names of companies end with and that have a capital
// there; in small letters they follow anybody's name.
var tradeEnds = set(`clinic energy depot telecom telecoms broadband wireless electric gas water power credit union pharmacy dental surgery motors auto rental rentals travel tours
 hotels resort resorts suites inn lodge spa gym fitness outfitters apparel furniture electronics foods kitchen kitchens cafe bakery grill pizza pizzeria market markets mart supermarket couriers
 logistics express freight shipping delivery support care healthcare health medical labs laboratories realty properties homes mortgage mortgages finance financial
 capital wealth securities trust assurance mutual holdings industries robotics software networks digital studios publishing academy airways air cruises railways rail transit
 taxi taxis cabs council authority agency communications connect outfitter supplies hardware plumbing heating roofing optical vision pets veterinary appliances solicitors`)

// sellsWords follow the name of a company in small letters: the Nimbus app.
var sellsWords = set(`support app website store branch helpdesk membership subscription warehouse outlet dealership`)

// callingWords come before the name of a company in a greeting.
var callingWords = set(`calling contacting choosing phoning ringing messaging reached reaching`)

var withWords = set(`shopping banking traveling travelling flying staying booking driving renting chatting being`)

// openingTurns are the first turns, in which companies are named in a greeting;
// thank you for calling, Danielle, is said at the end.
const openingTurns = 3

// greeting reports whether a text ends as before the name of a company that is
// called: thank you for calling, you've reached.
func greeting(before string) bool {
	last, rest := lastWord(before)
	if strings.EqualFold(last, "with") {
		if last, rest = lastWord(rest); !lookup(withWords, last) {
			return false
		}
	} else if !lookup(callingWords, last) {
		return false
	}
	last, _ = lastWord(rest)
	return strings.EqualFold(last, "for") || strings.EqualFold(last, "have") || strings.EqualFold(last, "ve")
}

// companyAhead reports whether what comes before a row of capitals says that it is
// a company.
func companyAhead(before string) bool {
	if before == "" || before[len(before)-1] != ' ' {
		return false
	}
	last, rest := lastWord(before)
	switch {
	case greeting(before):
		return true
	case strings.EqualFold(last, "to"):
		last, _ = lastWord(rest)
		return lookup(switchWords, last)
	case strings.EqualFold(last, "with"):
		last, rest = lastWord(rest)
		return lookup(clientWords, last) || givesOwn(rest, "") // this is Carlos with Suntrail
	case strings.EqualFold(last, "from"):
		last, rest = lastWord(rest)
		return givesOwn(rest, "") || last != "" && last[0] >= 'A' && last[0] <= 'Z' && strings.TrimSpace(rest) != "" && !common(last)
	}
	return false
}

var (
	switchWords = set(`changed changing switched switching subscribed welcome`)
	clientWords = set(`insured bank banking account contract insurance policy mortgage booked subscription plan ordered`)
)

// company reports whether a row of capitals, from from to to, of which start to
// end was taken for a name, is a company by the words in it or beside it.
func company(text string, from, start, end, to int) bool {
	last := bareWord(text[strings.LastIndexByte(text[from:to], ' ')+from+1 : to])
	if from+len(last) < to && (lookup(tradeEnds, last) || lookup(organisations, last)) {
		return true
	}
	if to == end && strings.HasPrefix(text[end:], " ") {
		rest := text[end+1:]
		n := 0
		for n < len(rest) && latin(rune(rest[n])) {
			n++
		}
		if lookup(sellsWords, rest[:n]) {
			return true
		}
	}
	return companyFollows(text[end:]) || companyAhead(text[:from]) || start > from && companyAhead(text[:start])
}

// noteCompanies takes in what is a company by the words around it.
func (s *Session) noteCompanies(turns []models.Turn, found []area) {
	for i := range found {
		a := &found[i]
		if a.kind != Organization || !latin(firstRune(a.value)) {
			continue
		}
		p := a.pieces[0]
		greets := greeting(turns[p.turn].Text[:p.from])
		if before, _ := lastWord(turns[p.turn].Text[:p.from]); greets && p.turn >= openingTurns && !strings.EqualFold(before, "with") && !s.companies[a.value] {
			a.kind = Name
			continue
		}
		if s.companies == nil {
			s.companies = map[string]bool{}
		}
		s.companies[a.value] = true
		if first := firstField(a.value); greets && !common(first) {
			s.companies[first] = true
		}
	}
}

// ofCompany reports whether a name is a company's that other words told, where
// nothing says that a person is meant here.
func (s *Session) ofCompany(turns []models.Turn, a area) bool {
	if a.kind != Name || a.answer || len(s.companies) == 0 {
		return false
	}
	p := a.pieces[0]
	before := turns[p.turn].Text[:p.from]
	return !titled(before) && !givesOwn(before, "") && (s.companies[a.value] || s.companies[firstField(a.value)])
}

func firstField(s string) string {
	first, _, _ := strings.Cut(s, " ")
	return first
}

// tradeWords are common where things are sold and mended, and stand in no name;
// the dictionary was made of other texts.
var tradeWords = set(`router modem broadband fibre fiber tariff invoice voucher premium overdraft courier parcel warranty technician supervisor meter electricity boiler pharmacy adjuster
 deductible copay itinerary baggage airline blender toaster vacuum depot warehouse pallet webchat login logout chargeback dispute teller ethernet firmware cache plus pro deluxe
 platinum unlimited prepaid postpaid sim esim roaming handset landline voicemail hotspot bandwidth outage outages downtime installer plumber electrician landlord tenant thermostat
 radiator fridge freezer dishwasher microwave washer dryer kettle charger adapter earbuds headset webcam printer toner cartridge scanner keyboard touchscreen refurbished reseller
 wholesale retailer coupon checkout backorder preorder restock tracking shipment customs postage postcode zipcode sortcode payee standing debit remittance payday pension annuity
 premiums underwriter endorsement claimant policyholder beneficiary copayment referral prescription dosage refill pediatrician dermatologist orthodontist optometrist
 physiotherapist radiology mammogram vaccination paediatrics concierge minibar reservation rebooking layover stopover carousel legroom upgrade upgrades boarding lounge
 workspace dashboard admin username passcode authenticator onboarding signup sso api url pdf csv sandbox webhook plugin toolbar dropdown checkbox sync syncing expiry expiration arrival departure mileage surname forename occupancy nationality
 postal dial ringback ringtone escalate escalation zip bus buses burrito mhm mm hmm uh um huh yep yup nope okey okie pls plz thx ty btw asap fyi smh lol dm dms pm rep reps app apps wifi ios android ipad iphone`)

// isTrade reports whether a word, or the word it is the plural of, is one.
func isTrade(w string) bool {
	return lookup(tradeWords, w) || lookup(tradeEnds, w) || len(w) > 1 && w[len(w)-1]|0x20 == 's' && lookup(tradeWords, w[:len(w)-1])
}
