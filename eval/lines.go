package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"earshot/models"
)

// maxLine is the longest line of labelled data that is read.
const maxLine = 4 << 20

// ReadLines reads labelled data: a JSON value a line; fields that T does not
// have are left out. Errors wrap models.ErrBadInput and give the line.
func ReadLines[T any](r io.Reader) ([]T, error) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxLine)
	var out []T
	n := 0
	for s.Scan() {
		n++
		line := bytes.TrimSpace(s.Bytes())
		if len(line) == 0 {
			continue
		}
		var item T
		if err := json.Unmarshal(line, &item); err != nil {
			return nil, models.BadInput("line %d: %w", n, err)
		}
		out = append(out, item)
	}
	if err := s.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, models.BadInput("line %d: longer than %d bytes", n+1, maxLine)
	} else if err != nil {
		return nil, fmt.Errorf("read labelled data: %w", err)
	}
	if len(out) == 0 {
		return nil, models.BadInput("no lines")
	}
	return out, nil
}

// Counts are what was right and what was wrong of one class or type.
type Counts struct {
	True      int     `json:"true"`  // labelled so, and found so
	False     int     `json:"false"` // found so, but not labelled so
	Missed    int     `json:"missed"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

func (c *Counts) finish() {
	c.Precision = share(c.True, c.True+c.False)
	c.Recall = share(c.True, c.True+c.Missed)
	c.F1 = fBeta(c.Precision, c.Recall, 1)
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// fBeta weighs recall beta times as much as precision.
func fBeta(precision, recall, beta float64) float64 {
	b := beta * beta
	if d := b*precision + recall; d > 0 {
		return (1 + b) * precision * recall / d
	}
	return 0
}
