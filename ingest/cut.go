package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
)

// piece is one record cut out of a file, or the reason why it is none.
type piece struct {
	line int    // of its first byte, from 1
	doc  []byte // valid until the next piece; of a refused one the beginning
	err  error  // wraps models.ErrBadInput, or is that of reading

	separator byte // of the cells of a row
}

// cutFunc cuts a text into records of at most limit bytes.
type cutFunc func(r io.Reader, limit int) iter.Seq[piece]

// keptOfRefused is how much of a record that is too long is kept to show.
const keptOfRefused = 4 << 10

const bom = "\ufeff"

// lines cuts r into lines of at most limit bytes, blank ones left out. What is
// longer is skipped without being held in memory.
func lines(r io.Reader, limit int) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		br := bufio.NewReaderSize(r, 64<<10)
		var buf []byte
		for n := 1; ; n++ {
			buf = buf[:0]
			var err error
			for {
				var part []byte
				part, err = br.ReadSlice('\n')
				if room := limit + 2 - len(buf); room > 0 {
					buf = append(buf, part[:min(room, len(part))]...)
				}
				if !errors.Is(err, bufio.ErrBufferFull) {
					break
				}
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(piece{line: n, err: err})
				return
			}
			doc := bytes.TrimRight(buf, "\r\n")
			if n == 1 {
				doc = bytes.TrimPrefix(doc, []byte(bom))
			}
			p := piece{line: n, doc: doc}
			if len(doc) > limit {
				p.doc, p.err = doc[:min(keptOfRefused, limit)], tooLong(n, limit)
			}
			if len(bytes.TrimSpace(doc)) > 0 && !yield(p) {
				return
			}
			if err != nil {
				return
			}
		}
	}
}

func tooLong(line, limit int) error {
	return refusalAt(line, "too-large", "", "a record longer than ingest.max_record_bytes (%d): split the conversation, or raise the limit", limit)
}

// documents cuts r into JSON values: the elements of one array, or values one
// after the other, as in JSON Lines, with or without line breaks within. A
// value that is longer than limit or nests too deep is skipped, with its
// brackets counted but not held in memory. What stands where a value should
// begin and is none is skipped to the end of its line.
func documents(r io.Reader, limit int) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		c := cutter{r: bufio.NewReaderSize(r, 64<<10), line: 1, limit: limit}
		if head, _ := c.r.Peek(len(bom)); string(head) == bom {
			_, _ = c.r.Discard(len(bom))
		}
		inArray, closed := false, false
		for first := true; ; first = false {
			b, err := c.skipSpace(inArray)
			switch {
			case errors.Is(err, io.EOF):
				if inArray {
					yield(piece{line: c.line, err: refusalAt(c.line, "bad-json", "", "the JSON document ends too soon: was the file written completely?")})
				}
				return
			case err != nil:
				yield(piece{line: c.line, err: err})
				return
			case first && b == '[':
				_, _ = c.next()
				inArray = true
				continue
			case inArray && b == ']':
				_, _ = c.next()
				inArray, closed = false, true
				continue
			}
			var p piece
			if (b == '{' || b == '[') && !closed {
				p = c.value()
			} else {
				p = c.stray(inArray)
			}
			if !yield(p) || (p.err != nil && c.failed) {
				return
			}
		}
	}
}

// cutter finds the ends of JSON values by their brackets and quotes alone.
type cutter struct {
	r      *bufio.Reader
	line   int
	limit  int
	buf    []byte
	failed bool // reading failed, or the file ended within a value
}

func (c *cutter) next() (byte, error) {
	b, err := c.r.ReadByte()
	if err != nil {
		return 0, err
	}
	if b == '\n' {
		c.line++
	}
	return b, nil
}

// skipSpace returns the next byte that is neither space nor, in an array, a
// comma, without taking it.
func (c *cutter) skipSpace(inArray bool) (byte, error) {
	for {
		b, err := c.next()
		if err != nil {
			return 0, err
		}
		if b == ' ' || b == '\t' || b == '\r' || b == '\n' || inArray && b == ',' {
			continue
		}
		_ = c.r.UnreadByte()
		return b, nil
	}
}

// value cuts out the object or array that begins here.
func (c *cutter) value() piece {
	p := piece{line: c.line}
	c.buf = c.buf[:0]
	var b brackets
	for {
		_, err := c.r.Peek(1)
		if err != nil {
			c.failed = true
			if errors.Is(err, io.EOF) {
				err = refusalAt(p.line, "bad-json", "", "the JSON value that begins here never ends: was the file written completely, and are its brackets paired?")
			}
			p.err, p.doc = err, c.buf[:min(len(c.buf), keptOfRefused)]
			return p
		}
		chunk, _ := c.r.Peek(c.r.Buffered())
		n, ended := b.scan(chunk)
		chunk = chunk[:n]
		c.line += bytes.Count(chunk, []byte{'\n'})
		switch {
		case p.err != nil:
		case len(c.buf)+n > c.limit:
			p.err = tooLong(p.line, c.limit)
		case b.deepest > maxDepth:
			p.err = tooDeep(p.line)
		}
		if room := keptOfRefused - len(c.buf); p.err == nil {
			c.buf = append(c.buf, chunk...)
		} else if room > 0 {
			c.buf = append(c.buf, chunk[:min(n, room)]...)
		} else {
			c.buf = c.buf[:keptOfRefused]
		}
		_, _ = c.r.Discard(n)
		if ended {
			p.doc = c.buf
			return p
		}
	}
}

// brackets follows the brackets and quotes of a JSON value.
type brackets struct {
	depth, deepest  int
	quoted, escaped bool
}

// scan reads on, up to and with the byte that ends the value if that is there.
func (b *brackets) scan(chunk []byte) (n int, ended bool) {
	for i, ch := range chunk {
		if b.quoted {
			switch {
			case b.escaped:
				b.escaped = false
			case ch == '\\':
				b.escaped = true
			case ch == '"':
				b.quoted = false
			}
			continue
		}
		switch ch {
		case '"':
			b.quoted = true
		case '{', '[':
			b.depth++
			b.deepest = max(b.deepest, b.depth)
		case '}', ']':
			if b.depth--; b.depth == 0 {
				return i + 1, true
			}
		}
	}
	return len(chunk), false
}

// stray takes what is no JSON object, up to the end of its line or, in an
// array, of its element.
func (c *cutter) stray(inArray bool) piece {
	p := piece{line: c.line}
	c.buf = c.buf[:0]
	for {
		b, err := c.next()
		if c.failed = err != nil; c.failed || b == '\n' {
			if c.failed && !errors.Is(err, io.EOF) {
				p.err = err
				return p
			}
			break
		}
		if inArray && (b == ',' || b == ']') {
			_ = c.r.UnreadByte()
			break
		}
		if len(c.buf) < keptOfRefused {
			c.buf = append(c.buf, b)
		}
	}
	p.doc = c.buf
	p.err = refusalAt(p.line, "bad-json", "", "%.60q is no JSON object: want an interaction or a chat as {…}; docs/ingest.md shows both", string(bytes.TrimSpace(p.doc)))
	return p
}
