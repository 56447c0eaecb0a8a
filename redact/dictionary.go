package redact

import (
	_ "embed"
	"hash/fnv"
	"strings"
)

// words_en.bin is a Bloom filter of English words that people write in small
// letters; redact/dictionary makes it.
//
//go:embed words_en.bin
var englishWords []byte

// WordFilter is a Bloom filter of words (Bloom, CACM 1970).
type WordFilter []byte

// wordHashes is how many bits a word sets.
const wordHashes = 5

// Add puts a word in small letters into the filter.
func (f WordFilter) Add(word string) {
	f.each(word, func(i int, bit byte) bool {
		f[i] |= bit
		return true
	})
}

// Has reports whether word was added; one in some thousand that was not seems
// to have been.
func (f WordFilter) Has(word string) bool {
	return f.each(word, func(i int, bit byte) bool { return f[i]&bit != 0 })
}

func (f WordFilter) each(word string, do func(int, byte) bool) bool {
	h := fnv.New64a()
	h.Write([]byte(word))
	sum := h.Sum64()
	a, b := uint32(sum), uint32(sum>>32)|1
	for k := range uint32(wordHashes) {
		bit := (a + k*b) % uint32(len(f)*8)
		if !do(int(bit/8), 1<<(bit%8)) {
			return false
		}
	}
	return true
}

// isWord reports whether a word, or the word it is a form of, is common.
func isWord(w string) bool {
	w = strings.ToLower(strings.Trim(w, ".'’-"))
	w = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
	f := WordFilter(englishWords)
	return len(w) < 2 || f.Has(w) || properWords[w] || strings.HasSuffix(w, "s") && f.Has(strings.TrimSuffix(w, "s"))
}

// properWords are written with a capital and are no names of persons: places,
// peoples, companies, times.
var properWords = set(`monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december
 mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec christmas easter thanksgiving ramadan
 america american americans usa england english britain british uk europe european africa african asia asian china chinese japan japanese korea korean india indian
 france french germany german italy italian spain spanish portugal portuguese russia russian canada canadian mexico mexican brazil brazilian australia australian
 ireland irish scotland scottish wales welsh netherlands dutch sweden swedish norway norwegian denmark danish finland finnish poland polish greece greek turkey turkish
 egypt israel iran iraq saudi dubai singapore malaysia thailand vietnam indonesia philippines taiwan taiwanese mandarin cantonese hindi arabic latin jewish muslim christian
 london paris berlin tokyo beijing shanghai shenzhen guangzhou york angeles francisco chicago boston seattle houston dallas miami atlanta denver vegas washington texas
 alabama alaska arizona arkansas colorado connecticut delaware georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts
 michigan minnesota mississippi missouri montana nebraska nevada hampshire carolina dakota oklahoma oregon pennsylvania rhode tennessee utah vermont wisconsin wyoming portland
 california florida ohio virginia jersey toronto vancouver sydney melbourne delhi mumbai hong kong rome madrid amsterdam moscow manchester liverpool dublin
 apple google microsoft amazon samsung sony dell lenovo huawei xiaomi nokia motorola intel nvidia facebook instagram twitter tiktok youtube whatsapp wechat alipay paypal
 venmo zelle visa mastercard amex android windows linux chrome firefox safari iphone ipad macbook netflix spotify uber lyft airbnb ebay walmart costco ikea tesla toyota honda
 ford bmw audi nissan hyundai verizon comcast vodafone fedex ups usps dhl airbus boeing disney adobe oracle zoom slack trustpilot yelp reddit linkedin
 internet wifi wi-fi bluetooth usb tv pc hd gps atm pin id sms vip ceo cto faq app ok okay mr mrs ms dr sir madam ma'am
 inc ltd llc corp co plc gmbh street avenue road suite apt po box i'm i'll i've i'd`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
