// Package media keeps recordings in a folder or a bucket, each under the
// SHA-256 of its bytes.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"earshot/models"
)

// Store keeps recordings. Its methods may be called from many goroutines.
type Store struct {
	bucket *blob.Bucket
	folder string // "" for a bucket elsewhere
}

// Open opens the store, and makes the folder if there is none.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	folder := cfg.URL
	if strings.Contains(cfg.URL, "://") {
		u, err := url.Parse(cfg.URL)
		if err != nil {
			return nil, fmt.Errorf("media.url: %w", err)
		}
		if u.Scheme != "file" {
			bucket, err := blob.OpenBucket(ctx, cfg.URL)
			if err != nil {
				return nil, fmt.Errorf("open media store %s: %w", u.Redacted(), err)
			}
			return &Store{bucket: bucket}, nil
		}
		folder = filepath.FromSlash(u.Path)
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("open media store: %w", err)
	}
	bucket, err := fileblob.OpenBucket(folder, &fileblob.Options{CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("open media store %s: %w", folder, err)
	}
	s := &Store{bucket, folder}
	if err := s.sweep(time.Now()); err != nil {
		return nil, errors.Join(err, bucket.Close())
	}
	return s, nil
}

// staleAfter is when a file still being written is taken for one whose writer
// was killed.
const staleAfter = 24 * time.Hour

// sweep removes what writers that were killed have left.
func (s *Store) sweep(now time.Time) error {
	d, err := os.Open(s.folder)
	if err != nil {
		return fmt.Errorf("media store: %w", err)
	}
	names, err := d.Readdirnames(-1)
	if err = errors.Join(err, d.Close()); err != nil {
		return fmt.Errorf("media store: %w", err)
	}
	for _, name := range names {
		if filepath.Ext(name) != ".tmp" {
			continue
		}
		path := filepath.Join(s.folder, name)
		info, err := os.Lstat(path)
		if err == nil && now.Sub(info.ModTime()) > staleAfter {
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("media store: %w", err)
		}
	}
	return nil
}

// Close frees what the store holds open.
func (s *Store) Close() error { return s.bucket.Close() }

// Check returns an error unless the store can be read.
func (s *Store) Check(ctx context.Context) error {
	ok, err := s.bucket.IsAccessible(ctx)
	if err == nil && !ok {
		err = errors.New("it is not there, or may not be read")
	}
	if err != nil {
		return fmt.Errorf("media store: %w", err)
	}
	return nil
}

// Has reports whether the recording with this SHA-256, in lower-case hex, is
// kept.
func (s *Store) Has(ctx context.Context, sum string) (bool, error) {
	if err := checkSum(sum); err != nil {
		return false, err
	}
	ok, err := s.bucket.Exists(ctx, sum)
	if err != nil {
		return false, fmt.Errorf("media store: %w", err)
	}
	return ok, nil
}

// Put stores size bytes of body under their SHA-256. When it returns nil they
// are on disk, or in the bucket; nobody ever reads a part of them. Putting a
// recording again changes nothing. If body has another hash or size than told,
// nothing is stored and Put fails; the error does not wrap
// models.ErrBadInput, for whoever told hash and size had read the same body
// before: it is being written to, and can be read again.
func (s *Store) Put(ctx context.Context, sum string, size int64, mediaType string, body io.Reader) error {
	if err := checkSum(sum); err != nil {
		return err
	}
	// Cancelling before Close makes the bucket forget what was written.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var file *os.File
	if mediaType == "" {
		mediaType = "application/octet-stream"
	}
	w, err := s.bucket.NewWriter(ctx, sum, &blob.WriterOptions{
		ContentType: mediaType,
		BeforeWrite: func(as func(any) bool) error { as(&file); return nil },
	})
	if err != nil {
		return fmt.Errorf("media store: %w", err)
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, hash), body)
	if got := hex.EncodeToString(hash.Sum(nil)); err == nil && (n != size || got != sum) {
		err = fmt.Errorf("the recording changed while it was being stored: %d bytes with SHA-256 %s became %d with %s", size, sum, n, got)
	}
	if err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		cancel()
		_ = w.Close()
		return fmt.Errorf("media store: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("media store: %w", err)
	}
	return s.syncFolder()
}

// syncFolder makes the names of new files survive a loss of power.
func (s *Store) syncFolder() error {
	if s.folder == "" {
		return nil
	}
	d, err := os.Open(s.folder)
	if err != nil {
		return fmt.Errorf("media store: %w", err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("media store: %w", err)
	}
	return nil
}

// Open returns the recording; the caller closes it. An error that wraps
// models.ErrBadInput means that it is not kept.
func (s *Store) Open(ctx context.Context, sum string) (io.ReadSeekCloser, error) {
	if err := checkSum(sum); err != nil {
		return nil, err
	}
	r, err := s.bucket.NewReader(ctx, sum, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, models.BadInput("recording %s is not in the media store: send it again", sum)
	}
	if err != nil {
		return nil, fmt.Errorf("media store: %w", err)
	}
	return r, nil
}

// Path returns the file a recording is kept in, if the store is a folder.
func (s *Store) Path(sum string) (path string, ok bool) {
	if s.folder == "" || checkSum(sum) != nil {
		return "", false
	}
	return filepath.Join(s.folder, sum), true
}

func checkSum(sum string) error {
	if len(sum) != 2*sha256.Size || strings.Trim(sum, "0123456789abcdef") != "" {
		return models.BadInput("%.80q is no SHA-256: want 64 lower-case hex digits", sum)
	}
	return nil
}
