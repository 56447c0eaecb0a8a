package redact

import (
	"slices"
	"strings"
)

// labels are the names that labelled data and other products give to types:
// those of Presidio and its research corpus, of Amazon Comprehend, Azure and
// Google DLP, where they differ.
var labels = map[string][]Type{
	"PERSON": {Name}, "NAME": {Name}, "FIRST_NAME": {Name}, "LAST_NAME": {Name}, "PER": {Name}, "PERSON_NAME": {Name},
	"STREET_ADDRESS": {Address}, "ADDRESS": {Address}, "ZIP_CODE": {Address}, "POSTAL_CODE": {Address}, "ZIPCODE": {Address},
	"GPE": {Place}, "LOCATION": {Place, Address}, "LOC": {Place, Address}, "CITY": {Place}, "COUNTRY": {Place}, "STATE": {Place}, "FAC": {Place, Address},
	"ORGANIZATION": {Organization}, "ORG": {Organization}, "COMPANY": {Organization},
	"DATE_TIME": {Date}, "DATE": {Date}, "TIME": {Date}, "DATE_OF_BIRTH": {Birthday}, "DOB": {Birthday}, "BIRTHDAY": {Birthday},
	"AGE": {Age}, "TITLE": {Title}, "PREFIX": {Title}, "NRP": {Group}, "NORP": {Group}, "NATIONALITY": {Group}, "RELIGION": {Group},
	"DOMAIN_NAME": {URL}, "URL": {URL}, "DOMAIN": {URL}, "IP_ADDRESS": {IP}, "IP": {IP}, "IPV4": {IP}, "IPV6": {IP},
	"CREDIT_CARD": {Card}, "CREDIT_DEBIT_NUMBER": {Card}, "BANK_CARD": {Card}, "CREDIT_CARD_NUMBER": {Card}, "CVV": {CardCode}, "CREDIT_DEBIT_CVV": {CardCode},
	"CREDIT_DEBIT_EXPIRY": {Expiry}, "PIN": {Code}, "PASSWORD": {Code}, "OTP": {Code}, "VERIFICATION_CODE": {Code},
	"PHONE_NUMBER": {Mobile, Landline}, "PHONE": {Mobile, Landline}, "TELEPHONE": {Mobile, Landline},
	"EMAIL_ADDRESS": {Email}, "IBAN_CODE": {IBAN}, "INTERNATIONAL_BANK_ACCOUNT_NUMBER": {IBAN},
	"US_SSN": {SSN}, "US_ITIN": {SSN}, "US_DRIVER_LICENSE": {License}, "DRIVER_ID": {License}, "US_PASSPORT": {Passport}, "PASSPORT_NUMBER": {Passport},
	"US_BANK_NUMBER": {Account}, "BANK_ACCOUNT_NUMBER": {Account}, "ACCOUNT_NUMBER": {Account}, "ID_CARD": {ID}, "CN_ID": {ID}, "LICENSE_PLATE": {Plate},
	"ORDER_NUMBER": {Order},
}

// LabelTypes returns the types that labelled data means by a name; none if the
// name is not known.
func LabelTypes(name string) []Type {
	if t := Type(strings.ToLower(name)); kinds[t].en != "" {
		return []Type{t}
	}
	return slices.Clone(labels[strings.ToUpper(name)])
}
