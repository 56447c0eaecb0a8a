package asr

import (
	"bufio"
	"context"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"earshot/models"
)

// hearingVersion is part of every key: raise it when what is kept changes its
// form or its meaning.
const hearingVersion = 4

// cache keeps what was heard, a sealed file a recording, under the hash of the
// recording, the engine and the settings that change what is heard. Files are
// written whole or not at all.
type cache struct {
	dir  string // empty: nothing is kept
	salt string
}

func newCache(cfg Config, by []models.By) (*cache, error) {
	salt, err := json.Marshal([]any{hearingVersion, by, cfg.Languages, cfg.Prompts, cfg.VoiceThreshold, cfg.MinSilence, cfg.Pause})
	return &cache{dir: cfg.Cache, salt: string(salt)}, err
}

func (c *cache) key(m *models.Media) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%q\n%s", m.SHA256, m.Format, c.salt)
	return hex.EncodeToString(h.Sum(nil))
}

func (c *cache) path(key, suffix string) string {
	return filepath.Join(c.dir, key[:2], key+suffix)
}

// get returns what is kept under the key, nil if nothing is. A file that
// cannot be read as what was written counts as nothing.
func (c *cache) get(key string, seal cipher.AEAD) (*hearing, error) {
	if c.dir == "" {
		return nil, nil
	}
	b, err := os.ReadFile(c.path(key, ".heard"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read cached recognition: %w", err)
	}
	b, err = seal.Open(b[:0], nil, b, nil)
	var h hearing
	if err != nil || json.Unmarshal(b, &h) != nil || len(h.Tracks) == 0 {
		return nil, nil
	}
	return &h, nil
}

// put keeps what was heard and drops the checkpoint that led to it.
func (c *cache) put(key string, seal cipher.AEAD, h *hearing) error {
	if c.dir == "" {
		return nil
	}
	b, err := json.Marshal(h)
	if err != nil {
		return err
	}
	path := c.path(key, ".heard")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("cache recognition: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return fmt.Errorf("cache recognition: %w", err)
	}
	_, err = f.Write(seal.Seal(nil, nil, b, nil))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("cache recognition: %w", err), os.Remove(f.Name()))
	}
	if err := os.Remove(c.path(key, ".part")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cache recognition: %w", err)
	}
	return nil
}

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

// resume opens the recording's checkpoint. Lines that were cut off when the
// process died are passed over.
func (c *cache) resume(key string, seal cipher.AEAD) (*checkpoint, error) {
	p := &checkpoint{seal: seal, done: map[string]Heard{}}
	if c.dir == "" {
		return p, nil
	}
	path := c.path(key, ".part")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var l checkpointLine
		b, err := base64.StdEncoding.DecodeString(lines.Text())
		if err == nil {
			b, err = seal.Open(b[:0], nil, b, nil)
		}
		if err == nil && json.Unmarshal(b, &l) == nil && l.Window != "" {
			p.done[l.Window] = l.Heard
		}
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

// keyed lets one goroutine at a time work on a key, so that a recording that
// is delivered twice at once is recognised once.
type keyed struct {
	mu   sync.Mutex
	held map[string]chan struct{}
}

func (k *keyed) lock(ctx context.Context, key string) (release func(), err error) {
	for {
		k.mu.Lock()
		wait, ok := k.held[key]
		if !ok {
			mine := make(chan struct{})
			if k.held == nil {
				k.held = map[string]chan struct{}{}
			}
			k.held[key] = mine
			k.mu.Unlock()
			return func() {
				k.mu.Lock()
				delete(k.held, key)
				k.mu.Unlock()
				close(mine)
			}, nil
		}
		k.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
