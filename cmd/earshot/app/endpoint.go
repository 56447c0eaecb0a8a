package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Endpoint is what a running `earshot serve` writes beside its data, so that
// every other command finds it.
type Endpoint struct {
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	HTTP    string    `json:"http"`
	Kafka   []string  `json:"kafka"`
	Native  string    `json:"clickhouse_native"`
	WebSQL  string    `json:"clickhouse_http,omitempty"`
}

func endpointFile(data string) string { return filepath.Join(data, "endpoint.json") }

func (e Endpoint) Write(data string) error { return WriteJSON(endpointFile(data), e) }

// WriteJSON replaces a file in one step, so that nobody reads half of it.
func WriteJSON(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	next := name + ".next"
	if err := os.WriteFile(next, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(name), err)
	}
	return os.Rename(next, name)
}

// ErrNotRunning says that no serve runs on a data folder.
var ErrNotRunning = errors.New("no Earshot is running")

// FindEndpoint returns the endpoint of the serve that runs on the data folder.
func FindEndpoint(data string) (Endpoint, error) {
	var e Endpoint
	held, err := lockHeld(data)
	if err != nil {
		return e, err
	}
	e, err = ReadEndpoint(data)
	switch {
	case !held || errors.Is(err, fs.ErrNotExist):
		return e, fmt.Errorf("%w on %s: start it with `earshot serve`, or name its folder with --home", ErrNotRunning, data)
	case err != nil:
		return e, fmt.Errorf("endpoint %s: %w: stop the running serve and start it again", endpointFile(data), err)
	}
	return e, nil
}

// DataLock is held by the one serve of a data folder for as long as it lives;
// the kernel gives it back when the process ends, however it ends.
type DataLock struct{ f *os.File }

func lockFile(data string) string { return filepath.Join(data, "serve.lock") }

// LockData takes the lock of a data folder, and makes the folder if need be.
func LockData(data string) (*DataLock, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	f, err := os.OpenFile(lockFile(data), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	// A command that looks whether the lock is held holds it for a moment, so
	// one refusal is no proof.
	for range 20 {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			return &DataLock{f}, nil
		}
		time.Sleep(25 * time.Millisecond)
	}
	f.Close()
	if e, eerr := ReadEndpoint(data); eerr == nil {
		return nil, fmt.Errorf("already running on %s as process %d, %s: use it, or give another folder with --home", data, e.PID, e.HTTP)
	}
	return nil, fmt.Errorf("another serve is starting or running on %s: use it, or give another folder with --home", data)
}

// ReadEndpoint returns what the last serve on the data folder has written,
// whether it still runs or not.
func ReadEndpoint(data string) (e Endpoint, err error) {
	text, err := os.ReadFile(endpointFile(data))
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(text, &e)
}

// Release removes the endpoint and gives the lock back.
func (l *DataLock) Release(data string) error {
	err := os.Remove(endpointFile(data))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, l.f.Close())
}

func lockHeld(data string) (bool, error) {
	f, err := os.Open(lockFile(data))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("lock of data folder: %w", err)
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	return errors.Is(err, syscall.EWOULDBLOCK), nil
}
