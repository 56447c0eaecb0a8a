package engine

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The store's users. Writer owns our databases, Analyst reads the clean one.
const (
	Writer  = "earshot"
	Analyst = "analyst"
)

const endpointFile = "endpoint.json"

// ErrNotRunning means that no process keeps a store in the folder asked for.
var ErrNotRunning = errors.New("the store is not running")

// Endpoint tells where a store listens and who may log in.
type Endpoint struct {
	Native  string    `json:"native"`  // host:port of the native protocol
	HTTP    string    `json:"http"`    // host:port of HTTP
	PID     int       `json:"pid"`     // the process that keeps the engine
	Started time.Time `json:"started"` // when it began to

	Path    string `json:"-"` // the store's folder
	Writer  Login  `json:"-"`
	Analyst Login  `json:"-"`
}

// Login is a user's name and password.
type Login struct{ User, Password string }

type logins struct{ writer, analyst Login }

// Find returns the endpoint of the store that runs in the folder path, for a
// process that did not start it. ErrNotRunning if none does.
func Find(path string) (Endpoint, error) {
	b, err := os.ReadFile(filepath.Join(path, endpointFile))
	if errors.Is(err, os.ErrNotExist) || err == nil && !isLocked(path) {
		return Endpoint{}, fmt.Errorf("%w in %s", ErrNotRunning, path)
	}
	if err != nil {
		return Endpoint{}, fmt.Errorf("find the store: %w", err)
	}
	e := Endpoint{Path: path}
	if err := json.Unmarshal(b, &e); err != nil {
		return Endpoint{}, fmt.Errorf("read the store's endpoint: %w", err)
	}
	for _, l := range []struct {
		user string
		into *Login
	}{{Writer, &e.Writer}, {Analyst, &e.Analyst}} {
		b, err := os.ReadFile(passwordFile(path, l.user))
		if err != nil {
			return Endpoint{}, fmt.Errorf("read the store's password: %w", err)
		}
		*l.into = Login{User: l.user, Password: strings.TrimSpace(string(b))}
	}
	return e, nil
}

func newEndpoint(path string, p ports, l logins) Endpoint {
	return Endpoint{
		Native: loopback(p.native), HTTP: loopback(p.http), PID: os.Getpid(), Started: time.Now().UTC(),
		Path: path, Writer: l.writer, Analyst: l.analyst,
	}
}

func (e Endpoint) write() error {
	b, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(e.Path, endpointFile), append(b, '\n')); err != nil {
		return fmt.Errorf("write the store's endpoint: %w", err)
	}
	return nil
}

// PasswordFile returns the file that holds the user's password.
func (e Endpoint) PasswordFile(user string) string { return passwordFile(e.Path, user) }

func passwordFile(path, user string) string { return filepath.Join(path, user+".password") }

// makeLogins reads the passwords of a store that ran before, or makes them up.
func makeLogins(c Config) (logins, error) {
	writer, err := keepPassword(c.Path, Writer, "")
	if err != nil {
		return logins{}, err
	}
	analyst, err := keepPassword(c.Path, Analyst, c.AnalystPassword)
	return logins{writer: Login{Writer, writer}, analyst: Login{Analyst, analyst}}, err
}

func keepPassword(path, user, configured string) (string, error) {
	file := passwordFile(path, user)
	b, err := os.ReadFile(file)
	password := strings.TrimSpace(string(b))
	switch {
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("read the store's password: %w", err)
	case configured != "" && configured != password:
		password = configured
	case password != "":
		return password, nil
	default:
		b := make([]byte, 16)
		rand.Read(b) // never fails
		password = hex.EncodeToString(b)
	}
	if err := writeFile(file, []byte(password+"\n")); err != nil {
		return "", fmt.Errorf("keep the store's password: %w", err)
	}
	return password, nil
}

// writeFile replaces a file that only its owner may read, all at once.
func writeFile(name string, b []byte) error {
	tmp := name + ".tmp"
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, name)
}
