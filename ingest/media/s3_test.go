//go:build s3

package media

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// bucketServer speaks as much of the S3 protocol as keeping recordings takes.
type bucketServer struct {
	mu      sync.Mutex
	objects map[string][]byte
}

func (s *bucketServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.TrimPrefix(r.URL.Path, "/calls/")
	object, ok := s.objects[key]
	switch {
	case r.Method == http.MethodGet && r.URL.Query().Has("list-type"):
		fmt.Fprint(w, `<?xml version="1.0"?><ListBucketResult><Name>calls</Name><KeyCount>0</KeyCount></ListBucketResult>`)
	case r.Method == http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.objects[key] = unchunk(r, body)
		w.Header().Set("ETag", `"x"`)
	case !ok:
		w.WriteHeader(http.StatusNotFound)
		if r.Method == http.MethodGet {
			fmt.Fprint(w, `<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>`)
		}
	default:
		w.Header().Set("ETag", `"x"`)
		http.ServeContent(w, r, "", testStart, strings.NewReader(string(object)))
	}
}

// unchunk undoes the aws-chunked encoding, with which the client sends a
// checksum after the body.
func unchunk(r *http.Request, body []byte) []byte {
	if !strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") {
		return body
	}
	var out []byte
	for rest := string(body); ; {
		head, tail, ok := strings.Cut(rest, "\r\n")
		var n int
		if _, err := fmt.Sscanf(head, "%x", &n); !ok || err != nil || n == 0 || n > len(tail) {
			return out
		}
		out = append(out, tail[:n]...)
		rest = strings.TrimPrefix(tail[n:], "\r\n")
	}
}

var testStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func TestBucket(t *testing.T) {
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	server := &bucketServer{objects: map[string][]byte{}}
	front := httptest.NewServer(server)
	defer front.Close()
	s := open(t, "s3://calls?region=eu-west-1&use_path_style=true&anonymous=true&endpoint="+front.URL)
	conformance(t, s)
	if len(server.objects) != 1 {
		t.Errorf("%d objects in the bucket, want the one recording", len(server.objects))
	}
	if _, ok := s.Path(strings.Repeat("a", 64)); ok {
		t.Error("a bucket has no paths")
	}
}
