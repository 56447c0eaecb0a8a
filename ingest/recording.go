package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"unicode"

	"earshot/models"
)

// heldRecording is a recording that was read once: its hash is known, and it
// can be read again.
type heldRecording struct {
	body io.ReadSeeker
	name string
	said string // how messages name it: not again where they start with its path
	sum  string
	size int64
	temp *os.File // to be removed; nil if body is the caller's
}

func (h *heldRecording) release() {
	if h.temp != nil {
		_ = h.temp.Close()
		_ = os.Remove(h.temp.Name())
	}
}

// hold reads the recording, within the size limit, and notes it in in.Media.
func (d *Door) hold(ctx context.Context, rec *Record) (_ *heldRecording, err error) {
	r, in := rec.Recording, rec.Interaction
	if d.parts.Media == nil {
		return nil, refusal("no-media-store", "media", "no media store is configured, so recordings are not accepted")
	}
	h := &heldRecording{name: fileName(r.Name), said: "the recording"}
	if fileName(rec.Source) != h.name {
		h.said += " " + h.name
	}
	defer func() {
		if err != nil {
			h.release()
		}
	}()
	hash := sha256.New()
	var to io.Writer = hash
	if s, ok := r.Body.(io.ReadSeeker); ok {
		h.body = s
		if _, err := s.Seek(0, io.SeekStart); err != nil {
			return nil, fmt.Errorf("read recording %s: %w", r.Name, err)
		}
	} else {
		if h.temp, err = os.CreateTemp(d.cfg.Spool, "earshot-upload-*"); err != nil {
			return nil, fmt.Errorf("make room for recording %s: %w", r.Name, err)
		}
		h.body, to = h.temp, io.MultiWriter(hash, h.temp)
	}
	h.size, err = io.Copy(to, io.LimitReader(contextReader{ctx, r.Body}, d.cfg.MaxRecordingBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read recording %s: %w", r.Name, err)
	}
	if h.size == 0 {
		return nil, refusal("empty-file", "recording", "%s is empty: record or copy it again", h.said)
	}
	if h.size > d.cfg.MaxRecordingBytes {
		return nil, refusal("too-large", "recording", "%s is larger than ingest.max_recording_bytes (%d): split it, or raise the limit", h.said, d.cfg.MaxRecordingBytes)
	}
	h.sum = hex.EncodeToString(hash.Sum(nil))
	if in.Media == nil {
		in.Media = &models.Media{}
	}
	if want := in.Media.SHA256; want != "" && !strings.EqualFold(want, h.sum) {
		return nil, refusal("wrong-hash", "media.sha256", "%s has SHA-256 %s, but media.sha256 says %.80s: it was damaged on the way, or is another one", h.said, h.sum, want)
	}
	in.Media.SHA256, in.Media.Bytes = h.sum, h.size
	if in.Media.Name == "" {
		in.Media.Name = h.name
	}
	return h, nil
}

// fileName returns the last part of a path of any system, fit to be shown.
func fileName(name string) string {
	name = strings.ToValidUTF8(path.Base(strings.ReplaceAll(name, `\`, "/")), "�")
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
	return truncate(name, 255)
}

// keep looks into the recording and stores it, unless it is already there.
func (d *Door) keep(ctx context.Context, h *heldRecording, in *models.Interaction) error {
	if d.parts.Probe != nil {
		if _, err := h.body.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read recording %s: %w", h.name, err)
		}
		sound, err := d.parts.Probe.Probe(ctx, h.body, h.size, h.name, in.Media.Format)
		if err != nil {
			if errors.Is(err, models.ErrBadInput) {
				return &refused{code: badAudio(err), field: "recording", err: fmt.Errorf("%s: %w", h.said, err)}
			}
			return fmt.Errorf("look into recording %s: %w", h.name, err)
		}
		if n := len(in.Media.Roles); n > 0 && sound.Channels > 0 && n != sound.Channels {
			return refusal("invalid", "media.roles", "%s has %d channels, but media.roles names %d: name one party a channel, or none", h.said, sound.Channels, n)
		}
		if sound.Type != "" {
			in.Media.Type = sound.Type
		}
		if sound.Length > 0 && in.Ended == nil {
			ended := in.Started.Add(sound.Length)
			in.Ended = &ended
		}
	}
	if in.Media.Type == "" {
		in.Media.Type = recordingTypes[strings.ToLower(path.Ext(h.name))]
	}
	has, err := d.parts.Media.Has(ctx, h.sum)
	if err == nil && !has {
		if _, err = h.body.Seek(0, io.SeekStart); err == nil {
			err = d.parts.Media.Put(ctx, h.sum, h.size, in.Media.Type, h.body)
		}
	}
	if err != nil {
		return fmt.Errorf("store recording %s: %w", h.name, err)
	}
	return nil
}

func badAudio(err error) string {
	if code := Code(err); code != "bad-input" {
		return code
	}
	return "bad-audio"
}

// contextReader ends a long copy when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
