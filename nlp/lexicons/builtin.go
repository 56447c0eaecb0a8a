package lexicons

import (
	"embed"
	"io/fs"
	"sync"
)

//go:embed *.yaml
var lexiconFiles embed.FS

// Builtin returns the lexicons that are part of the program. They were written
// for it, by its authors.
var Builtin = sync.OnceValues(func() ([]*Lexicon, error) {
	files, err := fs.Glob(lexiconFiles, "*.yaml")
	if err != nil {
		return nil, err
	}
	lexicons := make([]*Lexicon, 0, len(files))
	for _, file := range files {
		text, err := lexiconFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		l, err := Parse(file, text)
		if err != nil {
			return nil, err
		}
		lexicons = append(lexicons, l)
	}
	return lexicons, nil
})
