// Package paper sets documents on pages and writes them as PDF, or a page as
// PNG. Latin letters come with the program; Chinese ones from a font of the
// machine, of which only the characters used go into the file.
package paper

import (
	"fmt"
	"io"

	"earshot/report"
)

// Options say how documents are set.
type Options struct {
	Font string // file of a font with Chinese characters, TTF, OTF or TTC; empty: one that is installed
}

// Limits on what is printed; exports as XLSX and CSV have all.
const (
	pdfRows = 400
	mapRows = 24
	pngRows = 25
)

// PDF writes the document as A4 pages.
func PDF(w io.Writer, d report.Document, o Options) error {
	l := newLayout(a4)
	l.document(d)
	faces, err := newFaces(o.Font, l.runes())
	if err != nil {
		return err
	}
	if err := writePDF(w, d, l.sheets, faces); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// PNG writes a page as one picture of 1520 pixels across: the chart, or the
// head of the table where it has none.
func PNG(w io.Writer, p report.Page, o Options) error {
	l := newLayout(picture)
	l.picture(p)
	faces, err := newFaces(o.Font, l.runes())
	if err != nil {
		return err
	}
	if err := writePNG(w, l.sheets[0], faces); err != nil {
		return fmt.Errorf("write PNG: %w", err)
	}
	return nil
}
