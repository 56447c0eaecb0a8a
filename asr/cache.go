package asr

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"earshot/models"
)

// hearingVersion is part of every key: raise it when what is kept changes its
// form or its meaning.
const hearingVersion = 9

// cache keeps what was heard, a sealed file a recording, under the hash of the
// recording, the engine and the settings that change what is heard. Files are
// written whole or not at all, and those that were not used for longest go
// first once they are too many or too old. Several processes may share a folder.
type cache struct {
	dir   string // empty: nothing is kept
	salt  string
	bytes int64
	age   time.Duration
	log   *slog.Logger

	mu    sync.Mutex
	total int64 // bytes kept, as far as this process knows
}

// Names of files in the cache end in one of these.
const (
	keptSuffix = ".heard"
	partSuffix = ".part"
	newPrefix  = ".new-" // being written
)

func newCache(cfg Config, prompts Prompts, by []models.By, log *slog.Logger) (*cache, error) {
	salt, err := json.Marshal([]any{hearingVersion, by, cfg.Languages, prompts, cfg.VoiceThreshold, cfg.MinSilence, cfg.Pause, cfg.Mix})
	if err != nil {
		return nil, err
	}
	c := &cache{dir: cfg.Cache, salt: string(salt), bytes: cfg.CacheBytes, age: cfg.CacheAge, log: log}
	if c.dir == "" {
		return c, nil
	}
	return c, c.prune(time.Now())
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
	path := c.path(key, keptSuffix)
	sealed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read cached recognition: %w", err)
	}
	h, err := unseal(sealed, seal)
	if err != nil {
		c.log.Warn("cached recognition is damaged: the recording is heard again", "file", path, "error", err)
		return nil, nil
	}
	now := time.Now()
	if err := os.Chtimes(path, now, now); err != nil {
		c.log.Debug("cached recognition not marked as used", "file", path, "error", err)
	}
	return h, nil
}

func unseal(sealed []byte, seal cipher.AEAD) (*hearing, error) {
	packed, err := seal.Open(nil, nil, sealed, nil)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	var h hearing
	if err := json.NewDecoder(z).Decode(&h); err != nil {
		return nil, err
	}
	if len(h.Tracks) == 0 {
		return nil, errors.New("it holds no channel")
	}
	return &h, nil
}

// put keeps what was heard and drops the checkpoint that led to it.
func (c *cache) put(key string, seal cipher.AEAD, h *hearing) error {
	if c.dir == "" {
		return nil
	}
	size, err := c.write(c.path(key, keptSuffix), seal, h)
	if err != nil {
		return fmt.Errorf("cache recognition: %w", err)
	}
	if err := os.Remove(c.path(key, partSuffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cache recognition: %w", err)
	}
	c.mu.Lock()
	c.total += size
	full := c.total > c.bytes
	c.mu.Unlock()
	if full {
		return c.prune(time.Now())
	}
	return nil
}

func (c *cache) write(path string, seal cipher.AEAD, h *hearing) (size int64, err error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if err := errors.Join(json.NewEncoder(z).Encode(h), z.Close()); err != nil {
		return 0, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), newPrefix)
	if err != nil {
		return 0, err
	}
	n, err := f.Write(seal.Seal(nil, nil, packed.Bytes(), nil))
	err = errors.Join(err, f.Sync())
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(f.Name()))
	}
	return int64(n), nil
}

// prune removes files that were not used for longer than the age, and the
// longest unused ones until nine tenths of the allowed bytes are left.
func (c *cache) prune(now time.Time) error {
	type kept struct {
		path string
		size int64
		used time.Time
	}
	var files []kept
	total := int64(0)
	err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // another process prunes, too
		}
		if err != nil || d.IsDir() {
			return err
		}
		name := d.Name()
		if !strings.HasSuffix(name, keptSuffix) && !strings.HasSuffix(name, partSuffix) && !strings.HasPrefix(name, newPrefix) {
			return nil // not ours
		}
		info, err := d.Info()
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		files = append(files, kept{path, info.Size(), info.ModTime()})
		total += info.Size()
		return nil
	})
	if err != nil {
		return fmt.Errorf("prune cached recognitions: %w", err)
	}
	slices.SortFunc(files, func(a, b kept) int { return cmp.Or(a.used.Compare(b.used), strings.Compare(a.path, b.path)) })
	goal, removed := total, 0
	if total > c.bytes {
		goal = c.bytes / 10 * 9
	}
	for _, f := range files {
		old := now.Sub(f.used) > c.age
		whole := strings.HasSuffix(f.path, keptSuffix)
		if !old && (total <= goal || !whole) {
			continue
		}
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("prune cached recognitions: %w", err)
		}
		total -= f.size
		removed++
	}
	c.mu.Lock()
	c.total = total
	c.mu.Unlock()
	if removed > 0 {
		c.log.Info("cached recognitions pruned", "files", removed, "bytes_left", total)
	}
	return nil
}
