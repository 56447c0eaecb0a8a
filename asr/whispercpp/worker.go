package whispercpp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Worker is the life of a worker process: it reads jobs from in and writes
// answers to out until in ends, and then ends the process, even in the middle
// of a job. So no worker outlives its parent.
func Worker(in io.Reader, out io.Writer) error {
	restrict()
	type request struct {
		job job
		pcm []float32
		err error
	}
	requests := make(chan request)
	go func() {
		r := bufio.NewReaderSize(in, 1<<20)
		for {
			var q request
			q.pcm, q.err = readFrame(r, &q.job)
			if q.err != nil {
				code := 1
				if errors.Is(q.err, io.EOF) {
					code = 0
				}
				os.Exit(code)
			}
			requests <- q
		}
	}()
	var e *ear
	for q := range requests {
		a, err := q.job.run(&e, q.pcm)
		if err != nil {
			a.Error = err.Error()
		}
		if err := writeFrame(out, a, nil); err != nil {
			return err
		}
	}
	return nil
}

func (j job) run(e **ear, pcm []float32) (a answer, err error) {
	if j.Load != nil {
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, j.Load.Nice)
		*e, err = openEar(*j.Load)
		return a, err
	}
	if *e == nil || len(pcm) == 0 {
		return a, errors.New("a job before the model is loaded, or without samples")
	}
	switch {
	case j.Voice:
		a.Voice, err = (*e).voice.voice(pcm)
	case j.Recognize != nil:
		a.Heard, err = (*e).hear(pcm, j.Recognize)
	default:
		err = fmt.Errorf("a job of no known kind")
	}
	return a, err
}

// restrict takes from the process what it does not need: a model file or
// samples that take it over can then write no file and gain no rights. Each
// limit is a gain by itself, so one that cannot be set is passed over.
func restrict() {
	_ = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	none := &unix.Rlimit{}
	_ = unix.Setrlimit(unix.RLIMIT_CORE, none)
	_ = unix.Setrlimit(unix.RLIMIT_FSIZE, none)
}
