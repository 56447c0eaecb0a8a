package pack

import "time"

// Manifest says what was made of a period. It lies beside the files and is
// what the webhook gets.
type Manifest struct {
	Pack     string    `json:"pack"`
	Title    string    `json:"title"`
	Period   string    `json:"period"` // daily, weekly or monthly
	Name     string    `json:"name"`   // of the period, such as 2026-W14
	From     time.Time `json:"from"`
	To       time.Time `json:"to"` // does not count in
	Made     time.Time `json:"made"`
	Language string    `json:"language"`
	Place    string    `json:"place"` // folder or bucket
	Files    []File    `json:"files"`
	Failed   []Failure `json:"failed"` // what is missing; empty: nothing
}

// File is one file of a pack.
type File struct {
	Key    string `json:"key"` // below the place
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Failure is a report that was not answered, or a format that was not written.
type Failure struct {
	Report string `json:"report,omitempty"`
	Format string `json:"format,omitempty"`
	Error  string `json:"error"`
}
