package bucket

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestCheck(t *testing.T) {
	for at, want := range map[string]string{
		"": "empty", "gopher://x": `scheme "gopher": this build opens`, "file:///%zz": "no URL",
	} {
		if err := Check(at); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", at, err, want)
		}
	}
	for _, at := range []string{"x", "/srv/x", "file:///srv/x"} {
		if err := Check(at); err != nil {
			t.Errorf("%q: %v", at, err)
		}
	}
	if got := Shown("s3://key:secret@calls/x?region=eu&token=t"); got != "s3://calls/x" {
		t.Errorf("shown as %s", got)
	}
}

func TestOpenFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	b, err := Open(t.Context(), folder, 0o750)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	info, err := os.Stat(folder)
	if err != nil || info.Mode().Perm() != 0o750 || b.Folder != folder || b.Shown != folder {
		t.Errorf("%v %v %+v", err, info.Mode(), b)
	}
	same, err := Open(t.Context(), "file://"+filepath.ToSlash(folder), 0o750)
	if err != nil || same.Folder != folder {
		t.Errorf("by URL: %v %+v", err, same)
	}
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), filepath.Join(file, "in"), 0o750); err == nil || !strings.Contains(err.Error(), "give the path of a folder") {
		t.Errorf("below a file: %v", err)
	}
	if os.Geteuid() == 0 {
		return // may write anywhere
	}
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), filepath.Join(folder, "c"), 0o750); err == nil || !strings.Contains(err.Error(), "may not write there") {
		t.Errorf("a folder of others: %v", err)
	}
}

type coded string

func (c coded) Error() string     { return "api error " + string(c) }
func (c coded) ErrorCode() string { return string(c) }

func TestExplain(t *testing.T) {
	here, there := &Bucket{Folder: "/srv/x"}, &Bucket{}
	for _, c := range []struct {
		at   *Bucket
		err  error
		want string
	}{
		{here, &fs.PathError{Op: "open", Path: "/srv/x/y", Err: syscall.EACCES}, "may not write there: change the folder's owner or mode"},
		{here, &fs.PathError{Op: "open", Path: "/srv/x/y", Err: syscall.EROFS}, "mounted read-only"},
		{here, &fs.PathError{Op: "write", Path: "/srv/x/y", Err: syscall.ENOSPC}, "the disk is full"},
		{here, &fs.PathError{Op: "write", Path: "/srv/x/y", Err: syscall.EDQUOT}, "the disk is full"},
		{there, coded("NoSuchBucket"), "no such bucket"},
		{there, coded("AccessDenied"), "do not allow this"},
		{there, coded("SignatureDoesNotMatch"), "AWS_SECRET_ACCESS_KEY"},
		{there, coded("ExpiredToken"), "AWS_SESSION_TOKEN"},
		{there, coded("XMinioStorageFull"), "full or over its quota"},
		{there, errors.New("failed to refresh cached credentials"), "no credentials were found"},
		{there, &os.SyscallError{Syscall: "connect", Err: syscall.ECONNREFUSED}, "cannot be reached"},
	} {
		err := c.at.Explain(fmt.Errorf("blob: %w", c.err))
		if !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: want %q", err, c.want)
		}
	}
	if err := there.Explain(nil); err != nil {
		t.Error(err)
	}
	if err := there.Explain(fs.ErrClosed); !errors.Is(err, fs.ErrClosed) || err.Error() != fs.ErrClosed.Error() {
		t.Errorf("of nothing known: %v", err)
	}
}
