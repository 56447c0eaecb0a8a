//go:build !linux

package engine

import (
	"errors"
	"os"
)

// terminal is for Linux, the one system whose library serves so far.
func terminal() (*os.File, error) { return nil, errors.New("the embedded store needs Linux") }
