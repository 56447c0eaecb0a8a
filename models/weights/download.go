package weights

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

const (
	connectTimeout = 4 * time.Second  // then the next source is tried
	stallTimeout   = 30 * time.Second // without a byte
)

// download fetches address into file, going on where an earlier try stopped.
// want is the size the file must end with.
func download(ctx context.Context, address, file string, want int64, progress Progress) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	done, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if done == want {
		return nil
	}
	if done > want {
		done = 0
	}
	body, resumed, err := get(ctx, address, done)
	if err != nil {
		return err
	}
	defer body.Close()
	if !resumed {
		done = 0
	}
	if err := errors.Join(f.Truncate(done), seek(f, done)); err != nil {
		return err
	}
	n, err := io.Copy(&counter{f, progress, address, done, want}, io.LimitReader(body, want-done+1))
	if err != nil {
		return err
	}
	if done+n != want {
		return fmt.Errorf("got %d bytes, want %d", done+n, want)
	}
	return f.Sync()
}

func seek(f *os.File, at int64) error {
	_, err := f.Seek(at, io.SeekStart)
	return err
}

// get opens the resource from byte from on; resumed is false if the server
// sends it from the start.
func get(ctx context.Context, address string, from int64) (body io.ReadCloser, resumed bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	client := &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout:   connectTimeout,
		ResponseHeaderTimeout: stallTimeout,
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		cancel(err)
		return nil, false, err
	}
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	}
	res, err := client.Do(req)
	if err != nil {
		cancel(err)
		return nil, false, err
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusPartialContent {
		err := fmt.Errorf("server says %s", res.Status)
		cancel(err)
		return nil, false, errors.Join(err, res.Body.Close())
	}
	watch := &stallReader{body: res.Body, cancel: cancel}
	watch.timer = time.AfterFunc(stallTimeout, func() { cancel(fmt.Errorf("no data for %s", stallTimeout)) })
	return watch, res.StatusCode == http.StatusPartialContent, nil
}

// stallReader ends a transfer that sends nothing any more.
type stallReader struct {
	body   io.ReadCloser
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

func (r *stallReader) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	r.timer.Reset(stallTimeout)
	return n, err
}

func (r *stallReader) Close() error {
	r.timer.Stop()
	r.cancel(nil)
	return r.body.Close()
}

// counter reports what is written through it.
type counter struct {
	w        io.Writer
	progress Progress
	source   string
	done     int64
	total    int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.done += int64(n)
	c.progress(c.source, c.done, c.total)
	return n, err
}
