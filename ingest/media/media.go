// Package media keeps recordings in a folder or a bucket, each under the
// SHA-256 of its bytes, and apart from them, under the same name, copies in
// which what is private was made silent.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"earshot/models"
	"earshot/models/bucket"
)

// Store keeps recordings. Its methods may be called from many goroutines.
type Store struct {
	recordings *place
	muted      *place
	cfg        Config
}

// place is one folder or bucket.
type place struct {
	*bucket.Bucket
	mode os.FileMode
}

// Modes of folders; files have the same without the right to enter. Recordings are for the service alone; muted
// copies may be served by others of its group.
const (
	recordingsMode = 0o700
	mutedMode      = 0o750
)

// Open opens the store, and makes the folders if there are none.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	recordings, err := openPlace(ctx, "media.url", cfg.URL, recordingsMode)
	if err != nil {
		return nil, err
	}
	var muted *place
	switch {
	case cfg.Muted != "":
		muted, err = openPlace(ctx, "media.muted", cfg.Muted, mutedMode)
	case recordings.Folder != "":
		muted, err = openPlace(ctx, "media.muted", recordings.Folder+"-muted", mutedMode)
	default:
		muted, err = openPlace(ctx, "media.url", cfg.URL, 0)
		if err == nil {
			muted.Bucket.Bucket = blob.PrefixedBucket(muted.Bucket.Bucket, "muted/")
		}
	}
	if err != nil {
		return nil, errors.Join(err, recordings.Close())
	}
	return &Store{recordings, muted, cfg}, nil
}

func openPlace(ctx context.Context, key, at string, mode os.FileMode) (*place, error) {
	b, err := bucket.Open(ctx, at, mode)
	if err != nil {
		return nil, fmt.Errorf("media store, %s: %w", key, err)
	}
	p := &place{b, mode}
	if p.Folder == "" {
		return p, nil
	}
	if err := p.sweep(time.Now()); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return p, nil
}

// staleAfter is when a file still being written is taken for one whose writer
// was killed.
const staleAfter = 24 * time.Hour

// sweep removes what writers that were killed have left.
func (p *place) sweep(now time.Time) error {
	d, err := os.Open(p.Folder)
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
		path := filepath.Join(p.Folder, name)
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
func (s *Store) Close() error {
	return errors.Join(s.recordings.Close(), s.muted.Close())
}

// Check returns an error unless the store can be read.
func (s *Store) Check(ctx context.Context) error {
	for _, p := range []*place{s.recordings, s.muted} {
		ok, err := p.IsAccessible(ctx)
		if err == nil && !ok {
			err = errors.New("it is not there, or may not be read")
		}
		if err != nil {
			return p.failed(err)
		}
	}
	return nil
}

// Has reports whether the recording with this SHA-256, in lower-case hex, is
// kept.
func (s *Store) Has(ctx context.Context, sum string) (bool, error) {
	return s.recordings.has(ctx, sum)
}

// failed says what failed, and what to do about it.
func (p *place) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("media store %s: %w", p.Shown, p.Explain(err))
}

func (p *place) has(ctx context.Context, sum string) (bool, error) {
	if err := checkSum(sum); err != nil {
		return false, err
	}
	ok, err := p.Exists(ctx, sum)
	if err != nil {
		return false, p.failed(err)
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
	if mediaType == "" {
		mediaType = "application/octet-stream"
	}
	return s.recordings.put(ctx, sum, mediaType, body, func(n int64, got string) error {
		if n != size || got != sum {
			return fmt.Errorf("the recording changed while it was being stored: %d bytes with SHA-256 %s became %d with %s", size, sum, n, got)
		}
		return nil
	})
}

// put stores body under sum unless check, which is told how many bytes were
// written and their hash, returns an error.
func (p *place) put(ctx context.Context, sum, mediaType string, body io.Reader, check func(int64, string) error) error {
	if err := checkSum(sum); err != nil {
		return err
	}
	// Cancelling before Close makes the bucket forget what was written.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var file *os.File
	w, err := p.NewWriter(ctx, sum, &blob.WriterOptions{
		ContentType: mediaType,
		BeforeWrite: func(as func(any) bool) error { as(&file); return nil },
	})
	if err != nil {
		return p.failed(err)
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, hash), body)
	if err == nil {
		err = check(n, hex.EncodeToString(hash.Sum(nil)))
	}
	if err == nil && file != nil {
		err = errors.Join(file.Chmod(p.mode&0o666), file.Sync())
	}
	if err != nil {
		cancel()
		_ = w.Close()
		return p.failed(err)
	}
	if err := w.Close(); err != nil {
		return p.failed(err)
	}
	return p.syncFolder()
}

// syncFolder makes the names of new files survive a loss of power.
func (p *place) syncFolder() error {
	if p.Folder == "" {
		return nil
	}
	return p.failed(bucket.Sync(p.Folder))
}

// Open returns the recording; the caller closes it. An error that wraps
// models.ErrBadInput means that it is not kept.
func (s *Store) Open(ctx context.Context, sum string) (io.ReadSeekCloser, error) {
	return s.recordings.open(ctx, sum, "recording %s is not in the media store: send it again")
}

func (p *place) open(ctx context.Context, sum, missing string) (io.ReadSeekCloser, error) {
	if err := checkSum(sum); err != nil {
		return nil, err
	}
	r, err := p.NewReader(ctx, sum, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, models.BadInput(missing, sum)
	}
	if err != nil {
		return nil, p.failed(err)
	}
	return r, nil
}

// path returns the file that is kept under sum, if the place is a folder.
func (p *place) path(sum string) (path string, ok bool) {
	if p.Folder == "" || checkSum(sum) != nil {
		return "", false
	}
	return filepath.Join(p.Folder, sum), true
}

// Path returns the file a recording is kept in, if the store is a folder.
func (s *Store) Path(sum string) (path string, ok bool) { return s.recordings.path(sum) }

func checkSum(sum string) error {
	if len(sum) != 2*sha256.Size || strings.Trim(sum, "0123456789abcdef") != "" {
		return models.BadInput("%.80q is no SHA-256: want 64 lower-case hex digits", sum)
	}
	return nil
}
