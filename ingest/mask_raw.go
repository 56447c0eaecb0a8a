package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"earshot/models"
)

// maskRaw masks bytes that could not be read as an interaction: private data
// must not leave through the back door. JSON is masked string by string, as
// what the parties said one after the other; all else as if one party had said
// it.
func (d *Door) maskRaw(raw []byte) []byte {
	raw = raw[:min(len(raw), maxDeadRecord)]
	if json.Valid(raw) {
		if masked, ok := d.maskJSON(raw); ok {
			return masked
		}
	}
	text := strings.ToValidUTF8(string(raw), string(utf8.RuneError))
	turns := d.maskTurns([]models.Turn{{Party: models.Unknown, Text: text}})
	if len(turns) == 0 {
		return nil
	}
	return []byte(turns[0].Text)
}

func (d *Door) maskTurns(turns []models.Turn) []models.Turn {
	in := &models.Interaction{Channel: models.Phone, Transcript: &models.Transcript{Turns: turns}}
	d.parts.Mask(in)
	if in.Transcript == nil {
		return nil
	}
	return in.Transcript.Turns
}

// The names under which records hold what somebody says, and who does.
var (
	spokenKeys = map[string]bool{"text": true, "content": true, "message": true, "msg": true, "body": true}
	partyKeys  = map[string]bool{"from": true, "party": true, "sender": true, "role": true}
)

// literal is a name, a string or a number in a document.
type literal struct {
	from, to int
	text     string
	quoted   bool
	spoken   models.Party // who says it; empty if it is no message
}

// literals returns those of a document in their order; timestamps and the words
// of the language itself are none.
func literals(raw []byte) ([]literal, error) {
	var all []literal
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	key, party, isKey := "", models.Party("somebody"), false
	var open []bool // the objects and lists around, true for an object
	for {
		from := int(dec.InputOffset())
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		to := int(dec.InputOffset())
		switch v := token.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				open = append(open, v == '{')
			} else {
				open = open[:len(open)-1]
			}
			isKey = len(open) > 0 && open[len(open)-1]
			continue
		case string:
			l := literal{from: from + bytes.IndexByte(raw[from:to], '"'), to: to, text: v, quoted: true}
			switch {
			case isKey:
				key = v
			case spokenKeys[key]:
				l.spoken = party
			case partyKeys[key]:
				party = models.Party(v)
			}
			if !timestamp.MatchString(v) {
				all = append(all, l)
			}
		case json.Number:
			all = append(all, literal{from: to - len(v), to: to, text: string(v)})
		}
		isKey = len(open) > 0 && open[len(open)-1] && !isKey
	}
}

var timestamp = regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?$`)

// maskJSON masks the names, strings and numbers of a document. ok is false if
// what comes of it is no document any more.
func (d *Door) maskJSON(raw []byte) (masked []byte, ok bool) {
	all, err := literals(raw)
	if err != nil {
		return nil, false
	}
	var talk, rest []models.Turn
	for _, l := range all {
		if l.spoken != "" {
			talk = append(talk, models.Turn{Party: l.spoken, Text: l.text})
		} else {
			rest = append(rest, models.Turn{Party: models.System, Text: l.text})
		}
	}
	talk, rest = d.maskTurns(talk), d.maskTurns(rest)
	at := 0
	for _, l := range all {
		from := &rest
		if l.spoken != "" {
			from = &talk
		}
		if len(*from) == 0 {
			return nil, false
		}
		text := (*from)[0].Text
		*from = (*from)[1:]
		if text == l.text {
			continue
		}
		b, err := json.Marshal(text) // a number that is masked becomes a string
		if err != nil {
			return nil, false
		}
		masked = append(append(masked, raw[at:l.from]...), b...)
		at = l.to
	}
	masked = append(masked, raw[at:]...)
	return masked, json.Valid(masked)
}
