// Package eval measures Earshot against labelled data. It is pure: callers
// bring what was made and what should have been made, it counts.
package eval
