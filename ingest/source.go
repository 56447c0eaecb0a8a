package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"earshot/models"
)

// source reads one kind of file. Each is a source_*.go file and a line in
// sources.
type source struct {
	name       string
	doc        string   // what it reads, in a sentence
	extensions []string // lower case, with the dot

	// read yields the file's records in its order. A record with an Err that
	// wraps models.ErrBadInput is refused and reading goes on after it; any
	// other Err ends the file.
	read func(ctx context.Context, d *Door, f *file) iter.Seq[Record]

	examples []example
}

// example is a file that a source must read as told, and part of its
// documentation.
type example struct {
	title   string
	name    string // of the file
	content string
	beside  map[string]string // further files of the same folder
	accept  int               // records that are accepted
	refuse  []string          // part of the reason of each refused one
}

func sources() []*source {
	return []*source{sourceRecording, sourceJSON, sourceJSONLines, sourceCSV}
}

// sourceOf returns the source that reads files of this name, or nil.
func sourceOf(name string) *source {
	ext := strings.ToLower(path.Ext(name))
	for _, s := range sources() {
		if slices.Contains(s.extensions, ext) {
			return s
		}
	}
	return nil
}

// file is an open file in its folder. The folder is the limit of what a record
// in the file may point to.
type file struct {
	*os.File
	root  *os.Root
	name  string // below root, with /
	shown string // as the user knows it
	info  fs.FileInfo

	counted, told int64 // bytes read, and of these reported
}

// openFile opens a regular file below root. Other kinds, and links out of
// root, are refused.
func openFile(root *os.Root, name, shown string) (*file, error) {
	// A named pipe would make a plain open wait for its writer.
	f, err := root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refusal("not-found", "", "no such file")
	case errors.Is(err, fs.ErrPermission):
		return nil, refusal("unreadable", "", "may not be read: give the user that runs Earshot the right to")
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE), errors.Is(err, syscall.ENOMEM):
		return nil, fmt.Errorf("open %s: %w", shown, err) // our trouble, not the file's
	case isErrno(err) && !errors.Is(err, syscall.ELOOP):
		return nil, refusal("unreadable", "", "cannot be opened: %w", unwrapPath(err))
	case err != nil:
		return nil, refusal("path-outside", "", "leads out of the folder %s (%w): only what lies in it is read", root.Name(), unwrapPath(err))
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = refusal("not-a-file", "", "is no regular file")
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &file{File: f, root: root, name: name, shown: shown, info: info}, nil
}

func isErrno(err error) bool {
	var errno syscall.Errno
	return errors.As(err, &errno)
}

// Read counts what is read, for the progress.
func (f *file) Read(p []byte) (int, error) {
	n, err := diskFile{f.File}.Read(p)
	f.counted += int64(n)
	return n, err
}

// diskFile is a file whose read errors concern the file, not us: a bad disk
// under one file must not stop the others.
type diskFile struct{ *os.File }

func (f diskFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, os.ErrClosed) {
		err = refusal("unreadable", "", "cannot be read to its end: %w", unwrapPath(err))
	}
	return n, err
}

// input is text to read records from.
type input struct {
	text  io.Reader // UTF-8
	shown string    // what messages call it
	base  *os.Root  // where recordings named in it may lie; may be nil

	written time.Time // when the file was written; zero: not known
}

// input returns the file's content as UTF-8.
func (f *file) input(encoding string) (input, error) {
	text, err := decodeText(f, encoding)
	return input{text: text, shown: f.shown, base: f.root, written: f.info.ModTime().UTC()}, err
}

// openRecording opens the recording that a record names by path: below base,
// if that is not nil, or in one of the allowed folders. The caller closes it.
func (d *Door) openRecording(base *os.Root, name string) (*os.File, error) {
	if strings.ContainsRune(name, 0) {
		return nil, refusal("path-outside", "recording", "recording %.80q is no path", name)
	}
	folders := d.cfg.Allow
	if base != nil {
		folders = append([]string{base.Name()}, folders...)
	}
	outside := refusal("path-outside", "recording", "recording %.200q lies outside the allowed folders: put it beside the file that names it, add its folder to ingest.allow, or upload it", name)
	for _, folder := range folders {
		rel := name
		if filepath.IsAbs(name) {
			abs, err := filepath.Abs(folder)
			if err != nil {
				return nil, fmt.Errorf("folder %s: %w", folder, err)
			}
			if rel, err = filepath.Rel(abs, name); err != nil {
				continue
			}
		}
		if !filepath.IsLocal(rel) {
			continue
		}
		root, err := os.OpenRoot(folder)
		if err != nil {
			continue // an allowed folder that is not there allows nothing
		}
		f, err := openFile(root, filepath.ToSlash(rel), name)
		_ = root.Close()
		switch {
		case err == nil:
			return f.File, nil
		case !errors.Is(err, models.ErrBadInput):
			return nil, err
		case Code(err) == "not-found":
			outside = refusal("no-recording", "recording", "recording %.200q is not in %s: send the recording too, or correct the path", name, folder)
		}
	}
	return nil, outside
}
