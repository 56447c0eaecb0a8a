// Package ingest is the one way in: it turns recordings and chat logs of any
// channel into interactions, checks them, keeps the recording, masks the text
// and publishes the result. What it accepts is durable; what it refuses goes,
// with the reason and what to do about it, to the dead-letter topic.
//
// A Door does the accepting. Files, watched folders and HTTP uploads all come
// through it; the kinds of file it can read are the source_*.go files.
package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"earshot/models"
)

//go:generate go test -run ^TestGeneratedFilesAreUpToDate$ -update .

// Publisher hands an accepted interaction on.
type Publisher interface {
	// Publish returns nil only when in survives the loss of a machine: in Kafka,
	// when all in-sync replicas have it. It may be called from many goroutines.
	// Publishing an id again replaces the earlier interaction. An error that
	// wraps models.ErrBadInput means that in can never be published, for
	// instance because it is larger than the log takes; any other may pass.
	Publish(ctx context.Context, in *models.Interaction) error
}

// Media keeps recordings under the SHA-256 of their bytes.
type Media interface {
	// Has reports whether the recording is kept.
	Has(ctx context.Context, sha256 string) (bool, error)
	// Put stores size bytes of body and returns nil only when they are durable.
	// A reader of the store never sees part of a recording. It is idempotent,
	// and fails without a trace where body does not have the given hash.
	Put(ctx context.Context, sha256 string, size int64, mediaType string, body io.Reader) error
}

// Prober looks into recordings before they are accepted.
type Prober interface {
	// Probe reads as much of r as it takes to tell whether it can be decoded;
	// name is the file's name and format how to read it if it has no header,
	// empty if it has. An error that wraps models.ErrBadInput says why it
	// cannot; its text names neither the file nor its place, for the Door adds
	// both, and a Code() string method on it gives the class of the reason. It
	// may be called from many goroutines and leaves r where it likes.
	Probe(ctx context.Context, r io.ReadSeeker, size int64, name, format string) (Sound, error)
}

// Sound is what a Prober found in a recording.
type Sound struct {
	Type     string        // media type such as audio/wav
	Channels int           // 1 or more
	Length   time.Duration // 0 if only decoding all of it would tell
}

// Parts are what a Door works with.
type Parts struct {
	Publisher Publisher // required
	Media     Media     // nil: recordings are refused

	// Refuse keeps what was not accepted; it returns nil only when the record is
	// durable there, and may be called from many goroutines. Required.
	Refuse func(context.Context, models.Dead) error

	Probe Prober                    // nil: recordings are not looked into
	Mask  func(*models.Interaction) // masks private data in turns; nil: none
	Now   func() time.Time          // nil: time.Now
	Log   *slog.Logger              // nil: nothing is logged
}

// Door accepts interactions. Its methods may be called from many goroutines.
type Door struct {
	cfg     Config
	parts   Parts
	clock   clock
	parties map[string]models.Party
	names   []namePattern
	tables  []*table
}

// New returns a Door; cfg has to be valid.
func New(cfg Config, parts Parts) (*Door, error) {
	if parts.Publisher == nil || parts.Refuse == nil {
		return nil, errors.New("a door needs a publisher and a place for what it refuses")
	}
	if parts.Now == nil {
		parts.Now = time.Now
	}
	if parts.Log == nil {
		parts.Log = slog.New(slog.DiscardHandler)
	}
	d := &Door{cfg: cfg, parts: parts}
	if err := d.compile(); err != nil {
		return nil, err
	}
	if cfg.Spool != "" {
		if err := os.MkdirAll(cfg.Spool, 0o700); err != nil {
			return nil, fmt.Errorf("folder for uploads under way: %w", err)
		}
	}
	return d, nil
}

// Accept takes one record in. A nil error means that it is durable: published,
// its recording kept. An error that wraps models.ErrBadInput means that it was
// refused, and that the refusal is durable. After any other error nothing is
// known; accepting the same record again is safe and does not double it.
//
// Accept fills what is missing in rec.Interaction, clears the sections that
// only the pipeline may fill, and masks it.
func (d *Door) Accept(ctx context.Context, rec Record) (models.ID, error) {
	err := rec.Err
	if err == nil {
		err = d.admit(ctx, &rec)
	}
	if err == nil {
		return rec.Interaction.ID, nil
	}
	if where := rec.where(err); where != "" {
		err = fmt.Errorf("%s: %w", where, err)
	}
	if !errors.Is(err, models.ErrBadInput) {
		return rec.id(), err
	}
	if refuseErr := d.parts.Refuse(ctx, d.dead(&rec, err)); refuseErr != nil {
		// The text of the first only: until the refusal is kept, the record is
		// neither in nor out, and the sender has to come again.
		return rec.id(), fmt.Errorf("refused (%s), but the refusal could not be kept: %w", err.Error(), refuseErr)
	}
	return rec.id(), err
}

func (d *Door) admit(ctx context.Context, rec *Record) error {
	in := rec.Interaction
	if in == nil {
		return refusal("empty", "", "holds no interaction")
	}
	in.Schema = max(in.Schema, models.SchemaVersion)
	// Results are made by the pipeline; taken from outside they would be
	// forged, and counted twice.
	in.Findings, in.Verdicts, in.Scorecards, in.Trace = nil, nil, nil, nil

	var kept *heldRecording
	if rec.Recording != nil {
		var err error
		if kept, err = d.hold(ctx, rec); err != nil {
			return err
		}
		defer kept.release()
	}
	d.complete(in, rec)
	if err := in.Validate(); err != nil {
		return invalid(err)
	}
	if in.Transcript != nil && len(in.Transcript.Turns) == 0 && in.Media == nil {
		return refusal("empty", "transcript", "interaction %s has no messages: leave it out, or send what was written", in.ID)
	}
	switch {
	case kept != nil:
		if err := d.keep(ctx, kept, in); err != nil {
			return err
		}
	case in.Media != nil:
		if err := d.knownMedia(ctx, in); err != nil {
			return err
		}
	}
	if d.parts.Mask != nil {
		d.parts.Mask(in)
	}
	if size, err := jsonSize(in); err != nil {
		return refusal("invalid", "", "interaction %s: %w", in.ID, err)
	} else if size > d.cfg.MaxRecordBytes {
		return refusal("too-large", "", "interaction %s is %d bytes of JSON, more than ingest.max_record_bytes (%d): split the conversation, or raise the limit", in.ID, size, d.cfg.MaxRecordBytes)
	}
	if err := d.parts.Publisher.Publish(ctx, in); err != nil {
		return fmt.Errorf("publish interaction %s: %w", in.ID, err)
	}
	return nil
}

// complete fills what the sender may leave out.
func (d *Door) complete(in *models.Interaction, rec *Record) {
	if in.Channel == "" {
		in.Channel = models.WebChat
		if in.Media != nil {
			in.Channel = models.Phone
		}
	}
	if t := in.Transcript; t != nil && t.Grade == "" && in.Media == nil {
		t.Grade = models.GradeText
	}
	if in.ID == "" {
		in.ID = deriveID(in, rec)
	}
}

func (d *Door) knownMedia(ctx context.Context, in *models.Interaction) error {
	if d.parts.Media == nil {
		return refusal("no-media-store", "media", "interaction %s: no media store is configured, so recordings are not accepted", in.ID)
	}
	has, err := d.parts.Media.Has(ctx, in.Media.SHA256)
	if err != nil {
		return fmt.Errorf("look for recording %s: %w", in.Media.SHA256, err)
	}
	if !has {
		return refusal("no-recording", "media.sha256", "interaction %s: recording %s is not in the media store: send the recording with it", in.ID, in.Media.SHA256)
	}
	return nil
}

type countWriter int

func (c *countWriter) Write(p []byte) (int, error) {
	*c += countWriter(len(p))
	return len(p), nil
}

func jsonSize(in *models.Interaction) (int, error) {
	var n countWriter
	err := json.NewEncoder(&n).Encode(in)
	return int(n), err
}
