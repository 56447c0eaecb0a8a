package terminal

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"earshot/models"
)

// sheet is a CSV file with a header line: what people export from a
// spreadsheet or another system.
type sheet struct {
	file   string
	Header []string
	column map[string]int // by the names we use
	csv    *csv.Reader
}

// Row is a line of a sheet.
type Row struct {
	Line   int
	fields []string
	column map[string]int
}

// Get returns a field without the spaces around it; empty if there is none.
func (r Row) Get(name string) string {
	if i, ok := r.column[name]; ok && i < len(r.fields) {
		return strings.TrimSpace(r.fields[i])
	}
	return ""
}

// OpenSheet reads the header line. It takes UTF-8, with a mark or without, and
// GB18030, which Excel writes in Chinese; commas, semicolons and tabs. names
// maps the names that columns go by, in small letters, to ours.
func OpenSheet(file string, data []byte, names map[string]string) (*sheet, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		var err error
		if data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data); err != nil {
			return nil, models.BadInput("%s is neither UTF-8 nor GB18030 text", file)
		}
	}
	s := &sheet{file: file, column: map[string]int{}, csv: csv.NewReader(bytes.NewReader(data))}
	if first, _, _ := bytes.Cut(data, []byte("\n")); !bytes.ContainsRune(first, ',') && bytes.ContainsAny(first, ";\t") {
		s.csv.Comma = rune(first[bytes.IndexAny(first, ";\t")])
	}
	s.csv.FieldsPerRecord, s.csv.TrimLeadingSpace = -1, true
	var err error
	if s.Header, err = s.csv.Read(); err != nil {
		return nil, models.BadInput("%s: no header line: %w", file, err)
	}
	for i, name := range s.Header {
		if known := names[strings.ToLower(strings.TrimSpace(name))]; known != "" {
			s.column[known] = i
		}
	}
	return s, nil
}

func (s *sheet) Has(column string) bool { _, ok := s.column[column]; return ok }

// next returns the next line; io.EOF after the last. An error that wraps
// models.ErrBadInput is about that line alone.
func (s *sheet) next() (Row, error) {
	fields, err := s.csv.Read()
	if err != nil {
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return Row{}, models.BadInput("%s:%d: %w", s.file, bad.Line, bad.Err)
		}
		return Row{}, err
	}
	line, _ := s.csv.FieldPos(0)
	return Row{line, fields, s.column}, nil
}

// EachRow calls take for every line; what take and the file refuse is returned
// in wrong.
func (s *sheet) EachRow(take func(Row) error) (wrong []error, err error) {
	for {
		r, err := s.next()
		if errors.Is(err, io.EOF) {
			return wrong, nil
		}
		if err == nil {
			err = take(r)
		}
		if err != nil && !errors.Is(err, models.ErrBadInput) {
			return wrong, err
		}
		if err != nil {
			wrong = append(wrong, err)
		}
	}
}
