package app

import (
	"os"
	"path/filepath"

	"earshot/models/weights"
)

// SampleRecording is the recording that the whisper.cpp tree carries, "" if it
// is not there.
func SampleRecording() string {
	path := filepath.Join(weights.CacheDir(), "whisper.cpp-1.9.1", "bindings", "go", "samples", "jfk.wav")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}
