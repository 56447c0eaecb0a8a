package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"earshot/models"
)

// refused is an error of the sender's: it wraps models.ErrBadInput.
type refused struct {
	code  string
	field string
	line  int // of the file; 0: not about a line
	err   error
}

// refusal returns an error that wraps models.ErrBadInput; code is the class it
// is counted under, field the JSON field at fault, if it is one.
func refusal(code, field, format string, args ...any) error {
	return &refused{code: code, field: field, err: fmt.Errorf(format, args...)}
}

// refusalAt is refusal for what stands on a line of a file. The text leaves
// the line to whoever knows the file's name.
func refusalAt(line int, code, field, format string, args ...any) error {
	return &refused{code, field, line, fmt.Errorf(format, args...)}
}

func (r *refused) Error() string        { return r.err.Error() }
func (r *refused) Unwrap() error        { return r.err }
func (r *refused) Is(target error) bool { return target == models.ErrBadInput }
func (r *refused) Code() string         { return r.code }

// Code returns the class of the reason a record was refused for: that of the
// innermost error that has a Code method, else "bad-input".
func Code(err error) string {
	code := "bad-input"
	for {
		var c interface{ Code() string }
		if !errors.As(err, &c) {
			return code
		}
		if s := c.Code(); s != "" {
			code = s
		}
		e, ok := c.(error)
		if !ok {
			return code
		}
		if err = errors.Unwrap(e); err == nil {
			return code
		}
	}
}

// field returns the JSON field that err is about, or "".
func field(err error) string {
	var r *refused
	if errors.As(err, &r) {
		return r.field
	}
	return ""
}

// lineOf returns the line that err is about, or 0.
func lineOf(err error) int {
	var r *refused
	if errors.As(err, &r) {
		return r.line
	}
	return 0
}

// withoutLine returns err without the line it is about, for a text that
// already names it.
func withoutLine(err error) error {
	if r, ok := err.(*refused); ok { //nolint:errorlint // only the outermost has the line.
		return &refused{code: r.code, field: r.field, err: r.err}
	}
	return err
}

// lineIn names a line of a source, or all of it.
func lineIn(source string, line int) string {
	if line == 0 {
		return source
	}
	return source + ":" + strconv.Itoa(line)
}

var validationSubject = regexp.MustCompile(`^(?:interaction [^ ]*: )?((?:turn \d+)|[a-z_][a-z_0-9.]*)`)

// invalid turns a validation error of models, whose text starts with what is
// wrong, into a refusal that names the JSON field.
func invalid(err error) error {
	name := ""
	if m := validationSubject.FindStringSubmatch(err.Error()); m != nil {
		name = m[1]
		head, _, _ := strings.Cut(name, ".")
		switch {
		case strings.HasPrefix(name, "turn "):
			name = "transcript.turns[" + name[len("turn "):] + "]"
		case name == "attribute":
			name = "attributes"
		case !slices.Contains(knownFields(interactionType), head):
			name = ""
		}
	}
	return &refused{code: "invalid", field: name, err: err}
}

// maxDeadRecord bounds what a dead letter keeps of the record, so that dead
// letters of anything pass through Kafka.
const maxDeadRecord = 256 << 10

// dead is the letter that says why rec was refused.
func (d *Door) dead(rec *Record, err error) models.Dead {
	dead := models.Dead{
		ID: rec.id(), Step: "ingest", Reason: err.Error(), Code: Code(err),
		Source: rec.where(err), At: d.parts.Now().UTC(), Attempts: 1,
	}
	if d.parts.Mask != nil {
		named := &models.Interaction{ID: dead.ID}
		d.parts.Mask(named)
		dead.ID = named.ID
	}
	if dead.ID.Validate() != nil {
		dead.ID = ""
	}
	if in := rec.Interaction; in != nil && slices.Contains(models.Channels(), in.Channel) {
		dead.Channel = in.Channel
	}
	dead.Record, dead.Truncated = rec.Raw, rec.Truncated
	if in := rec.Interaction; len(rec.Raw) == 0 && in != nil {
		if d.parts.Mask != nil {
			d.parts.Mask(in)
		}
		if b, err := json.Marshal(in); err == nil {
			dead.Record = b
		}
	}
	if d.parts.Mask != nil {
		if len(dead.Record) > 0 { // fields that hold something else than they should, too
			dead.Record = d.maskRaw(dead.Record)
		}
		// Both may quote the record, or a file's name that tells who called.
		dead.Reason, dead.Source = string(d.maskRaw([]byte(dead.Reason))), string(d.maskRaw([]byte(dead.Source)))
	}
	if len(dead.Record) > maxDeadRecord {
		dead.Record, dead.Truncated = dead.Record[:maxDeadRecord], true
	}
	return dead
}
