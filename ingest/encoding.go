package ingest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

var encodings = map[string]encoding.Encoding{
	"auto":     nil,
	"utf-8":    encoding.Nop,
	"utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"utf-16be": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"gb18030":  simplifiedchinese.GB18030, // contains GBK and GB2312
	"gbk":      simplifiedchinese.GB18030,
	"big5":     traditionalchinese.Big5,
}

func encodingByName(name string) (encoding.Encoding, error) {
	e, ok := encodings[name]
	if !ok {
		return nil, fmt.Errorf("%q: want auto, utf-8, utf-16le, utf-16be, gb18030 or big5", name)
	}
	return e, nil
}

// sniffBytes is how much text the encoding is told from.
const sniffBytes = 64 << 10

// decodeText returns r as UTF-8. With auto it tells UTF-8, UTF-16 with or
// without byte order mark, GB18030 and Big5 apart; text in none of them comes
// through as it is.
func decodeText(r io.Reader, name string) (io.Reader, error) {
	e, err := encodingByName(name)
	if err != nil {
		return nil, err
	}
	if e == encoding.Nop {
		return r, nil
	}
	if e != nil {
		return transform.NewReader(r, e.NewDecoder()), nil
	}
	br := bufio.NewReaderSize(r, sniffBytes)
	head, err := br.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if e := wideEncoding(head); e != nil {
		return transform.NewReader(br, e.NewDecoder()), nil
	}
	return &lateDecoder{r: br}, nil
}

// wideEncoding recognises UTF-16 by its byte order mark, or by the zero bytes
// that every ASCII character has in it: JSON and CSV are full of these.
func wideEncoding(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return encodings["utf-16le"]
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return encodings["utf-16be"]
	}
	even, odd := 0, 0
	for i, b := range head {
		if b != 0 {
			continue
		}
		if i%2 == 0 {
			even++
		} else {
			odd++
		}
	}
	switch half := len(head) / 2; {
	case half < 2:
		return nil
	case odd > half/8 && even <= odd/8:
		return encodings["utf-16le"]
	case even > half/8 && odd <= even/8:
		return encodings["utf-16be"]
	}
	return nil
}

// lateDecoder passes ASCII through and decides on the encoding at the
// first other byte, however late in the file that comes.
type lateDecoder struct {
	r       *bufio.Reader
	decided io.Reader
}

func (l *lateDecoder) Read(p []byte) (int, error) {
	if l.decided != nil {
		return l.decided.Read(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := l.r.Peek(1); err != nil {
		return 0, err
	}
	head, _ := l.r.Peek(min(len(p), l.r.Buffered()))
	if n := asciiPrefix(head); n > 0 {
		return l.r.Read(p[:n])
	}
	head, err := l.r.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	l.decided = l.r
	if e := narrowEncoding(head); e != nil {
		l.decided = transform.NewReader(l.r, e.NewDecoder())
	}
	return l.decided.Read(p)
}

// asciiPrefix returns how many bytes of b come before the first that is not
// ASCII, looking at eight at a time: most of a large log passes through here.
func asciiPrefix(b []byte) int {
	n := 0
	for len(b)-n >= 8 && binary.LittleEndian.Uint64(b[n:])&0x8080808080808080 == 0 {
		n += 8
	}
	for n < len(b) && b[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// narrowEncoding tells UTF-8 (nil), GB18030 and Big5 apart, and returns nil
// for text in none of them.
func narrowEncoding(sample []byte) encoding.Encoding {
	good, bad := utf8Runes(sample)
	if bad*10 <= good {
		// UTF-8, perhaps with damaged places: those records are refused one by
		// one. Reading it as GB18030 would make plausible nonsense of all.
		return nil
	}
	gb, gbOK := pairScore(sample, simplifiedchinese.GB18030, 0xB0, 0xD7, 0xA1)
	big5, big5OK := pairScore(sample, traditionalchinese.Big5, 0xA4, 0xC6, 0x40)
	switch {
	case big5OK && (!gbOK || big5 > gb):
		return traditionalchinese.Big5
	case gbOK:
		return simplifiedchinese.GB18030
	}
	return nil
}

// utf8Runes counts the characters beyond ASCII and the bytes that are no
// UTF-8, a character cut at the end aside.
func utf8Runes(b []byte) (good, bad int) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, size := utf8.DecodeRune(b)
		switch {
		case r != utf8.RuneError || size > 1:
			good++
		case utf8.FullRune(b):
			bad++
		default:
			return good, bad
		}
		b = b[size:]
	}
	return good, bad
}

// pairScore returns the share of two-byte characters that are punctuation or
// among the common ones, which both GB 2312 and Big5 keep in a block of their
// own: first byte from to to, second byte at least second. It reports false
// where the sample does not decode.
func pairScore(sample []byte, e encoding.Encoding, from, to, second byte) (float64, bool) {
	text, _, err := transform.Bytes(e.NewDecoder(), sample)
	if err != nil {
		return 0, false
	}
	faults := bytes.Count(text, []byte(string(utf8.RuneError)))
	pairs, common := 0, 0
	for i := 0; i+1 < len(sample); i++ {
		if sample[i] < utf8.RuneSelf {
			continue
		}
		first, next := sample[i], sample[i+1]
		i++
		pairs++
		if first >= from && first <= to && next >= second || first >= 0xA1 && first <= 0xA3 {
			common++
		}
	}
	// One fault is the character cut at the end of the sample.
	return float64(common) / float64(max(pairs, 1)), pairs > 0 && faults <= 1+pairs/200
}
