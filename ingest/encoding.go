package ingest

import (
	"bufio"
	"bytes"
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
// without byte order mark, and GB18030 apart; text in none of them comes
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

// lateDecoder passes ASCII through and decides between UTF-8 and GB18030 at
// the first other byte, however late in the file that comes.
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
	head, err := l.r.Peek(1)
	if err != nil {
		return 0, err
	}
	head, _ = l.r.Peek(min(len(p), l.r.Buffered()))
	n := 0
	for n < len(head) && head[n] < utf8.RuneSelf {
		n++
	}
	if n > 0 {
		return l.r.Read(p[:n])
	}
	head, err = l.r.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	l.decided = l.r
	if !validPrefix(head) && plausibleGB18030(head) {
		l.decided = transform.NewReader(l.r, simplifiedchinese.GB18030.NewDecoder())
	}
	return l.decided.Read(p)
}

// validPrefix reports whether b is UTF-8, perhaps cut within its last character.
func validPrefix(b []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(b); cut++ {
		if utf8.Valid(b[:len(b)-cut]) {
			return cut == 0 || !utf8.FullRune(b[len(b)-cut:])
		}
	}
	return false
}

// plausibleGB18030 reports whether b decodes as GB18030 nearly without fault.
func plausibleGB18030(b []byte) bool {
	text, _, err := transform.Bytes(simplifiedchinese.GB18030.NewDecoder(), b)
	if err != nil {
		return false
	}
	faults, runes := 0, 0
	for _, r := range string(text) {
		runes++
		if r == utf8.RuneError {
			faults++
		}
	}
	// One fault is the character cut at the end of the sample.
	return runes > 0 && faults <= 1+runes/200
}
