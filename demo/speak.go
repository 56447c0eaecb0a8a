package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/models"
)

// Options says what Speak is to make, and where.
type Options struct {
	Dir string    // created if it does not exist
	Now time.Time // the conversations took place in the week before it

	// Sample is a recording to use as a call where no call can be spoken;
	// none if empty.
	Sample string

	// Jobs is how many calls are spoken at a time; one a processor if 0.
	Jobs int

	// Progress, if not nil, is called after each call that was spoken or found
	// already spoken; never by two goroutines at once.
	Progress func(Progress)
}

// Progress tells how far Speak has come.
type Progress struct {
	ID     models.ID
	Length models.Millis
	Reused bool // the recording was already there
	Done   int
	Total  int
}

// Made is what Speak left in its folder.
type Made struct {
	Inbox  string // folder with the conversations in the form ingest accepts, and nothing else
	Chats  string // JSON Lines file in it with the chat logs
	Truth  string // JSON Lines file beside it: what was said and what is expected, a Truth a line
	Calls  int    // recordings in Inbox, the sample included
	Spoken int    // of them, made this time
	Logs   int    // chats
}

// MissingToolsError says that calls could not be spoken because programs are
// not installed. The rest was made.
type MissingToolsError struct {
	Tools []string    // such as flite
	Calls []models.ID // left out
}

// Error names the programs and how Debian installs them.
func (e *MissingToolsError) Error() string {
	return fmt.Sprintf("%d calls were not made: %s not installed (Debian: apt-get install %[2]s)", len(e.Calls), strings.Join(e.Tools, " "))
}

// Speak writes the conversations of Scripts into a folder: each call as a
// stereo G.711 recording, agent left and customer right, with a sidecar, and
// all chats as one file. A recording that was made before from the same script
// by the same synthesisers is kept. The same scripts, programs and time give
// the same bytes.
//
// Where a synthesiser is not installed, the calls that need it are left out,
// and Speak returns a *MissingToolsError along with what it made. Other errors
// come without a result.
func Speak(ctx context.Context, o Options) (*Made, error) {
	made := &Made{
		Inbox: filepath.Join(o.Dir, "inbox"),
		Chats: filepath.Join(o.Dir, "inbox", "chats.jsonl"),
		Truth: filepath.Join(o.Dir, "truth.jsonl"),
	}
	if err := os.MkdirAll(made.Inbox, 0o755); err != nil {
		return nil, fmt.Errorf("make the demo folder: %w", err)
	}
	var calls, chats []*Script
	for _, s := range Scripts() {
		if s.Channel == models.Phone {
			calls = append(calls, s)
		} else {
			chats = append(chats, s)
		}
	}
	tools, missing, err := findTools(ctx, calls)
	if err != nil {
		return nil, err
	}
	calls = slices.DeleteFunc(calls, func(s *Script) bool { return missing.covers(s) })
	truths, err := o.speakAll(ctx, made, tools, calls)
	if err != nil {
		return nil, err
	}
	if len(calls) == 0 && o.Sample != "" {
		if err := o.takeSample(made); err != nil {
			return nil, err
		}
	}
	if err := o.writeChats(made, chats); err != nil {
		return nil, err
	}
	for _, s := range chats {
		truths = append(truths, truthOf(s, s.Dialogue.Turns))
	}
	if err := writeTruth(made.Truth, truths); err != nil {
		return nil, err
	}
	if missing != nil {
		return made, missing
	}
	return made, nil
}

// speakAll makes the recordings of all calls and their sidecars.
func (o *Options) speakAll(ctx context.Context, made *Made, tools toolset, calls []*Script) ([]Truth, error) {
	before, err := readTruth(made.Truth)
	if err != nil {
		return nil, err
	}
	jobs := o.Jobs
	if jobs <= 0 {
		jobs = runtime.NumCPU()
	}
	truths := make([]Truth, len(calls))
	var telling sync.Mutex
	done := 0
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(jobs)
	for i, s := range calls {
		group.Go(func() error {
			t, reused, err := o.speakOne(ctx, made, tools, s, before[s.ID])
			if err != nil {
				return fmt.Errorf("speak %s: %w", s.ID, err)
			}
			truths[i] = t
			telling.Lock()
			defer telling.Unlock()
			done++
			if !reused {
				made.Spoken++
			}
			if o.Progress != nil {
				o.Progress(Progress{ID: s.ID, Length: t.Length, Reused: reused, Done: done, Total: len(calls)})
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	made.Calls = len(calls)
	return truths, nil
}

// speakOne makes one recording unless the one that before describes will do.
func (o *Options) speakOne(ctx context.Context, made *Made, tools toolset, s *Script, before Truth) (Truth, bool, error) {
	wav := filepath.Join(made.Inbox, string(s.ID)+".wav")
	key := tools.key(s)
	t, reused := before, before.Key == key && sum(wav) == before.SHA256 && before.SHA256 != ""
	if !reused {
		call, err := tools.perform(ctx, s)
		if err != nil {
			return Truth{}, false, err
		}
		recording := encodeWAV(call.agent, call.customer)
		if err := writeFile(wav, recording); err != nil {
			return Truth{}, false, err
		}
		t = truthOf(s, call.turns)
		t.Key, t.SHA256, t.Length = key, hashOf(recording), call.agent.length()
	}
	in := s.Interaction(o.Now)
	ended := in.Started.Add(t.Length.Duration())
	in.Ended = &ended
	return t, reused, writeSidecar(wav, in, []models.Party{models.Agent, models.Customer})
}

// takeSample puts the sample recording into the inbox as a call of one channel.
func (o *Options) takeSample(made *Made) error {
	sound, err := os.ReadFile(o.Sample)
	if err != nil {
		return fmt.Errorf("read the sample recording: %w", err)
	}
	const id = "demo-en-sample"
	wav := filepath.Join(made.Inbox, id+".wav")
	if err := writeFile(wav, sound); err != nil {
		return err
	}
	made.Calls = 1
	return writeSidecar(wav, &models.Interaction{
		Schema: models.SchemaVersion, ID: id, Channel: models.Phone, Language: "en", Direction: "inbound",
		Started: DayTime{Days: 1, Minutes: 9 * 60}.Before(o.Now),
	}, nil)
}

// covers says whether a missing tool is one the call needs.
func (e *MissingToolsError) covers(s *Script) bool { return e != nil && slices.Contains(e.Calls, s.ID) }

var errTooLarge = errors.New("the synthesiser wrote more than a sentence can be")
