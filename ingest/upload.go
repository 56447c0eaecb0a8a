package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"sync"

	"earshot/models"
)

// uploadName is what messages call the body of an upload.
const uploadName = "request body"

// multipartOverhead is allowed for the headers and fields around a recording.
const multipartOverhead = 64 << 10

// Handler returns the handler of POST /v1/interactions. It takes
//
//   - multipart/form-data with a part "interaction" (a JSON document) and a
//     part "recording" (the file),
//   - application/json: one interaction or chat, or a list of them,
//   - application/x-ndjson: one a line, or a message a line.
//
// It answers 202 with {"ids": […]} once everything is durable, and otherwise
// with a problem of RFC 9457: 400 where records were refused, and which; 413
// and 415; 503 with Retry-After where nothing can be stored right now. Sending
// the same again is always safe. Whether the sender may is not its question.
func (d *Door) Handler() http.Handler {
	return http.HandlerFunc(d.upload)
}

func (d *Door) upload(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		problem{Status: http.StatusMethodNotAllowed, Detail: "send interactions with POST"}.write(w)
		return
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		problem{Status: http.StatusUnsupportedMediaType, Detail: fmt.Sprintf("Content-Encoding %.40q is not read: send the body uncompressed", e)}.write(w)
		return
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := params["charset"]; err == nil && charset != "" && !strings.EqualFold(charset, "utf-8") {
		problem{Status: http.StatusUnsupportedMediaType, Detail: fmt.Sprintf("charset %.40q is not read: send UTF-8", charset)}.write(w)
		return
	}
	limit := d.cfg.MaxBodyBytes
	if kind == "multipart/form-data" {
		limit = d.cfg.MaxRecordingBytes + int64(d.cfg.MaxRecordBytes) + multipartOverhead
	}
	if r.ContentLength > limit {
		tooLarge(limit).write(w)
		return
	}
	body := http.MaxBytesReader(w, r.Body, limit)
	in := input{text: body, shown: uploadName}
	var records iter.Seq[Record]
	switch {
	case err == nil && kind == "application/json":
		records = d.readText(r.Context(), in, documents, d.record)
	case err == nil && (kind == "application/x-ndjson" || kind == "application/jsonl"):
		records = d.readText(r.Context(), in, lines, d.lineRecord)
	case err == nil && kind == "multipart/form-data" && params["boundary"] != "":
		records = d.readParts(multipart.NewReader(body, params["boundary"]))
	default:
		problem{Status: http.StatusUnsupportedMediaType, Detail: fmt.Sprintf("Content-Type %.80q: want application/json, application/x-ndjson, or multipart/form-data with parts interaction and recording", r.Header.Get("Content-Type"))}.write(w)
		return
	}
	d.answer(w, r, d.acceptAll(r.Context(), records), limit)
}

// outcome is what came of one record of an upload.
type outcome struct {
	id  models.ID
	err error
}

// acceptAll brings the records through the door and returns what came of each,
// in their order. A record without an outcome was never looked at.
func (d *Door) acceptAll(ctx context.Context, records iter.Seq[Record]) []outcome {
	var mu sync.Mutex
	var all []outcome
	f := newFeed(ctx, d, Observer{})
	for rec := range records {
		mu.Lock()
		n := len(all)
		all = append(all, outcome{err: context.Canceled})
		mu.Unlock()
		rec.settled = func(id models.ID, err error) {
			mu.Lock()
			defer mu.Unlock()
			all[n] = outcome{id, err}
		}
		if !f.put(rec, &fileCount{}) {
			break
		}
	}
	// Its error is the outcome of the record that caused it.
	_ = f.close()
	return all
}

// answer tells the sender what came of the upload.
func (d *Door) answer(w http.ResponseWriter, r *http.Request, all []outcome, limit int64) {
	ids := []models.ID{}
	var faults []fault
	var failed error
	for _, o := range all {
		var large *http.MaxBytesError
		switch {
		case o.err == nil:
			ids = append(ids, o.id)
		case errors.As(o.err, &large):
			tooLarge(limit).write(w)
			return
		case errors.Is(o.err, models.ErrBadInput):
			faults = append(faults, newFault(o.id, o.err))
		case failed == nil || errors.Is(failed, context.Canceled):
			failed = o.err
		}
	}
	switch {
	case r.Context().Err() != nil:
		// Nobody is there to hear the answer.
	case failed != nil:
		d.parts.Log.ErrorContext(r.Context(), "an upload could not be stored", "error", failed)
		w.Header().Set("Retry-After", "5")
		problem{Status: http.StatusServiceUnavailable, Detail: "the upload cannot be stored right now: send all of it again later; nothing is doubled by that", Accepted: ids, Errors: faults}.write(w)
	case len(faults) > 0:
		refusedProblem(faults, ids, len(all)).write(w)
	default:
		writeJSON(w, http.StatusAccepted, "application/json", struct {
			IDs []models.ID `json:"ids"`
		}{ids})
	}
}

// readParts yields the one record of a multipart upload.
func (d *Door) readParts(parts *multipart.Reader) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		rec := Record{Source: uploadName}
		if err := d.collect(parts, &rec); err != nil {
			rec.Err = err
		}
		yield(rec)
	}
}

// collect fills rec from the parts, in whatever order they come.
func (d *Door) collect(parts *multipart.Reader, rec *Record) error {
	var form *Form
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return badBody(err)
		}
		switch name := part.FormName(); {
		case name == "interaction" && form == nil:
			if form, err = d.readPart(part, rec); err != nil {
				return err
			}
		case name == "recording" && rec.Recording == nil:
			if err := d.spool(part, rec); err != nil {
				return err
			}
		default:
			return refusal("bad-parts", name, "part %.60q: want one part interaction (JSON) and one part recording (the file)", name)
		}
	}
	switch {
	case form == nil && rec.Recording == nil:
		return refusal("bad-parts", "interaction", "the parts interaction (JSON) and recording (the file) are missing")
	case form == nil:
		rec.Interaction = &models.Interaction{}
	case form.Recording != "" && rec.Recording != nil:
		return refusal("invalid", "recording", "both a part recording and a path in the field recording: send one of them")
	}
	if rec.Recording == nil {
		return d.attach(rec, form, nil)
	}
	_, err := d.fillFromName(rec.Recording.Name, rec.Interaction)
	return err
}

func (d *Door) readPart(part io.Reader, rec *Record) (*Form, error) {
	limit := int64(d.cfg.MaxRecordBytes)
	doc, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err != nil {
		return nil, badBody(err)
	}
	if int64(len(doc)) > limit {
		rec.Raw, rec.Truncated = doc[:keptOfRefused], true
		return nil, refusal("too-large", "interaction", "the part interaction is larger than ingest.max_record_bytes (%d)", limit)
	}
	form, in, err := d.readForm(doc, 1)
	rec.Interaction = in
	if err != nil {
		rec.Raw = doc
		return nil, fmt.Errorf("part interaction: %w", err)
	}
	return form, nil
}

// spool writes the recording to a temporary file, which goes with rec.
func (d *Door) spool(part *multipart.Part, rec *Record) error {
	name := part.FileName()
	if name == "" {
		return refusal("bad-parts", "recording", `the part recording has no file name: send it as filename="call.wav"`)
	}
	temp, err := os.CreateTemp(d.cfg.Spool, "earshot-upload-*")
	if err != nil {
		return fmt.Errorf("make room for an upload: %w", err)
	}
	rec.done = func() {
		_ = temp.Close()
		_ = os.Remove(temp.Name())
	}
	n, err := io.Copy(temp, io.LimitReader(part, d.cfg.MaxRecordingBytes+1))
	if err != nil {
		return badBody(err)
	}
	if n > d.cfg.MaxRecordingBytes {
		return refusal("too-large", "recording", "the recording %.80q is larger than ingest.max_recording_bytes (%d): split it, or raise the limit", name, d.cfg.MaxRecordingBytes)
	}
	rec.Recording = &Recording{Name: name, Body: temp}
	return nil
}

// badBody tells a body that is no multipart from one that stopped coming.
func badBody(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) || errors.Is(err, context.Canceled) {
		return err
	}
	return refusal("bad-parts", "", "the multipart body ends too soon or is malformed: %w", err)
}
