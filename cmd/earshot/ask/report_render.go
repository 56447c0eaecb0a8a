package ask

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/report"
	"earshot/report/paper"
	"earshot/report/xlsx"
)

// binaryFormats are not for a terminal.
var binaryFormats = []string{"xlsx", "pdf", "png"}

// renderer writes pages and documents in one format.
type renderer struct {
	format, language string
	bom              bool
	font             string
}

// page returns what writes one page.
func (r renderer) page(p report.Page) func(io.Writer) error {
	return func(w io.Writer) error {
		switch r.format {
		case "csv":
			return report.CSV(w, p.Table, r.language, r.bom)
		case "json":
			return report.JSON(w, p.Table)
		case "png":
			return paper.PNG(w, p, paper.Options{Font: r.font})
		case "xlsx", "pdf", "html":
			return r.document(report.Document{Title: p.Title, Subtitle: p.Scope, Language: p.Language, Made: time.Now(), Pages: []report.Page{p}})(w)
		default:
			if r.language != "" {
				fmt.Fprintln(w, p.Title)
			}
			report.Text(w, p.Table, r.language)
			return nil
		}
	}
}

// document returns what writes several pages as one file.
func (r renderer) document(d report.Document) func(io.Writer) error {
	return func(w io.Writer) error {
		switch r.format {
		case "xlsx":
			return xlsx.Write(w, d)
		case "pdf":
			return paper.PDF(w, d, paper.Options{Font: r.font})
		case "html":
			return d.HTML(w)
		}
		return fmt.Errorf("no documents in the format %q", r.format)
	}
}

// formatOf returns the format that a file's name ends with, or the first where
// there is no file.
func formatOf(file string, formats ...string) (string, error) {
	if file == "" {
		return formats[0], nil
	}
	ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(file), "."))
	switch ending {
	case "txt", "":
		return formats[0], nil
	case "htm":
		ending = "html"
	}
	if !slices.Contains(formats, ending) {
		return "", models.BadInput("--out %s: no format for files that end with .%s: give one with --format", file, ending)
	}
	return ending, nil
}

// checkOut returns an error if what is asked for would garble a terminal, or
// cannot be written where it should go, before any work is done.
func checkOut(a *app.App, file, format string) error {
	if file == "" {
		if slices.Contains(binaryFormats, format) && terminal.IsTerminal(a.Out) {
			return models.BadInput("%s is not for a terminal: give a file with --out FILE", format)
		}
		return nil
	}
	info, err := os.Stat(filepath.Dir(file))
	switch {
	case err != nil:
		return fmt.Errorf("--out %s: %w: make the folder first", file, err)
	case !info.IsDir():
		return models.BadInput("--out %s: %s is no folder", file, filepath.Dir(file))
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return models.BadInput("--out %s is a folder: give the name of a file in it", file)
	}
	return nil
}

// write writes to a file, or prints where there is none. A file is complete or
// as it was before.
func write(a *app.App, file string, write func(io.Writer) error) error {
	if file == "" {
		return write(a.Out)
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return fmt.Errorf("--out %s: %w", file, err)
	}
	err = write(temporary)
	if err == nil {
		err = temporary.Chmod(0o644)
	}
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, errors.Join(err, os.Remove(temporary.Name())))
	}
	fmt.Fprintln(a.Err, "Written:", file)
	return nil
}
