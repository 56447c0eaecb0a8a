package asr

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"earshot/models"
)

// Limits on one decoding child.
const (
	ffmpegTimeout = 10 * time.Minute
	ffmpegMemory  = 2 << 30
)

// transcode has ffmpeg decode the file to WAV in a new file of dir without a
// name. It reads only this file, by the demuxer that its first bytes call
// for, and writes at most length seconds.
func transcode(ctx context.Context, in *os.File, name, format, dir string, length time.Duration) (*os.File, error) {
	demuxer := "wav"
	for _, f := range foreign {
		if f.name == format {
			demuxer = f.demuxer
			break
		}
	}
	out, err := os.CreateTemp(dir, "earshot-decode-*.wav")
	if err != nil {
		return nil, fmt.Errorf("make room for audio: %w", err)
	}
	defer os.Remove(out.Name())
	if err := runFFmpeg(ctx, in, demuxer, out.Name(), length); err != nil {
		err = errors.Join(err, out.Close())
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, models.BadInput("recording %s: %s cannot be decoded: %w", filepath.Base(name), format, err)
	}
	return out, nil
}

func runFFmpeg(ctx context.Context, in *os.File, demuxer, out string, length time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, ffmpegTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-xerror",
		"-protocol_whitelist", "file,pipe", "-f", demuxer, "-i", "/proc/self/fd/3",
		"-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-threads", "1",
		"-t", strconv.Itoa(int(length.Seconds())+1), "-c:a", "pcm_s16le", "-bitexact", "-f", "wav", "-rf64", "auto", "-y", out)
	cmd.ExtraFiles = []*os.File{in}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.WaitDelay = time.Second
	var said strings.Builder
	cmd.Stderr = &limitedWriter{b: &said, left: 2000}
	if err := cmd.Start(); err != nil {
		return err
	}
	_ = unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: ffmpegMemory, Max: ffmpegMemory}, nil)
	if err := cmd.Wait(); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("it took longer than %s", ffmpegTimeout)
		}
		line, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return fmt.Errorf("%w: %s", err, line)
	}
	return nil
}

// limitedWriter keeps the beginning of what is written to it.
type limitedWriter struct {
	b    *strings.Builder
	left int
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.b.Write(p[:n])
	w.left -= n
	return len(p), nil
}
