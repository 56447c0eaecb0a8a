package models

import "time"

// Revision orders the results of one interaction: the result with the highest
// revision is the current one. A record keeps its revision over redelivery, so
// processing it twice gives the same rows.
type Revision uint64

const revisionOffsetBits = 20

// NewRevision derives a revision from the time a record was written to the
// log and its offset there, which tells apart records of the same millisecond.
func NewRevision(at time.Time, offset int64) Revision {
	return Revision(uint64(at.UnixMilli())<<revisionOffsetBits | uint64(offset)&(1<<revisionOffsetBits-1))
}

// Time returns the time the record was written, to the millisecond.
func (r Revision) Time() time.Time {
	return time.UnixMilli(int64(r >> revisionOffsetBits)).UTC()
}

// Accepted notes that a record reached the log. Coverage is measured against
// these notes: each must end as a current result or as a Dead.
type Accepted struct {
	ID       ID        `json:"id"`
	Channel  Channel   `json:"channel"`
	Started  time.Time `json:"started"`
	Revision Revision  `json:"revision"`
	Source   string    `json:"source,omitempty"`
}
