package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// die does what a process does that ends in the middle of work.
func die(t *testing.T, s *suspects) {
	t.Helper()
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
}

func reopen(t *testing.T, name string) *suspects {
	t.Helper()
	s, err := openSuspects(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func begin(t *testing.T, s *suspects, key string) (int, func()) {
	t.Helper()
	n, end, err := s.begin(key)
	if err != nil {
		t.Fatal(err)
	}
	return n, end
}

func TestSuspectsCountDeaths(t *testing.T) {
	name := filepath.Join(t.TempDir(), "journal")
	s := reopen(t, name)
	_, end := begin(t, s, "t/0/1")
	begin(t, s, "t/0/2")
	begin(t, s, "t/0/3")
	end()
	die(t, s)

	s = reopen(t, name)
	if n, end := begin(t, s, "t/0/1"); n != 0 {
		t.Errorf("what was finished is suspect: %d", n)
	} else {
		end()
	}
	n, end := begin(t, s, "t/0/2")
	if n != 1 {
		t.Errorf("%d deaths, want 1", n)
	}
	// Others wait while a suspect is worked on.
	free := make(chan bool)
	go func() {
		_, end, err := s.begin("t/0/9")
		if err == nil {
			end()
		}
		close(free)
	}()
	select {
	case <-free:
		t.Error("a suspect is not alone")
	case <-time.After(50 * time.Millisecond):
	}
	end()
	<-free
	begin(t, s, "t/0/3")
	die(t, s)

	s = reopen(t, name)
	if n, end := begin(t, s, "t/0/2"); n != 0 {
		t.Errorf("one that went well is still suspect: %d", n)
	} else {
		end()
	}
	if n, _ := begin(t, s, "t/0/3"); n != 2 {
		t.Errorf("%d deaths, want 2", n)
	}
	die(t, s)
}

// TestSuspectsOfTwoProcesses: what another living process has in hand is not
// suspect.
func TestSuspectsOfTwoProcesses(t *testing.T) {
	name := filepath.Join(t.TempDir(), "journal")
	first := reopen(t, name)
	begin(t, first, "t/0/1")
	second := reopen(t, name)
	if n, end := begin(t, second, "t/0/1"); n != 0 {
		t.Errorf("%d deaths of a process that lives", n)
	} else {
		end()
	}
	die(t, second)
	die(t, first)
	first = reopen(t, name)
	if n, _ := begin(t, first, "t/0/1"); n != 1 {
		t.Errorf("%d deaths, want 1", n)
	}
	die(t, first)
}

func TestSuspectsReadBrokenJournals(t *testing.T) {
	name := filepath.Join(t.TempDir(), "journal")
	if err := os.WriteFile(name, []byte("begin a\nbegin b\nend a\ndied x y\n\x00\xff\ndied 2 c\nend"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := reopen(t, name)
	defer die(t, s)
	if fmt.Sprint(s.deaths) != "map[b:1 c:2]" {
		t.Errorf("got %v", s.deaths)
	}
	for i := range 40_000 {
		_, end := begin(t, s, fmt.Sprint("key/", i))
		end()
	}
	if info, err := os.Stat(name); err != nil || info.Size() > mostJournal+100 {
		t.Errorf("the journal grows: %d bytes, %v", info.Size(), err)
	}
}

// TestKillerIsBuried leaves a record that has taken ten processes down.
func TestKillerIsBuried(t *testing.T) {
	w := newWorld(t)
	w.cfg.Journal = filepath.Join(t.TempDir(), "journal")
	var killers strings.Builder
	for partition := range w.cfg.Topics.Partitions {
		fmt.Fprintf(&killers, "died 10 %s/%d/0\n", TopicInteractions, partition)
	}
	if err := os.WriteFile(w.cfg.Journal, []byte(killers.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	w.start(nil, finds("nlp"))
	w.send(chat("killer"))
	if stored, failed := w.settle(1); stored != 0 || failed != 1 {
		t.Fatalf("stored %d, failed %d", stored, failed)
	}
	if d := w.store.failure("killer"); d.Code != CodeKilled || d.Attempts != 10 {
		t.Errorf("got %+v", d)
	}
}
