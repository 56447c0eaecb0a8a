package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"earshot/models"
)

// recordingTypes are the recordings we take, and their media types. Whether
// one can be decoded is the Prober's question.
var recordingTypes = map[string]string{
	".wav": "audio/wav", ".wave": "audio/wav", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".ogg": "audio/ogg",
	".oga": "audio/ogg", ".opus": "audio/ogg", ".spx": "audio/ogg", ".m4a": "audio/mp4", ".mp4": "audio/mp4", ".aac": "audio/aac",
	".amr": "audio/amr", ".awb": "audio/amr-wb", ".gsm": "audio/gsm", ".aiff": "audio/aiff", ".aif": "audio/aiff",
	".au": "audio/basic", ".snd": "audio/basic", ".wma": "audio/x-ms-wma", ".webm": "audio/webm",
	".ul": "audio/pcmu", ".ulaw": "audio/pcmu", ".al": "audio/pcma", ".alaw": "audio/pcma", ".g729": "audio/g729", ".vox": "audio/vox", ".raw": "audio/l16", ".pcm": "audio/l16",
}

var recordingExtensions = slices.Sorted(maps.Keys(recordingTypes))

var sourceRecording = &source{
	name:       "recording",
	doc:        "Recordings, with a sidecar (call.json beside call.wav), or what the name says (ingest.recordings.patterns), or the file's time alone.",
	extensions: recordingExtensions,
	read:       readRecording,
	examples: []example{{
		title:   "a recording with a sidecar",
		name:    "call.wav",
		content: "RIFF sound",
		beside:  map[string]string{"call.json": `{"id":"call-7","agent":"li.na","queue":"refunds","started":"2026-05-04T15:04:05+08:00","media":{"roles":["agent","customer"]},"attributes":{"tier":"gold"}}`},
		accept:  1,
	}, {
		title:   "a sidecar with an unknown field",
		name:    "slip.wav",
		content: "RIFF sound",
		beside:  map[string]string{"slip.json": "{\n  \"agnt\": \"li.na\"\n}"},
		refuse:  []string{`slip.wav: sidecar slip.json:2: unknown field "agnt"; did you mean "agent"? Known here: schema, id, channel`},
	}, {
		title:   "a recording alone: its time is the file's",
		name:    "alone.mp3",
		content: "ID3 sound",
		accept:  1,
	}, {
		title:  "an empty file",
		name:   "empty.wav",
		refuse: []string{"empty.wav: the recording is empty"},
	}},
}

// maxSidecarBytes bounds a sidecar; a transcript may be part of it.
const maxSidecarBytes = 4 << 20

func readRecording(_ context.Context, d *Door, f *file) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		rec := Record{Source: f.shown, Recording: &Recording{Name: path.Base(f.name), Body: diskFile{f.File}}}
		rec.Interaction, rec.Raw, rec.Err = d.describe(f)
		yield(rec)
	}
}

// describe returns what is known of a recording: from its sidecar, then its
// name, then the configured defaults, then the file.
func (d *Door) describe(f *file) (*models.Interaction, []byte, error) {
	cfg := d.cfg.Recordings
	in := &models.Interaction{}
	sidecar, err := findSidecar(f.root.FS(), f.name)
	if err != nil {
		return nil, nil, err
	}
	var raw []byte
	if sidecar != "" {
		if in, raw, err = d.readSidecar(f, sidecar); err != nil {
			return nil, raw, err
		}
	} else if cfg.Sidecar == "required" {
		return nil, nil, refusal("no-sidecar", "", "has no sidecar %s, and ingest.recordings.sidecar is required", stem(f.name)+".json")
	}
	matched, err := d.fillFromName(f.name, in)
	if err != nil {
		return in, raw, err
	}
	if !matched && sidecar == "" && cfg.RequireMatch {
		return in, raw, refusal("no-match", "", "the name %s fits none of ingest.recordings.patterns: rename it, add a pattern, or put a sidecar beside it", path.Base(f.name))
	}
	if in.Started.IsZero() {
		in.Started = f.info.ModTime().UTC()
	}
	return in, nil, nil
}

// fillFromName fills what in lacks from the recording's name and then from the
// configured defaults.
func (d *Door) fillFromName(name string, in *models.Interaction) (matched bool, err error) {
	cfg := d.cfg.Recordings
	if matched, err = d.readName(name, in); err != nil {
		return matched, err
	}
	for _, field := range slices.Sorted(maps.Keys(cfg.Defaults)) {
		setField(in, field, cfg.Defaults[field])
	}
	if in.Media == nil {
		in.Media = &models.Media{}
	}
	if len(in.Media.Roles) == 0 {
		for _, r := range cfg.Roles {
			in.Media.Roles = append(in.Media.Roles, models.Party(r))
		}
	}
	return matched, nil
}

func (d *Door) readSidecar(f *file, sidecar string) (*models.Interaction, []byte, error) {
	at := func(err error) error {
		return fmt.Errorf("sidecar %s: %w", lineIn(path.Base(sidecar), lineOf(err)), withoutLine(err))
	}
	side, err := openFile(f.root, sidecar, sidecar)
	if err != nil {
		return nil, nil, at(err)
	}
	defer func() { _ = side.Close() }()
	in, err := side.input(d.cfg.Encoding)
	if err != nil {
		return nil, nil, at(err)
	}
	doc, err := io.ReadAll(io.LimitReader(in.text, maxSidecarBytes+1))
	if err != nil {
		return nil, nil, at(err)
	}
	if len(doc) > maxSidecarBytes {
		return nil, nil, at(refusal("too-large", "", "larger than %d bytes", maxSidecarBytes))
	}
	form, interaction, err := d.readForm(bytes.TrimPrefix(doc, []byte(bom)), 1)
	if err != nil {
		return nil, doc, at(err)
	}
	if other := recordingOf(f.root.FS(), sidecar); other != f.name && sidecar != f.name+".json" {
		return nil, doc, at(refusal("invalid", "", "is beside %s and %s: rename it to that of the two it belongs to, such as %s.json", path.Base(other), path.Base(f.name), path.Base(f.name)))
	}
	if form.Recording != "" && path.Base(form.Recording) != path.Base(f.name) {
		return nil, doc, at(refusal("invalid", "recording", "recording is %q, but the file beside it is %s: correct one of the names", truncate(form.Recording, 80), path.Base(f.name)))
	}
	return interaction, nil, nil
}

func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// findSidecar returns the sidecar of a recording, or "": call.wav.json, else
// call.json.
func findSidecar(folder fs.FS, name string) (string, error) {
	for _, sidecar := range []string{name + ".json", stem(name) + ".json"} {
		switch _, err := fs.Lstat(folder, sidecar); {
		case err == nil:
			return sidecar, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", refusal("unreadable", "", "sidecar %s: %w", path.Base(sidecar), err)
		}
	}
	return "", nil
}

// nameGroups are the groups that a pattern for file names may have, beside
// attribute_NAME.
var nameGroups = []string{"id", "channel", "language", "direction", "queue", "team", "agent", "customer", "time"}

const attributeGroup = "attribute_"

func knownGroup(name string) bool {
	attribute, ok := strings.CutPrefix(name, attributeGroup)
	return ok && attribute != "" || slices.Contains(nameGroups, name)
}

// namePattern is a compiled pattern for file names.
type namePattern struct{ re *regexp.Regexp }

func newNamePattern(pattern string) (namePattern, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return namePattern{}, fmt.Errorf("%q: %w", pattern, err)
	}
	named := 0
	for _, g := range re.SubexpNames() {
		if g == "" {
			continue
		}
		named++
		if !knownGroup(g) {
			return namePattern{}, fmt.Errorf("%q: group %q: want one of %s, or attribute_NAME", pattern, g, strings.Join(nameGroups, ", "))
		}
	}
	if named == 0 {
		return namePattern{}, fmt.Errorf("%q: has no named group such as (?P<agent>[^_]+)", pattern)
	}
	return namePattern{re}, nil
}

// readName fills what in lacks from the first pattern that fits the name.
func (d *Door) readName(name string, in *models.Interaction) (matched bool, err error) {
	for _, p := range d.names {
		m := p.re.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		for i, group := range p.re.SubexpNames() {
			switch {
			case group == "" || m[i] == "":
			case group == "time":
				if !in.Started.IsZero() {
					continue
				}
				c := d.clock
				if layout := d.cfg.Recordings.TimeLayout; layout != "" {
					c.layouts = []string{layout}
				}
				if in.Started, err = c.parse(m[i]); err != nil {
					return true, refusal("bad-time", "started", "time in the name %s: %w", path.Base(name), err)
				}
			default:
				setField(in, group, m[i])
			}
		}
		return true, nil
	}
	return false, nil
}

// setField sets a field of in by the name of its group, unless it has a value.
func setField(in *models.Interaction, name, value string) {
	set := func(field *string) {
		if *field == "" {
			*field = value
		}
	}
	switch name {
	case "id":
		set((*string)(&in.ID))
	case "channel":
		set((*string)(&in.Channel))
	case "language":
		set(&in.Language)
	case "direction":
		set(&in.Direction)
	case "queue":
		set(&in.Queue)
	case "team":
		set(&in.Team)
	case "agent":
		set(&in.Agent)
	case "customer":
		set(&in.Customer)
	default:
		key := strings.TrimPrefix(name, attributeGroup)
		if in.Attributes == nil {
			in.Attributes = map[string]string{}
		}
		if _, ok := in.Attributes[key]; !ok {
			in.Attributes[key] = value
		}
	}
}
