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
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"earshot/models/bucket"
)

// place is the folder or bucket of a pack. Below the name of the pack it has,
// for the period 2026-W14:
//
//	2026-W14/…        the files
//	2026-W14.json     the manifest, written once all files are there
//	2026-W14.done     written once the manifest was announced, or need not be
//	2026-W14.claim-1  while somebody makes it
type place struct{ *bucket.Bucket }

func openPlace(ctx context.Context, to string) (*place, error) {
	b, err := bucket.Open(ctx, to, 0o750)
	if err != nil {
		return nil, err
	}
	return &place{b}, nil
}

// close frees what the place holds open; all writes are over by then.
func (l *place) close() { _ = l.Close() }

// key names an object of a period: the ending, with its dot or slash.
func key(p Pack, s Span, ending string) string { return p.Name + "/" + s.Name + ending }

var mediaTypes = map[string]string{
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pdf":  "application/pdf", "html": "text/html; charset=utf-8", "json": "application/json",
}

// write writes an object as a whole or not at all.
func (l *place) write(ctx context.Context, key string, body []byte, mediaType string) (File, error) {
	if err := l.WriteAll(ctx, key, body, &blob.WriterOptions{ContentType: mediaType}); err != nil {
		return File{}, fmt.Errorf("write %s in %s: %w", key, l.Shown, l.Explain(err))
	}
	if l.Folder != "" {
		file := filepath.Join(l.Folder, filepath.FromSlash(key))
		if err := errors.Join(bucket.Sync(file), bucket.Sync(filepath.Dir(file))); err != nil {
			return File{}, fmt.Errorf("write %s in %s: %w", key, l.Shown, l.Explain(err))
		}
	}
	sum := sha256.Sum256(body)
	return File{Key: key, Bytes: len(body), SHA256: hex.EncodeToString(sum[:])}, nil
}

func (l *place) has(ctx context.Context, key string) (bool, error) {
	ok, err := l.Exists(ctx, key)
	if err != nil {
		return false, fmt.Errorf("look for %s in %s: %w", key, l.Shown, l.Explain(err))
	}
	return ok, nil
}

// manifest returns what was made of a period; nil if it was not.
func (l *place) manifest(ctx context.Context, p Pack, s Span) (*Manifest, error) {
	name := key(p, s, ".json")
	text, err := l.ReadAll(ctx, name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, nil
	}
	m := &Manifest{}
	if err == nil {
		err = json.Unmarshal(text, m)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s in %s: %w", name, l.Shown, l.Explain(err))
	}
	return m, nil
}

// first returns the name of the oldest period of the pack with which everything
// is done; empty if there is none.
func (l *place) first(ctx context.Context, p Pack) (string, error) {
	list := l.List(&blob.ListOptions{Prefix: p.Name + "/", Delimiter: "/"}) // in the order of their names
	for {
		object, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		if err != nil {
			return "", fmt.Errorf("list %s: %w", l.Shown, l.Explain(err))
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
			return nil, fmt.Errorf("write %s in %s: %w", name, l.Shown, l.Explain(err))
		}
		if made {
			return func() {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
				defer cancel()
				for ; n > 0; n-- {
					_ = l.Delete(ctx, key(p, s, fmt.Sprintf(".claim-%d", n))) // goes stale otherwise
				}
			}, nil
		}
		about, err := l.Attributes(ctx, name)
		if gcerrors.Code(err) == gcerrors.NotFound || err == nil && time.Since(about.ModTime) < claimStale {
			return nil, errBusy
		}
		if err != nil {
			return nil, fmt.Errorf("read %s in %s: %w", name, l.Shown, l.Explain(err))
		}
	}
}

// create creates an object; false if it is there. Of several processes that do
// at once one succeeds.
func (l *place) create(ctx context.Context, key string) (bool, error) {
	if l.Folder != "" { // fileblob's IfNotExist holds in one process only
		file := filepath.Join(l.Folder, filepath.FromSlash(key))
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
	err := l.WriteAll(ctx, key, []byte(rand.Text()), &blob.WriterOptions{IfNotExist: true})
	if gcerrors.Code(err) == gcerrors.FailedPrecondition {
		return false, nil
	}
	return err == nil, err
}
