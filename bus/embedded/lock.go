package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ErrInUse is wrapped by the error of Start on a folder whose broker runs.
var ErrInUse = errors.New("another broker runs on this folder")

// lockDir takes the folder for this process. The kernel gives it back when the
// process ends, however it ends.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock broker folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("broker folder %s: %w", dir, ErrInUse)
		}
		return nil, fmt.Errorf("lock broker folder %s: %w", dir, err)
	}
	return f, nil
}
