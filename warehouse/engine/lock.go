package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// lockFile is held by the process that keeps the engine, for as long as it
// lives: the kernel lets go of it however the process ends. ClickHouse holds a
// second lock of its own, on statusFile, until its child has ended too.
const (
	lockFile   = "lock"
	statusFile = "status"
)

// InUseError says that another process keeps a store in the same folder.
type InUseError struct {
	Path string
	PID  int // 0 if the other process did not leave it
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("the store in %s is in use by process %d: stop that one, or choose another folder", e.Path, e.PID)
}

// takeLock makes this process the keeper of the store in path.
func takeLock(path string) (*os.File, error) {
	name := filepath.Join(path, lockFile)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the store's lock: %w", err)
	}
	// Find looks for a keeper by trying the lock itself, for an instant.
	for try := 0; ; try++ {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) || try == 10 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if errors.Is(err, unix.EWOULDBLOCK) {
		pid := lockHolder(f)
		return nil, errors.Join(&InUseError{Path: path, PID: pid}, f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock the store in %s: %w", path, err), f.Close())
	}
	if err = f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write the store's lock: %w", err), f.Close())
	}
	return f, nil
}

func lockHolder(f *os.File) int {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	if err != nil {
		return 0
	}
	return pid
}

// releaseLock gives the store in path up. The file stays: removing it would
// let two processes hold locks on two files of one name.
func releaseLock(path string, f *os.File) error {
	err := os.Remove(filepath.Join(path, endpointFile))
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

// isLocked tells whether a process keeps the store in path.
func isLocked(path string) bool {
	f, err := os.Open(filepath.Join(path, lockFile))
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB), unix.EWOULDBLOCK)
}

// waitForStatus returns once no ClickHouse holds the data folder: the child of
// a keeper that was killed takes a moment to end. The engine must not be
// started before: a second one on the same data may crash.
func waitForStatus(data string, patience time.Duration) error {
	f, err := os.OpenFile(filepath.Join(data, statusFile), os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return err // closing the file lets go
		}
		if time.Now().After(deadline) {
			b, _ := os.ReadFile(f.Name())
			first, _, _ := strings.Cut(string(b), "\n")
			return fmt.Errorf("another ClickHouse holds %s (%s) and did not end in %s", data, strings.TrimSpace(first), patience)
		}
	}
}
