package pack

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
)

// place is the folder or bucket of a pack. Below the name of the pack it has,
// for the period 2026-W14:
//
//	2026-W14/…        the files
//	2026-W14.json     the manifest, written once all files are there
//	2026-W14.done     written once the manifest was announced, or need not be
//	2026-W14.claim-1  while somebody makes it
type place struct {
	bucket *blob.Bucket
	folder string // "" for a bucket elsewhere
	shown  string // for people, without what an URL may have to keep secret
}

func openPlace(ctx context.Context, to string) (*place, error) {
	folder := to
	if strings.Contains(to, "://") {
		u, err := url.Parse(to)
		if err != nil {
			return nil, err
		}
		if u.Scheme != "file" {
			bucket, err := blob.OpenBucket(ctx, to)
			if err != nil {
				return nil, fmt.Errorf("open %s: %w", Shown(to), err)
			}
			return &place{bucket: bucket, shown: Shown(to)}, nil
		}
		folder = filepath.FromSlash(u.Path)
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	bucket, err := fileblob.OpenBucket(folder, &fileblob.Options{CreateDir: true, DirFileMode: 0o750, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", folder, err)
	}
	return &place{bucket, folder, folder}, nil
}

// close frees what the place holds open; all writes are over by then.
func (l *place) close() { _ = l.bucket.Close() }

// Shown returns a folder or the URL of a bucket without what people should not
// see: user, password and options.
func Shown(to string) string {
	u, err := url.Parse(to)
	if err != nil || !strings.Contains(to, "://") {
		return to
	}
	u.User, u.RawQuery = nil, ""
	return u.String()
}

// key names an object of a period: the ending, with its dot or slash.
func key(p Pack, s Span, ending string) string { return p.Name + "/" + s.Name + ending }

var mediaTypes = map[string]string{
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pdf":  "application/pdf", "html": "text/html; charset=utf-8", "json": "application/json",
}

// write writes an object as a whole or not at all.
func (l *place) write(ctx context.Context, key string, body []byte, mediaType string) (File, error) {
	if err := l.bucket.WriteAll(ctx, key, body, &blob.WriterOptions{ContentType: mediaType}); err != nil {
		return File{}, fmt.Errorf("write %s in %s: %w", key, l.shown, err)
	}
	if l.folder != "" {
		file := filepath.Join(l.folder, filepath.FromSlash(key))
		if err := errors.Join(flush(file), flush(filepath.Dir(file))); err != nil {
			return File{}, fmt.Errorf("write %s in %s: %w", key, l.shown, err)
		}
	}
	sum := sha256.Sum256(body)
	return File{Key: key, Bytes: len(body), SHA256: hex.EncodeToString(sum[:])}, nil
}

// flush makes a file, or the names in a folder, survive a loss of power.
func flush(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return f.Sync()
}

func (l *place) has(ctx context.Context, key string) (bool, error) {
	ok, err := l.bucket.Exists(ctx, key)
	if err != nil {
		return false, fmt.Errorf("look for %s in %s: %w", key, l.shown, err)
	}
	return ok, nil
}

// manifest returns what was made of a period; nil if it was not.
func (l *place) manifest(ctx context.Context, p Pack, s Span) (*Manifest, error) {
	name := key(p, s, ".json")
	text, err := l.bucket.ReadAll(ctx, name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, nil
	}
	m := &Manifest{}
	if err == nil {
		err = json.Unmarshal(text, m)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s in %s: %w", name, l.shown, err)
	}
	return m, nil
}

// first returns the name of the oldest period of the pack with which everything
// is done; empty if there is none.
func (l *place) first(ctx context.Context, p Pack) (string, error) {
	list := l.bucket.List(&blob.ListOptions{Prefix: p.Name + "/", Delimiter: "/"}) // in the order of their names
	for {
		object, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		if err != nil {
			return "", fmt.Errorf("list %s: %w", l.shown, err)
		}
		name, isDone := strings.CutSuffix(strings.TrimPrefix(object.Key, p.Name+"/"), ".done")
		if isDone && p.names(name) {
			return name, nil
		}
	}
}

// A claim that is older than its maker may work is that of one who was killed.
const (
	makeLimit  = 10 * time.Minute
	claimStale = 15 * time.Minute
)

// errBusy says that somebody else makes a period.
var errBusy = fmt.Errorf("it is being made elsewhere; if whoever made it was killed, it can be made %s later", claimStale)

// claim makes the caller the one who makes a period, until release; errBusy if
// somebody else is. A stale claim is never taken away, which two could do at
// once, but followed by the next number, which only one can create.
func (l *place) claim(ctx context.Context, p Pack, s Span) (release func(), err error) {
	for n := 1; ; n++ {
		name := key(p, s, fmt.Sprintf(".claim-%d", n))
		made, err := l.create(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("write %s in %s: %w", name, l.shown, err)
		}
		if made {
			return func() {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
				defer cancel()
				for ; n > 0; n-- {
					_ = l.bucket.Delete(ctx, key(p, s, fmt.Sprintf(".claim-%d", n))) // goes stale otherwise
				}
			}, nil
		}
		about, err := l.bucket.Attributes(ctx, name)
		if gcerrors.Code(err) == gcerrors.NotFound || err == nil && time.Since(about.ModTime) < claimStale {
			return nil, errBusy
		}
		if err != nil {
			return nil, fmt.Errorf("read %s in %s: %w", name, l.shown, err)
		}
	}
}

// create creates an object; false if it is there. Of several processes that do
// at once one succeeds.
func (l *place) create(ctx context.Context, key string) (bool, error) {
	if l.folder != "" { // fileblob's IfNotExist holds in one process only
		file := filepath.Join(l.folder, filepath.FromSlash(key))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			return false, err
		}
		f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		if errors.Is(err, os.ErrExist) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		return true, f.Close()
	}
	err := l.bucket.WriteAll(ctx, key, []byte(rand.Text()), &blob.WriterOptions{IfNotExist: true})
	if gcerrors.Code(err) == gcerrors.FailedPrecondition {
		return false, nil
	}
	return err == nil, err
}
