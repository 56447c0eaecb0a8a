package pipeline

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"earshot/models"
)

// A record that takes the whole process down, through a fault in a native
// library or by using up the memory, leaves no error to catch, and comes back
// after the restart. So what is being worked on is written to a file, the
// journal, before and after. What a process that died had in hand is suspect:
// it is worked on alone, so that the next death tells who did it, and given up
// after as many deaths as are allowed.

// CodeKilled is that of records that took the process down again and again.
const CodeKilled = "killed"

// suspects is the journal and what it says.
type suspects struct {
	mu     sync.Mutex
	file   *os.File
	lock   *os.File // of this process for as long as it lives
	size   int
	deaths map[string]int // of processes that had the record in hand
	inHand map[string]bool
	alone  sync.RWMutex // held whole while a suspect is worked on
}

// mostJournal is how long the journal may grow, in bytes.
const mostJournal = 1 << 20

// mostProcesses bounds how many processes may share a folder for journals.
const mostProcesses = 100

// lockJournal takes the first journal of that name, or of that name and a
// number, that no living process has.
func lockJournal(name string) (string, *os.File, error) {
	for i := range mostProcesses {
		journal := name
		if i > 0 {
			journal += "." + strconv.Itoa(i)
		}
		f, err := os.OpenFile(journal+".lock", os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return "", nil, fmt.Errorf("journal of what is worked on: %w", err)
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			return journal, f, nil
		}
		_ = f.Close()
	}
	return "", nil, fmt.Errorf("journal of what is worked on: %d processes have one at %s", mostProcesses, name)
}

// openSuspects reads the journal of the process before and begins a new one.
func openSuspects(name string) (_ *suspects, err error) {
	name, lock, err := lockJournal(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = lock.Close()
		}
	}()
	s := &suspects{lock: lock, deaths: map[string]int{}, inHand: map[string]bool{}}
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("journal of what is worked on: %w", err)
	}
	left := map[string]bool{}
	lines := bufio.NewScanner(strings.NewReader(string(old)))
	for lines.Scan() {
		// A process may die within a line: what is no entry is left out.
		kind, rest, _ := strings.Cut(lines.Text(), " ")
		switch kind {
		case "begin":
			left[rest] = true
		case "end":
			delete(left, rest)
			delete(s.deaths, rest)
		case "died":
			times, key, _ := strings.Cut(rest, " ")
			if n, err := strconv.Atoi(times); err == nil && key != "" {
				s.deaths[key] = n
			}
		}
	}
	for key := range left {
		s.deaths[key]++
	}
	if s.file, err = os.OpenFile(name+".next", os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600); err != nil {
		return nil, fmt.Errorf("journal of what is worked on: %w", err)
	}
	if err = s.rewrite(); err == nil {
		err = os.Rename(name+".next", name)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal of what is worked on: %w", err), s.file.Close())
	}
	return s, nil
}

// rewrite writes only what still matters.
func (s *suspects) rewrite() error {
	var b strings.Builder
	for key, n := range s.deaths {
		fmt.Fprintf(&b, "died %d %s\n", n, key)
	}
	for key := range s.inHand {
		fmt.Fprintf(&b, "begin %s\n", key)
	}
	if err := s.file.Truncate(0); err != nil {
		return err
	}
	if _, err := s.file.WriteAt([]byte(b.String()), 0); err != nil {
		return err
	}
	_, err := s.file.Seek(0, 2)
	s.size = b.Len()
	return err
}

// begin notes that a record is worked on and returns how many processes have
// died with it in hand, and what to call when its end is durable. It waits
// until a suspect may be worked on alone. A nil suspects knows of none.
func (s *suspects) begin(key string) (deaths int, end func(), err error) {
	if s == nil {
		return 0, func() {}, nil
	}
	s.mu.Lock()
	deaths = s.deaths[key]
	s.mu.Unlock()
	lock, unlock := s.alone.RLock, s.alone.RUnlock
	if deaths > 0 {
		lock, unlock = s.alone.Lock, s.alone.Unlock
	}
	lock()
	if err := s.note("begin", key); err != nil {
		unlock()
		return deaths, nil, err
	}
	return deaths, func() {
		// If the end cannot be noted, a later death counts against the record once.
		_ = s.note("end", key)
		unlock()
	}, nil
}

func (s *suspects) note(kind, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kind == "begin" {
		s.inHand[key] = true
	} else {
		delete(s.inHand, key)
		delete(s.deaths, key)
	}
	if s.size > mostJournal {
		return s.rewrite()
	}
	n, err := s.file.WriteString(kind + " " + key + "\n")
	s.size += n
	return err
}

func (s *suspects) close() error {
	if s == nil {
		return nil
	}
	return errors.Join(s.file.Close(), s.lock.Close())
}

// killed is the reason of a record that is given up.
type killed struct{ deaths int }

func (k *killed) Error() string {
	return fmt.Sprintf("the process died %d times while it worked on this record: see the log of those times, and replay it once the cause is mended", k.deaths)
}
func (k *killed) Code() string         { return CodeKilled }
func (k *killed) Is(target error) bool { return target == models.ErrBadInput }
