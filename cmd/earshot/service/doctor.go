package service

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/sys/unix"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models/weights"
	"earshot/nlp"
	"earshot/nlp/e5"
)

// DoctorCmd is `earshot doctor`.
type DoctorCmd struct{}

// checkup is a part, how it is, and what to type if it is not well.
type checkup struct {
	part, state, remedy string
	well, optional      bool
}

// Run fails if a part that the configured installation needs is missing.
func (DoctorCmd) Run(ctx context.Context, a *app.App) error {
	checks := []checkup{checkMachine(), checkData(a)}
	if len(a.Config.Warehouse.Addr) == 0 {
		checks = append(checks, checkFile("ClickHouse engine", filepath.Join(weights.CacheDir(), "lib", "libchdb.so"), "deploy/setup/engine.sh"))
	} else {
		checks = append(checks, checkAddress(ctx, "ClickHouse server", a.Config.Warehouse.Addr))
	}
	if len(a.Config.Kafka.Brokers) > 0 {
		checks = append(checks, checkAddress(ctx, "Kafka", a.Config.Kafka.Brokers))
	}
	checks = append(checks, checkModels(a)...)
	checks = append(checks,
		checkProgram("ffmpeg", "reads mp3, m4a, amr, opus", "apt-get install ffmpeg"),
		checkProgram("flite", "speaks the English demo calls", "deploy/setup/voices.sh"),
		checkProgram("espeak-ng", "speaks the Chinese demo calls", "deploy/setup/voices.sh"),
		checkRunning(a))
	missing := 0
	for _, c := range checks {
		sign := text.FgGreen.Sprint("ok      ")
		switch {
		case !c.well && c.optional:
			sign = text.FgYellow.Sprint("optional")
		case !c.well:
			sign = text.FgRed.Sprint("missing ")
			missing++
		}
		fmt.Fprintf(a.Out, "%s  %-20s %s\n", sign, c.part, c.state)
		if !c.well && c.remedy != "" {
			fmt.Fprintf(a.Out, "%32stype: %s\n", "", c.remedy)
		}
	}
	if missing > 0 {
		fmt.Fprintf(a.Out, "\n%d %s missing; `make setup` installs all of it.\n", missing, terminal.Plural(missing, "part"))
		return app.ExitError(1)
	}
	return nil
}

// checkModels looks for the files of the manifest that the configuration uses.
func checkModels(a *app.App) []checkup {
	var checks []checkup
	names := []string{a.Config.Whisper.Model, "silero", "hanzi"}
	if a.Config.NLP.Meaning != nlp.MeaningOff {
		names = append(names, e5.Name)
	}
	for _, name := range names {
		c := checkup{part: "model " + name, remedy: "earshot models pull " + name}
		path, err := weights.Path(name)
		if c.well = err == nil; c.well {
			c.state = path
		} else {
			c.state = err.Error()
		}
		checks = append(checks, c)
	}
	return checks
}

func checkMachine() checkup {
	var info unix.Sysinfo_t
	state := fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if err := unix.Sysinfo(&info); err == nil {
		state += fmt.Sprintf(", %.1f GiB memory", float64(info.Totalram)*float64(info.Unit)/(1<<30))
	}
	return checkup{part: "machine", state: state, well: runtime.GOOS == "linux" && runtime.GOARCH == "amd64",
		remedy: "the embedded engine needs Linux on x86-64; elsewhere set warehouse.addr to a ClickHouse server"}
}

func checkData(a *app.App) checkup {
	c := checkup{part: "data folder", state: a.Config.Data, well: true}
	dir := a.Config.Data
	for {
		if _, err := os.Stat(dir); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err == nil {
		free := float64(fs.Bavail) * float64(fs.Bsize) / (1 << 30)
		c.state += fmt.Sprintf(", %.0f GiB free", free)
		c.well = free >= 1
		c.remedy = "free some space, or name another folder with --home"
	}
	if unix.Access(dir, unix.W_OK) != nil {
		c.well, c.remedy = false, "make "+dir+" writable, or name another folder with --home"
	}
	return c
}

func checkFile(part, path, remedy string) checkup {
	info, err := os.Stat(path)
	if err != nil {
		return checkup{part: part, state: path + " is not there", remedy: remedy}
	}
	return checkup{part: part, state: fmt.Sprintf("%s, %d MB", path, info.Size()>>20), well: true}
}

func checkProgram(name, purpose, remedy string) checkup {
	path, err := exec.LookPath(name)
	if err != nil {
		return checkup{part: name, state: "not installed; " + purpose, remedy: remedy, optional: true}
	}
	return checkup{part: name, state: path + "; " + purpose, well: true}
}

func checkAddress(ctx context.Context, part string, addrs []string) checkup {
	var dialer net.Dialer
	for _, addr := range addrs {
		conn, err := dialer.DialContext(ctx, "tcp", addr)
		if err != nil {
			return checkup{part: part, state: fmt.Sprintf("%s: %v", addr, err), remedy: "start it, or correct its address in the configuration"}
		}
		conn.Close()
	}
	return checkup{part: part, state: fmt.Sprintf("%v answers", addrs), well: true}
}

func checkRunning(a *app.App) checkup {
	e, err := app.FindEndpoint(a.Config.Data)
	if err != nil {
		return checkup{part: "service", state: "not running on this data folder", remedy: "earshot serve", optional: true}
	}
	return checkup{part: "service", state: fmt.Sprintf("process %d at http://%s", e.PID, e.HTTP), well: true}
}
