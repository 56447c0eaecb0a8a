package engine

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"
	"golang.org/x/sys/unix"
)

// ChildArgs are the arguments that make this program the engine's child.
func ChildArgs() []string { return []string{"store", "--child"} }

// RunIfChild must be called first of all in main, and in the TestMain of
// packages that start an Engine. In a process that Start began it runs the
// engine and ends the process; in any other it does nothing.
func RunIfChild() {
	if !slices.Equal(os.Args[1:], ChildArgs()) {
		return
	}
	if err := runChild(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// runChild reads a job from standard input, and runs ClickHouse until that is
// closed.
func runChild() error {
	// The sandbox holds for this thread and those it starts: the library must
	// never run on another. The thread is not given back.
	runtime.LockOSThread()
	line, err := bufio.NewReader(os.Stdin).ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	var j job
	if err := json.Unmarshal(line, &j); err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	hold, release, err := os.Pipe()
	if err != nil {
		return err
	}
	// From here on our own standard input is another file: see terminal.
	orders, err := unix.FcntlInt(os.Stdin.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return err
	}
	master, err := terminal()
	if err != nil {
		return err
	}
	parent := os.NewFile(uintptr(orders), "orders")
	go func() {
		_, _ = io.Copy(io.Discard, parent) // until our parent closes it or dies
		release.Close()
		master.Close()
		time.Sleep(endPatience - 2*time.Second)
		fmt.Fprintln(os.Stderr, "the store did not end in time")
		os.Exit(2)
	}()
	if err := waitForStatus(j.Data, startPatience-10*time.Second); err != nil {
		return err
	}
	main, err := open(j.Library)
	if err != nil {
		return err
	}
	if err := confine(j); err != nil {
		fmt.Fprintln(os.Stderr, "the store runs unconfined, its users can read files of this account:", err)
	}
	// The library waits for the end of a last file of queries, which is our
	// pipe. With no query running meanwhile there is none to kill.
	queries, err := unix.Dup(int(hold.Fd()))
	if err != nil {
		return err
	}
	return main(
		"clickhouse", "--path="+j.Data, "--config-file="+filepath.Join(j.Settings, "config.xml"),
		"--listen_host=127.0.0.1", "--tcp_port="+j.Native, "--http_port="+j.HTTP,
		"--interactive", "--disable_suggestion", "--history_file=/dev/null",
		"--queries-file="+filepath.Join(j.Settings, "listen.sql"), fmt.Sprintf("--queries-file=/dev/fd/%d", queries),
	)
}

// open loads the library and returns its command line.
func open(library string) (func(args ...string) error, error) {
	handle, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load the ClickHouse library: %w", err)
	}
	var run func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	var resultError func(result unsafe.Pointer) string
	for name, f := range map[string]any{"chdb_query_cmdline": &run, "chdb_result_error": &resultError} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("%s is not the ClickHouse library this program needs: %w", library, err)
		}
		purego.RegisterFunc(f, symbol)
	}
	return func(args ...string) error {
		var pin runtime.Pinner
		defer pin.Unpin()
		argv := make([]*byte, len(args)+1) // ends with nil
		for i, s := range args {
			b := append([]byte(s), 0)
			argv[i] = &b[0]
			pin.Pin(argv[i])
		}
		pin.Pin(&argv[0])
		result := run(int32(len(args)), unsafe.Pointer(&argv[0]))
		if result == nil {
			return nil
		}
		if text := resultError(result); text != "" {
			return errors.New(text)
		}
		return nil
	}, nil
}
