package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/models"
)

// desk is a door with everything behind it scripted.
type desk struct {
	*Door
	mu        sync.Mutex
	published []*models.Interaction
	dead      []models.Dead
	kept      map[string][]byte
	publish   func(*models.Interaction) error // nil: nil
	refuse    error
	probe     func(body []byte, name string) (Sound, error)
}

func (k *desk) Publish(_ context.Context, in *models.Interaction) error {
	if k.publish != nil {
		if err := k.publish(in); err != nil {
			return err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.published = append(k.published, in)
	return nil
}

func (k *desk) Has(_ context.Context, sum string) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, ok := k.kept[sum]
	return ok, nil
}

func (k *desk) Put(_ context.Context, sum string, size int64, _ string, body io.Reader) error {
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum || int64(len(b)) != size {
		return errors.New("not what was announced")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[sum] = b
	return nil
}

func (k *desk) Probe(_ context.Context, r io.ReadSeeker, _ int64, name, _ string) (Sound, error) {
	b, err := io.ReadAll(r)
	if err != nil || k.probe == nil {
		return Sound{}, err
	}
	return k.probe(b, name)
}

func (k *desk) ids() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	ids := []string{}
	for _, in := range k.published {
		ids = append(ids, string(in.ID))
	}
	slices.Sort(ids)
	return ids
}

func (k *desk) reasons() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	reasons := []string{}
	for _, d := range k.dead {
		reasons = append(reasons, d.Code+" "+d.Reason)
	}
	slices.Sort(reasons)
	return reasons
}

var testNow = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func newDesk(t testing.TB, change ...func(*Config)) *desk {
	t.Helper()
	k := &desk{kept: map[string][]byte{}}
	cfg := Default()
	cfg.TimeZone = "Asia/Shanghai"
	cfg.Spool = filepath.Join(t.TempDir(), "spool")
	for _, c := range change {
		c(&cfg)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	door, err := New(cfg, Parts{
		Publisher: k, Media: k, Probe: k, Now: func() time.Time { return testNow },
		Refuse: func(_ context.Context, d models.Dead) error {
			k.mu.Lock()
			defer k.mu.Unlock()
			if k.refuse != nil {
				return k.refuse
			}
			k.dead = append(k.dead, d)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	k.Door = door
	t.Cleanup(func() {
		if left, err := os.ReadDir(cfg.Spool); err != nil || len(left) > 0 {
			t.Errorf("left in the spool: %v, %v", left, err)
		}
	})
	return k
}

// folder writes files and returns their folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestExamples(t *testing.T) {
	for _, s := range sources() {
		if len(s.examples) < 2 || s.doc == "" {
			t.Errorf("source %s: want a doc and at least an example that is accepted and one that is refused", s.name)
		}
		for _, e := range s.examples {
			t.Run(s.name+"/"+e.name, func(t *testing.T) {
				k := newDesk(t)
				files := map[string]string{e.name: e.content}
				for name, content := range e.beside {
					files[name] = content
				}
				tally, err := k.Ingest(t.Context(), []string{folder(t, files)}, Observer{})
				if err != nil {
					t.Fatal(err)
				}
				if tally.Accepted != e.accept || len(k.published) != e.accept {
					t.Errorf("%d accepted and %d published, want %d; refused: %q", tally.Accepted, len(k.published), e.accept, k.reasons())
				}
				if len(k.dead) != len(e.refuse) || tally.Refused != len(e.refuse) {
					t.Fatalf("refused %q, want %q", k.reasons(), e.refuse)
				}
				for i, want := range e.refuse {
					if !strings.Contains(k.dead[i].Reason, want) {
						t.Errorf("refused because %q, want %q", k.dead[i].Reason, want)
					}
				}
			})
		}
	}
}

func TestAcceptIsDurableOrAnError(t *testing.T) {
	chat := func() Record {
		return Record{Interaction: &models.Interaction{ID: "a", Started: testNow, Transcript: models.MustParse("C: hi")}, Source: "a.json"}
	}
	t.Run("published", func(t *testing.T) {
		k := newDesk(t)
		id, err := k.Accept(t.Context(), chat())
		if err != nil || id != "a" || len(k.published) != 1 {
			t.Fatalf("%s, %v, %v", id, err, k.published)
		}
		if in := k.published[0]; in.Channel != models.WebChat || in.Schema != 1 || in.Transcript.Grade != models.GradeText {
			t.Errorf("not completed: %+v", in)
		}
	})
	t.Run("the log is away", func(t *testing.T) {
		k := newDesk(t)
		k.publish = func(*models.Interaction) error { return errors.New("no broker") }
		_, err := k.Accept(t.Context(), chat())
		if err == nil || errors.Is(err, models.ErrBadInput) || len(k.dead) != 0 {
			t.Fatalf("%v, dead %v: want an error that passes, and no dead letter", err, k.dead)
		}
	})
	t.Run("the log will never take it", func(t *testing.T) {
		k := newDesk(t)
		k.publish = func(*models.Interaction) error { return models.BadInput("too large for the log") }
		_, err := k.Accept(t.Context(), chat())
		if !errors.Is(err, models.ErrBadInput) || len(k.dead) != 1 || k.dead[0].ID != "a" {
			t.Fatalf("%v, dead %v", err, k.dead)
		}
	})
	t.Run("not even the refusal can be kept", func(t *testing.T) {
		k := newDesk(t)
		k.refuse = errors.New("no broker")
		rec := chat()
		rec.Interaction.Channel = "fax"
		_, err := k.Accept(t.Context(), rec)
		if err == nil || errors.Is(err, models.ErrBadInput) {
			t.Fatalf("%v: want an error that passes, so that the sender comes again", err)
		}
	})
	t.Run("results from outside are dropped", func(t *testing.T) {
		k := newDesk(t)
		rec := chat()
		rec.Interaction.Findings = []models.Finding{{Kind: "forged"}}
		rec.Interaction.Scorecards = []models.Scorecard{{Score: 100}}
		if _, err := k.Accept(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
		if in := k.published[0]; in.Findings != nil || in.Scorecards != nil {
			t.Errorf("got %+v", in)
		}
	})
}

func TestSameFileTwiceIsOneInteraction(t *testing.T) {
	dir := folder(t, map[string]string{
		"call.wav": "RIFF sound",
		"b/c.json": `{"started":"2026-05-04T09:00:00Z","messages":[{"from":"customer","text":"hi"}]}`,
	})
	k := newDesk(t)
	for range 2 {
		if _, err := k.Ingest(t.Context(), []string{dir}, Observer{}); err != nil {
			t.Fatal(err)
		}
		// A copy has another time of change; it is the same recording.
		if err := os.Chtimes(filepath.Join(dir, "call.wav"), testNow, testNow); err != nil {
			t.Fatal(err)
		}
	}
	ids := k.ids()
	if len(ids) != 4 || len(slices.Compact(ids)) != 2 || len(k.kept) != 1 {
		t.Errorf("ids %v, %d recordings kept; want two ids, each twice, and one recording", ids, len(k.kept))
	}
}

func TestMask(t *testing.T) {
	k := newDesk(t)
	k.parts.Mask = func(in *models.Interaction) {
		if in.Transcript == nil {
			return
		}
		for i := range in.Transcript.Turns {
			turn := &in.Transcript.Turns[i]
			turn.Text = strings.ReplaceAll(turn.Text, "4111111111111111", "[CARD_1]")
		}
	}
	dir := folder(t, map[string]string{"a.jsonl": `{"id":"ok","started":"2026-05-04T09:00:00Z","messages":[{"from":"customer","text":"4111111111111111"}]}
{"id":"fax","channel":"fax","started":"2026-05-04T09:00:00Z","messages":[{"from":"customer","text":"4111111111111111"}]}
{"id":"slip","x":"4111111111111111"}
{"id":"time","started":"4111111111111111","messages":[]}
`})
	if _, err := k.Ingest(t.Context(), []string{dir}, Observer{}); err != nil {
		t.Fatal(err)
	}
	if len(k.published) != 1 || k.published[0].Transcript.Turns[0].Text != "[CARD_1]" {
		t.Errorf("published %+v", k.published)
	}
	if len(k.dead) != 3 {
		t.Fatalf("dead: %v", k.reasons())
	}
	for _, d := range k.dead {
		if bytes.Contains(d.Record, []byte("4111111111111111")) || !bytes.Contains(d.Record, []byte("[CARD_1]")) || strings.Contains(d.Reason, "4111111111111111") {
			t.Errorf("dead letter %s holds %s because %s", d.Source, d.Record, d.Reason)
		}
	}
}
