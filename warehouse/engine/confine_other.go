//go:build !linux

package engine

import "errors"

// confine has no counterpart of Landlock to use here.
func confine(job) error { return errors.New("only Linux has a sandbox for it") }
