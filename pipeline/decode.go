package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"earshot/bus"
	"earshot/models"
)

// identity is what a record is counted under. Workers and ledger derive it
// alike, so that every accepted record has its result or its Dead.
type identity struct {
	id       models.ID
	channel  models.Channel
	started  time.Time
	revision models.Revision
	source   string
}

// HeaderSource is the header in which a publisher may say where a record comes
// from, such as a file and line.
const HeaderSource = "source"

// Sources longer than this, in bytes, are cut.
const maxSource = 1000

// decode reads a record strictly: unknown fields are errors, since a misspelt
// one would be lost in silence. Its error wraps models.ErrBadInput; the identity
// holds in any case.
func decode(m bus.Message) (*models.Interaction, identity, error) {
	who := identity{
		id:       models.ID(fmt.Sprintf("unreadable:%d:%d", m.Partition, m.Offset)),
		started:  m.Time,
		revision: revision(m),
		source:   clip(strings.ToValidUTF8(m.Headers[HeaderSource], "\uFFFD"), maxSource),
	}
	if who.source == "" {
		who.source = location(m)
	}
	in, err := unmarshal(m.Value)
	if err != nil {
		return nil, who, models.BadInput("record at %s: %w", location(m), err)
	}
	// A record that names itself properly is counted under its name, even if
	// the rest of it is wrong.
	if in.ID.Validate() == nil && slices.Contains(models.Channels(), in.Channel) {
		who.id, who.channel = in.ID, in.Channel
		if !in.Started.IsZero() {
			who.started = in.Started
		}
	}
	if err := in.Validate(); err != nil {
		return nil, who, models.BadInput("record at %s: %w", location(m), err)
	}
	if in.Schema == 0 {
		in.Schema = 1
	}
	// These sections are ours to fill: what a publisher claims there is no
	// result.
	in.Findings, in.Verdicts, in.Scorecards, in.Trace = nil, nil, nil, nil
	return in, who, nil
}

func unmarshal(value []byte) (*models.Interaction, error) {
	if len(bytes.TrimSpace(value)) == 0 {
		return nil, errors.New("the record is empty: want an interaction as JSON")
	}
	if !utf8.Valid(value) {
		return nil, errors.New("the record is not UTF-8: want an interaction as JSON in UTF-8")
	}
	var in models.Interaction
	d := json.NewDecoder(bytes.NewReader(value))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return nil, fmt.Errorf("not an interaction as JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("something follows the interaction at byte %d: want one interaction a record", d.InputOffset())
	}
	return &in, nil
}

// revision returns the revision of a record. A publisher may leave the time
// out; then the order in the log has to do. It is never 0, which in a Dead
// stands for a record that never reached the log.
func revision(m bus.Message) models.Revision {
	if m.Time.IsZero() {
		return models.Revision(m.Offset + 1)
	}
	return models.NewRevision(m.Time, m.Offset)
}

func location(m bus.Message) string {
	return fmt.Sprintf("%s/%d/%d", m.Topic, m.Partition, m.Offset)
}
