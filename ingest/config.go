package ingest

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"

	"earshot/models"
)

// Config says how recordings and chat logs are read.
type Config struct {
	Allow []string `yaml:"allow" doc:"folders from which an upload or a record may name its recording by path; default none: such paths are refused, except inside the folder of a file that was itself given on the command line or is being watched"`

	MaxRecordingBytes int64  `yaml:"max_recording_bytes" doc:"largest recording accepted, in bytes; default 1073741824 (1 GiB)"`
	MaxRecordBytes    int    `yaml:"max_record_bytes" doc:"largest conversation accepted, in bytes of JSON, and longest line of a chat log; default 4194304 (4 MiB); has to fit through Kafka"`
	MaxBodyBytes      int64  `yaml:"max_body_bytes" doc:"largest body of an upload without a recording, in bytes; default 67108864 (64 MiB)"`
	Parallel          int    `yaml:"parallel" doc:"conversations of one ingest run under way at once, 1 to 256; default 32"`
	GroupBytes        int64  `yaml:"group_bytes" doc:"memory for putting the messages of one file together by conversation, in bytes, before it goes on on disk; default 67108864 (64 MiB)"`
	Spool             string `yaml:"spool" doc:"folder for uploads under way; default the system's folder for temporary files"`

	TimeZone    string              `yaml:"time_zone" doc:"zone of times that name none, as IANA name such as Asia/Shanghai; default Local, the machine's"`
	TimeLayouts []string            `yaml:"time_layouts" doc:"further forms of times, as Go layouts such as 02.01.2006 15:04, tried before the built-in ones; default none"`
	Encoding    string              `yaml:"encoding" doc:"encoding of chat logs: auto, utf-8, utf-16le, utf-16be, gb18030 or big5; default auto, which tells them apart by their bytes"`
	Parties     map[string][]string `yaml:"parties" doc:"further names of senders for each of customer, agent and system; default none beside the built-in ones"`

	Recordings Recordings `yaml:"recordings" doc:"what the names of recordings say"`
	Tables     []Table    `yaml:"tables" doc:"how to read CSV files; the first whose files pattern fits is used; default: columns named as the fields"`
	Watch      Watch      `yaml:"watch" doc:"how a folder is watched"`
}

// Recordings says what the file names of recordings tell about them.
type Recordings struct {
	Patterns     []string          `yaml:"patterns" doc:"regular expressions tried in order on the path below the folder that is read, with / between folders; named groups id, channel, language, direction, queue, team, agent, customer, time, and attribute_NAME; default none"`
	TimeLayout   string            `yaml:"time_layout" doc:"Go layout of the group time, such as 20060102150405; default: any form known for times"`
	RequireMatch bool              `yaml:"require_match" doc:"refuse a recording that has no sidecar and fits no pattern; default false: its time is that of the file"`
	Sidecar      string            `yaml:"sidecar" doc:"optional or required: whether call.wav is accepted without call.json; default optional"`
	Defaults     map[string]string `yaml:"defaults" doc:"values of fields that neither name nor sidecar gives: the names of the groups above but id and time; default none"`
	Roles        []string          `yaml:"roles" doc:"who speaks on each channel, such as [agent, customer]; default empty: the speech recognition's own default"`
}

// Table says how to read a CSV file whose rows are messages.
type Table struct {
	Files      string              `yaml:"files" doc:"pattern of file names such as wechat-*.csv; default * (all)"`
	Separator  string              `yaml:"separator" doc:"one character, or auto; default auto: the most frequent of , ; tab | in the first line"`
	Encoding   string              `yaml:"encoding" doc:"as ingest.encoding; default that"`
	Columns    map[string]string   `yaml:"columns" doc:"name of the column for each field: id (of the conversation), channel, language, direction, queue, team, agent, customer, started, ended, from, at, text; default: the field's own name, and some common ones"`
	Attributes map[string]string   `yaml:"attributes" doc:"name of the column for each attribute; default none"`
	Defaults   map[string]string   `yaml:"defaults" doc:"values for fields that have no column or an empty cell, such as channel: wechat; default none"`
	Parties    map[string][]string `yaml:"parties" doc:"as ingest.parties, for this table; default none"`
	TimeLayout string              `yaml:"time_layout" doc:"Go layout of its times; default: any form known for times"`
	TimeZone   string              `yaml:"time_zone" doc:"as ingest.time_zone, for this table; default that"`
}

// Watch says how a folder is watched.
type Watch struct {
	Settle      time.Duration `yaml:"settle" doc:"how long a file must not have changed before it is read; default 2s"`
	SidecarWait time.Duration `yaml:"sidecar_wait" doc:"how long a recording waits for a sidecar, and a sidecar for its recording, where it is not required; default 10s"`
	Rescan      time.Duration `yaml:"rescan" doc:"how often the folder is looked through even if the system reports no change, as network folders do not; default 10s"`
	Move        bool          `yaml:"move" doc:"move what was read to the subfolders done and failed; default false: files stay, and a state file remembers them"`
}

// Default returns the configuration that is used where the user gives none.
func Default() Config {
	return Config{
		MaxRecordingBytes: 1 << 30,
		MaxRecordBytes:    4 << 20,
		MaxBodyBytes:      64 << 20,
		Parallel:          32,
		GroupBytes:        64 << 20,
		TimeZone:          "Local",
		Encoding:          "auto",
		Recordings:        Recordings{Sidecar: "optional"},
		Watch:             Watch{Settle: 2 * time.Second, SidecarWait: 10 * time.Second, Rescan: 10 * time.Second},
	}
}

// Validate returns all that is wrong with c.
func (c Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("ingest."+format, args...)) }
	if c.MaxRecordingBytes < 1 {
		bad("max_recording_bytes: %d: want 1 or more", c.MaxRecordingBytes)
	}
	if c.MaxRecordBytes < 1024 || c.MaxRecordBytes > 1<<30 {
		bad("max_record_bytes: %d: want 1024 to %d", c.MaxRecordBytes, 1<<30)
	}
	if c.MaxBodyBytes < 1024 {
		bad("max_body_bytes: %d: want 1024 or more", c.MaxBodyBytes)
	}
	if c.GroupBytes < 1024 {
		bad("group_bytes: %d: want 1024 or more", c.GroupBytes)
	}
	if c.Parallel < 1 || c.Parallel > 256 {
		bad("parallel: %d: want 1 to 256", c.Parallel)
	}
	for _, a := range c.Allow {
		if !filepath.IsAbs(a) {
			bad("allow: %q: want an absolute path", a)
		}
	}
	w := c.Watch
	for _, t := range []struct {
		name string
		d    time.Duration
	}{{"settle", w.Settle}, {"sidecar_wait", w.SidecarWait}, {"rescan", w.Rescan}} {
		if t.d <= 0 || t.d > 24*time.Hour {
			bad("watch.%s: %s: want more than 0 and at most 24h", t.name, t.d)
		}
	}
	if err := (&Door{cfg: c}).compile(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// compile prepares what New and Validate need in parsed form: patterns, zones
// and the names of parties.
func (d *Door) compile() error {
	var errs []error
	var err error
	c := d.cfg
	if d.clock, err = newClock(c.TimeZone, c.TimeLayouts); err != nil {
		errs = append(errs, fmt.Errorf("ingest.time_zone: %w", err))
	}
	if d.parties, err = partyNames(builtinParties, c.Parties); err != nil {
		errs = append(errs, fmt.Errorf("ingest.parties: %w", err))
	}
	if _, err := encodingByName(c.Encoding); err != nil {
		errs = append(errs, fmt.Errorf("ingest.encoding: %w", err))
	}
	if s := c.Recordings.Sidecar; s != "optional" && s != "required" {
		errs = append(errs, fmt.Errorf("ingest.recordings.sidecar: %q: want optional or required", s))
	}
	for _, r := range c.Recordings.Roles {
		if models.Party(r).Validate() != nil {
			errs = append(errs, fmt.Errorf("ingest.recordings.roles: %q: want customer, agent, system or unknown", r))
		}
	}
	for name, value := range c.Recordings.Defaults {
		if !knownGroup(name) || name == "time" || name == "id" {
			errs = append(errs, fmt.Errorf("ingest.recordings.defaults: %q (%q): want one of %s but time and id, or attribute_NAME", name, value, strings.Join(nameGroups, ", ")))
		}
	}
	for i, p := range c.Recordings.Patterns {
		n, err := newNamePattern(p)
		if err != nil {
			errs = append(errs, fmt.Errorf("ingest.recordings.patterns[%d]: %w", i, err))
		}
		d.names = append(d.names, n)
	}
	for i, t := range c.Tables {
		if _, err := path.Match(t.Files, ""); err != nil {
			errs = append(errs, fmt.Errorf("ingest.tables[%d].files: %q: %w", i, t.Files, err))
		}
		compiled, err := d.newTable(t)
		if err != nil {
			errs = append(errs, fmt.Errorf("ingest.tables[%d].%w", i, err))
		}
		d.tables = append(d.tables, compiled)
	}
	return errors.Join(errs...)
}
