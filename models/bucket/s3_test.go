//go:build s3

package bucket

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What a server of buckets refuses is told with what to do.
func TestRefusals(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	for code, c := range map[string]struct {
		status int
		want   string
	}{
		"AccessDenied":          {http.StatusForbidden, "do not allow this"},
		"InvalidAccessKeyId":    {http.StatusForbidden, "credentials are not accepted"},
		"SignatureDoesNotMatch": {http.StatusForbidden, "credentials are not accepted"},
		"NoSuchBucket":          {http.StatusNotFound, "no such bucket"},
		"XMinioStorageFull":     {http.StatusInsufficientStorage, "full or over its quota"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>no</Message></Error>`, code)
		}))
		at := "s3://calls?region=eu-central-1&use_path_style=true&endpoint=" + server.URL
		b, err := Open(t.Context(), at, 0)
		if err != nil {
			t.Fatal(err)
		}
		err = b.Explain(b.WriteAll(t.Context(), "x", []byte("y"), nil))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", code, err, c.want)
		}
		_ = b.Close()
		server.Close()
	}
}
