package releases

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"

	"earshot/rules"
)

// scorecards is the subfolder of a folder of rules that holds scorecards.
const scorecards = "scorecards"

// Folders takes a layer apart into a folder of rule files and one of
// scorecards, as rules.Load and qa.Load read them; cards is nil if there are
// none.
func (l Layer) Folders() (ruleFiles, cards fs.FS) {
	ruleFiles = rules.Folder{FS: without{l.Files}, Path: l.Path}
	if info, err := fs.Stat(l.Files, scorecards); err == nil && info.IsDir() {
		if sub, err := fs.Sub(l.Files, scorecards); err == nil {
			cards = rules.Folder{FS: sub, Path: filepath.Join(l.Path, scorecards)}
		}
	}
	return ruleFiles, cards
}

// Folders takes several layers apart, in their order.
func Folders(layers []Layer) (ruleFiles, cards []fs.FS) {
	for _, l := range layers {
		r, c := l.Folders()
		ruleFiles = append(ruleFiles, r)
		if c != nil {
			cards = append(cards, c)
		}
	}
	return ruleFiles, cards
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// without is a folder as if the subfolder of scorecards were not there.
type without struct{ fs.FS }

func (w without) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	if name == "." {
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.IsDir() && e.Name() == scorecards })
	}
	return entries, err
}

// oneFile is a folder as if it held a single file.
type oneFile struct {
	fs.FS
	name string
}

func (o oneFile) Open(name string) (fs.File, error) {
	if name != "." && name != o.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return o.FS.Open(name)
}

func (o oneFile) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.ErrUnsupported}
	}
	info, err := fs.Stat(o.FS, o.name)
	if err != nil {
		return nil, err
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}
