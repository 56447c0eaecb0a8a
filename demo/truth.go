package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"earshot/models"
)

// Truth is what really happens in a conversation, for measuring what an
// inspection of it finds.
type Truth struct {
	ID       models.ID      `json:"id"`
	Channel  models.Channel `json:"channel"`
	Language string         `json:"language"`
	Length   models.Millis  `json:"length_ms"`
	Turns    []models.Turn  `json:"turns"` // in calls with the times they are heard at
	Expect   []Expectation  `json:"expect"`

	SHA256 string `json:"sha256,omitempty"` // of the recording
	Key    string `json:"key,omitempty"`    // of what it was made from
}

func truthOf(s *Script, turns []models.Turn) Truth {
	return Truth{ID: s.ID, Channel: s.Channel, Language: s.Language, Length: s.Dialogue.Length, Turns: turns, Expect: s.Expect}
}

// readTruth reads a truth file by ID. One that does not exist or that an
// interrupted or older program left unreadable is as good as empty: what it
// describes is made again.
func readTruth(name string) (map[models.ID]Truth, error) {
	file, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read the demo's truth: %w", err)
	}
	found := map[models.ID]Truth{}
	for line := range bytes.Lines(file) {
		var t Truth
		if json.Unmarshal(line, &t) == nil {
			found[t.ID] = t
		}
	}
	return found, nil
}

func writeTruth(name string, truths []Truth) error { return writeLines(name, truths) }

// writeChats writes the chat logs as ingest reads them.
func (o *Options) writeChats(made *Made, chats []*Script) error {
	interactions := make([]*models.Interaction, len(chats))
	for i, s := range chats {
		interactions[i] = s.Interaction(o.Now)
	}
	made.Logs = len(chats)
	return writeLines(made.Chats, interactions)
}

// sidecar is an interaction whose recording lies beside it.
type sidecar struct {
	*models.Interaction
	Media *sidecarMedia `json:"media,omitempty"`
}

type sidecarMedia struct {
	Roles []models.Party `json:"roles"`
}

func writeSidecar(wav string, in *models.Interaction, roles []models.Party) error {
	s := sidecar{Interaction: in}
	if roles != nil {
		s.Media = &sidecarMedia{Roles: roles}
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the sidecar of %s: %w", in.ID, err)
	}
	return writeFile(wav[:len(wav)-len(filepath.Ext(wav))]+".json", append(text, '\n'))
}

func writeLines[T any](name string, values []T) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	for _, v := range values {
		if err := encoder.Encode(v); err != nil {
			return fmt.Errorf("encode %s: %w", filepath.Base(name), err)
		}
	}
	return writeFile(name, b.Bytes())
}

// writeFile replaces a file in one step, so that nobody reads half of it.
func writeFile(name string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(name), ".write-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	if _, err = temp.Write(content); err == nil {
		err = temp.Chmod(0o644)
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(name), err)
	}
	return os.Rename(temp.Name(), name)
}

func hashOf(content []byte) string {
	h := sha256.Sum256(content)
	return hex.EncodeToString(h[:])
}

// sum returns the hash of a file, or nothing if it cannot be read.
func sum(name string) string {
	content, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return hashOf(content)
}
