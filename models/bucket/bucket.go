// Package bucket opens folders and buckets by one address, and says of what
// fails there what to do.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
)

// Bucket is a folder of this machine or a bucket elsewhere.
type Bucket struct {
	*blob.Bucket
	Folder string // absolute; "" for a bucket elsewhere
	Shown  string // for people: without user, password and options
}

// Check returns an error unless the address is one that this build can open: a
// path, or a URL with a scheme that is built in.
func Check(at string) error {
	if at == "" {
		return errors.New("it is empty: give a folder or a bucket URL")
	}
	scheme, _, isURL := strings.Cut(at, "://")
	if known := blob.DefaultURLMux().BucketSchemes(); isURL && !slices.Contains(known, scheme) {
		return fmt.Errorf("scheme %q: this build opens %s, or a plain path; s3 needs a build with -tags s3", scheme, strings.Join(known, ", "))
	}
	if _, err := url.Parse(at); isURL && err != nil {
		return errors.New("this is no URL") // which may hold a password
	}
	return nil
}

// Open opens what Check takes, and makes a folder that is not there, with the
// mode. The caller closes it.
func Open(ctx context.Context, at string, mode os.FileMode) (*Bucket, error) {
	if err := Check(at); err != nil {
		return nil, err
	}
	folder := at
	if strings.Contains(at, "://") {
		u, err := url.Parse(at)
		if err != nil {
			return nil, err
		}
		if u.Scheme != "file" {
			b := &Bucket{Shown: Shown(at)}
			if b.Bucket, err = blob.OpenBucket(ctx, at); err != nil {
				return nil, fmt.Errorf("open %s: %w", b.Shown, b.Explain(err))
			}
			return b, nil
		}
		folder = filepath.FromSlash(u.Path)
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	b := &Bucket{Folder: folder, Shown: folder}
	b.Bucket, err = fileblob.OpenBucket(folder, &fileblob.Options{CreateDir: true, DirFileMode: mode, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", folder, b.Explain(err))
	}
	return b, nil
}

// Shown returns an address without what people should not see: user, password
// and options.
func Shown(at string) string {
	u, err := url.Parse(at)
	if err != nil || !strings.Contains(at, "://") {
		return at
	}
	u.User, u.RawQuery = nil, ""
	return u.String()
}

// Sync makes a file, or the names in a folder, survive a loss of power.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return f.Sync()
}
