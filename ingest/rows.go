package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
)

// rows cuts CSV into rows of at most limit bytes; a row may hold line breaks
// within double quotes. separator 0 stands for the most frequent candidate of
// the first line. A row that is too long is skipped up to the next line break.
func rows(r io.Reader, separator byte, limit int) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		c := rowCutter{r: bufio.NewReaderSize(r, 64<<10), separator: separator, limit: limit, line: 1}
		if head, _ := c.r.Peek(len(bom)); string(head) == bom {
			_, _ = c.r.Discard(len(bom))
		}
		if separator == 0 {
			c.separator = c.guess()
		}
		for {
			p, err := c.row()
			if p.err != nil || len(bytes.TrimSpace(p.doc)) > 0 {
				if !yield(p) {
					return
				}
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(piece{line: c.line, err: err, separator: c.separator})
				}
				return
			}
		}
	}
}

type rowCutter struct {
	r         *bufio.Reader
	separator byte
	limit     int
	line      int
	buf       []byte
}

const separatorCandidates = ",;\t|"

// guess counts the candidates in the first line, outside double quotes.
func (c *rowCutter) guess() byte {
	head, _ := c.r.Peek(16 << 10)
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	best, most := byte(','), 0
	for _, candidate := range []byte(separatorCandidates) {
		n, quoted := 0, false
		for _, b := range head {
			switch {
			case b == '"':
				quoted = !quoted
			case b == candidate && !quoted:
				n++
			}
		}
		if n > most {
			best, most = candidate, n
		}
	}
	return best
}

// row returns the next row, and io.EOF with the last one. Quotes are read as
// encoding/csv does with LazyQuotes: one opens a cell only at its beginning.
func (c *rowCutter) row() (piece, error) {
	p := piece{line: c.line, separator: c.separator}
	c.buf = c.buf[:0]
	begin, quoted, closing := true, false, false
	for {
		b, err := c.r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) && quoted && !closing && p.err == nil && len(c.buf) > 0 {
				p.err = unclosed(p.line)
			}
			p.doc = trimRow(c.buf)
			return p, err
		}
		if b == '\n' {
			c.line++
		}
		switch {
		case closing: // the byte after a double quote in a quoted cell
			closing = false
			quoted = b != c.separator && b != '\n' && b != '\r'
		case quoted && b == '"':
			closing = true
		case begin && b == '"':
			quoted = true
		}
		begin = !quoted && b == c.separator
		if b == '\n' && (!quoted || p.err != nil) {
			p.doc = trimRow(c.buf)
			return p, nil
		}
		switch {
		case p.err != nil:
		case len(c.buf) < c.limit:
			c.buf = append(c.buf, b)
		case quoted:
			p.err = unclosed(p.line)
		default:
			p.err = tooLong(p.line, c.limit)
		}
	}
}

func unclosed(line int) error {
	return refusalAt(line, "bad-csv", "", "a double quote that opens a cell here is never closed: close it, or double it inside the text")
}

func trimRow(b []byte) []byte {
	return []byte(strings.TrimRight(string(b), "\r\n"))
}
