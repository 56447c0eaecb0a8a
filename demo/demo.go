// Package demo holds conversations we wrote: telephone calls, which Speak turns
// into recordings by speech synthesis, and chat logs of every text channel.
// The scripts say what happens in them, so they are demonstration and ground
// truth at once. A History is a made-up one of any length, from a seed.
package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed scripts
var scriptFiles embed.FS

// Scripts returns the conversations that ship with Earshot, calls first, each
// kind in the order of IDs. Callers must not change them.
func Scripts() []*Script {
	scripts, err := loadScripts()
	if err != nil {
		panic(err) // the files are part of the program, and a test reads them all
	}
	return scripts
}

var loadScripts = sync.OnceValues(func() ([]*Script, error) {
	var scripts []*Script
	for _, folder := range []string{"scripts/calls", "scripts/chats"} {
		files, err := fs.ReadDir(scriptFiles, folder)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			text, err := fs.ReadFile(scriptFiles, path.Join(folder, f.Name()))
			if err != nil {
				return nil, err
			}
			s, err := ParseScript(strings.TrimSuffix(f.Name(), path.Ext(f.Name())), string(text))
			if err != nil {
				return nil, fmt.Errorf("demo/%s: %w", path.Join(folder, f.Name()), err)
			}
			scripts = append(scripts, s)
		}
	}
	return scripts, nil
})
