package service

import (
	"os"

	"earshot/asr/whispercpp"
)

// SpeechWorkerCmd is the child process that recognises speech.
type SpeechWorkerCmd struct{}

// Run works for the parent until its pipe closes.
func (SpeechWorkerCmd) Run() error { return whispercpp.Worker(os.Stdin, os.Stdout) }
