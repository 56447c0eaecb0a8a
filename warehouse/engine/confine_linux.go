package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The scalar function file('/path') of ClickHouse asks for no grant when the
// server runs out of the library, so any user could read any file through it.
// Landlock (Linux 5.13 and later, no privileges needed) takes the files, and
// from Linux 6.7 on the network, away from the whole engine instead.
// https://docs.kernel.org/userspace-api/landlock.html
const (
	readFiles = unix.LANDLOCK_ACCESS_FS_READ_FILE
	readAll   = readFiles | unix.LANDLOCK_ACCESS_FS_READ_DIR
	runFiles  = readAll | unix.LANDLOCK_ACCESS_FS_EXECUTE
	// ABI 1, and the two rights of ABI 2 and 3.
	everything = 1<<13 - 1
	refer      = unix.LANDLOCK_ACCESS_FS_REFER
	truncate   = unix.LANDLOCK_ACCESS_FS_TRUNCATE
)

// confine lets this thread, and all it starts from now on, touch nothing but
// the store's data and what a C++ program needs to know of its machine.
func confine(j job) error {
	abi, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return fmt.Errorf("this kernel has no Landlock: %w", errno)
	}
	handled := uint64(everything)
	if abi >= 2 {
		handled |= refer
	}
	if abi >= 3 {
		handled |= truncate
	}
	attr := unix.LandlockRulesetAttr{Handled_access_fs: handled}
	if abi >= 4 && !j.Connects {
		// No rule allows it: the engine connects to nobody. It may listen.
		attr.Handled_access_net = unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return fmt.Errorf("make a Landlock ruleset: %w", errno)
	}
	defer func() { _ = unix.Close(int(fd)) }()

	self := "/proc/" + strconv.Itoa(os.Getpid())
	for _, r := range []struct {
		path   string
		access uint64
	}{
		{j.Data, handled},
		{j.Backups, handled},
		{j.Settings, readAll},
		{filepath.Dir(j.Library), runFiles},
		{"/lib", runFiles}, {"/lib64", runFiles}, {"/usr/lib", runFiles}, {"/usr/lib64", runFiles},
		{self, readAll}, {"/proc/meminfo", readFiles}, {"/proc/cpuinfo", readFiles}, {"/proc/stat", readFiles},
		{"/proc/loadavg", readFiles}, {"/proc/uptime", readFiles}, {"/proc/vmstat", readFiles},
		{"/proc/sys", readAll}, {"/proc/diskstats", readFiles}, {"/proc/net", readAll}, {"/sys", readAll},
		{"/etc/localtime", readFiles}, {"/usr/share/zoneinfo", readAll}, {"/etc/hosts", readFiles},
		{"/etc/ld.so.cache", readFiles}, {"/etc/nsswitch.conf", readFiles}, {"/etc/resolv.conf", readFiles},
		{"/dev/null", readFiles | unix.LANDLOCK_ACCESS_FS_WRITE_FILE},
		{"/dev/zero", readFiles}, {"/dev/random", readFiles}, {"/dev/urandom", readFiles},
	} {
		if err := allow(int(fd), r.path, r.access&handled); err != nil {
			return fmt.Errorf("allow %s: %w", r.path, err)
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up new privileges: %w", err)
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0); errno != 0 {
		return fmt.Errorf("enter the Landlock sandbox: %w", errno)
	}
	return nil
}

// allow adds a rule for a path, if there is such a path.
func allow(ruleset int, path string, access uint64) error {
	parent, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(parent) }()
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(parent)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
