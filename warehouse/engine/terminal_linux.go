package engine

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// terminal makes standard input a terminal and returns its other end.
//
// Without a terminal the library ends the whole process when a listener's
// connection fails in any way, a wrong password or a reset included
// (ClickHouse/ClickHouse#115666, mended in a later version); with one, and
// --interactive, it reports the failure to the client and goes on. Closing the
// other end hangs the terminal up, which ends the interactive part.
func terminal() (*os.File, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("make a terminal for the store: %w", err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		return nil, fmt.Errorf("unlock the store's terminal: %w", err)
	}
	// Asking the master for its peer needs no /dev/pts.
	slave, _, errno := unix.Syscall(unix.SYS_IOCTL, master.Fd(), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		return nil, fmt.Errorf("open the store's terminal: %w", errno)
	}
	defer func() { _ = unix.Close(int(slave)) }()
	if err := unix.Dup2(int(slave), 0); err != nil {
		return nil, fmt.Errorf("make a terminal the store's input: %w", err)
	}
	return master, nil
}
