package ingest

import (
	"encoding/json"
	"fmt"
	"net/http"

	"earshot/models"
)

// problem is the body of an answer that is no success, after RFC 9457, with
// members of our own: code, field and line of the fault, and for uploads of
// many records the ids of those accepted and the faults of the others.
type problem struct {
	Type     string      `json:"type"`
	Title    string      `json:"title"`
	Status   int         `json:"status"`
	Detail   string      `json:"detail"`
	Code     string      `json:"code,omitempty"`
	Field    string      `json:"field,omitempty"`
	Line     int         `json:"line,omitempty"`
	Accepted []models.ID `json:"accepted,omitempty"`
	Errors   []fault     `json:"errors,omitempty"`
}

// fault is why one record of an upload was refused.
type fault struct {
	ID     models.ID `json:"id,omitempty"`
	Detail string    `json:"detail"`
	Code   string    `json:"code"`
	Field  string    `json:"field,omitempty"`
	Line   int       `json:"line,omitempty"`
}

// maxFaults bounds an answer; all faults are dead letters anyway.
const maxFaults = 100

func newFault(id models.ID, err error) fault {
	return fault{ID: id, Detail: err.Error(), Code: Code(err), Field: field(err), Line: lineOf(err)}
}

// refusedProblem is the answer where some of n records were refused.
func refusedProblem(faults []fault, accepted []models.ID, n int) problem {
	first := faults[0]
	p := problem{Status: http.StatusBadRequest, Code: first.Code, Field: first.Field, Line: first.Line, Detail: first.Detail}
	if n == 1 {
		if first.Code == "too-large" {
			p.Status = http.StatusRequestEntityTooLarge
		}
		return p
	}
	p.Accepted, p.Errors = accepted, faults[:min(len(faults), maxFaults)]
	p.Detail = fmt.Sprintf("%d of %d records were refused, the first because: %s. The others are accepted and need not be sent again", len(faults), n, first.Detail)
	return p
}

func tooLarge(limit int64) problem {
	return problem{Status: http.StatusRequestEntityTooLarge, Code: "too-large", Detail: fmt.Sprintf("the body is larger than %d bytes: send fewer records at once, or raise ingest.max_body_bytes or ingest.max_recording_bytes", limit)}
}

func (p problem) write(w http.ResponseWriter) {
	p.Type = "about:blank"
	if p.Code != "" {
		p.Type = "urn:earshot:problem:" + p.Code
	}
	p.Title = http.StatusText(p.Status)
	writeJSON(w, p.Status, "application/problem+json", p)
}

func writeJSON(w http.ResponseWriter, status int, contentType string, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	// The sender may be gone; there is nobody to tell.
	_, _ = w.Write(append(body, '\n'))
}
