package asr

import (
	"bytes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// checkpoint keeps the windows of a recording that are recognised already, so
// that a long one goes on where it was interrupted. It may be used from many
// goroutines.
type checkpoint struct {
	mu   sync.Mutex
	file *os.File
	seal cipher.AEAD
	done map[string]Heard
}

type checkpointLine struct {
	Window string `json:"window"`
	Heard  Heard  `json:"heard"`
}

// resume opens the recording's checkpoint. What was cut off when the process
// died is dropped.
func (c *cache) resume(key string, seal cipher.AEAD) (*checkpoint, error) {
	p := &checkpoint{seal: seal, done: map[string]Heard{}}
	if c.dir == "" {
		return p, nil
	}
	path := c.path(key, partSuffix)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	text, err := io.ReadAll(f)
	if err == nil {
		whole := bytes.LastIndexByte(text, '\n') + 1
		text = text[:whole]
		err = f.Truncate(int64(whole))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read checkpoint: %w", err), f.Close())
	}
	bad := 0
	for line := range bytes.Lines(text) {
		var l checkpointLine
		b, err := base64.StdEncoding.DecodeString(string(line))
		if err == nil {
			b, err = seal.Open(nil, nil, b, nil)
		}
		if err != nil || json.Unmarshal(b, &l) != nil || l.Window == "" {
			bad++
			continue
		}
		p.done[l.Window] = l.Heard
	}
	if bad > 0 {
		c.log.Warn("damaged lines of a checkpoint are passed over: their windows are heard again", "file", path, "lines", bad)
	}
	if len(p.done) > 0 {
		c.log.Info("recognition goes on where it was interrupted", "windows_done", len(p.done))
	}
	p.file = f
	return p, nil
}

func (w packed) name() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", w.channel)
	for _, p := range w.pieces {
		fmt.Fprintf(&b, ",%d+%d", p.src, p.n)
	}
	return b.String()
}

func (p *checkpoint) get(w packed) (Heard, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h, ok := p.done[w.name()]
	return h, ok
}

func (p *checkpoint) put(w packed, h Heard) error {
	if p.file == nil {
		return nil
	}
	b, err := json.Marshal(checkpointLine{w.name(), h})
	if err != nil {
		return err
	}
	b = base64.StdEncoding.AppendEncode(nil, p.seal.Seal(nil, nil, b, nil))
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.file.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("write checkpoint: %w", err)
	}
	return nil
}

func (p *checkpoint) close() {
	if p.file != nil {
		_ = p.file.Close() // written lines are there; a lost one is recognised again
	}
}
