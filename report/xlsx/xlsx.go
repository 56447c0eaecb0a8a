// Package xlsx writes documents as Excel workbooks: a sheet a page with real
// types, a frozen header, filters and a native chart. Nothing from the data
// becomes a formula.
package xlsx

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"earshot/report"
)

// Rows of a sheet: title, scope, note, an empty one, the header, the data.
const (
	headerRow = 5
	mostRows  = excelize.TotalRows - headerRow
)

// Write writes the document. A page with more rows than a sheet holds is cut,
// and its sheet says so.
func Write(w io.Writer, d report.Document) error {
	b := &book{file: excelize.NewFile(), document: d}
	defer func() { _ = b.file.Close() }()
	if err := b.fill(); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	if err := b.file.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

type book struct {
	file     *excelize.File
	document report.Document
	styles   map[string]int
}

func (b *book) fill() error {
	props := &excelize.DocProperties{Title: b.document.Title, Creator: "Earshot", Language: b.document.Language, Created: b.document.Made.UTC().Format(time.RFC3339)}
	if err := b.file.SetDocProps(props); err != nil {
		return err
	}
	if err := b.makeStyles(); err != nil {
		return err
	}
	names := sheetNames(b.document.Pages)
	if len(b.document.Pages) == 1 {
		if err := b.file.SetSheetName("Sheet1", names[0]); err != nil {
			return err
		}
	} else if err := b.contents(names); err != nil {
		return err
	}
	for i, p := range b.document.Pages {
		if len(b.document.Pages) > 1 {
			if _, err := b.file.NewSheet(names[i]); err != nil {
				return err
			}
		}
		s := &sheet{book: b, page: p, name: names[i]}
		if err := s.fill(); err != nil {
			return fmt.Errorf("sheet %s: %w", names[i], err)
		}
	}
	b.file.SetActiveSheet(0)
	return nil
}

// contents makes the first sheet of several: the questions, each a link.
func (b *book) contents(names []string) error {
	name := report.Word("contents", b.document.Language)
	if err := b.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	set := func(cell, text, style string) error {
		if err := b.file.SetCellStr(name, cell, text); err != nil {
			return err
		}
		return b.file.SetCellStyle(name, cell, cell, b.styles[style])
	}
	if err := set("A1", b.document.Title, "title"); err != nil {
		return err
	}
	if err := set("A2", b.document.Subtitle, "quiet"); err != nil {
		return err
	}
	for i, p := range b.document.Pages {
		cell := fmt.Sprintf("A%d", i+4)
		if err := set(cell, p.Title, "link"); err != nil {
			return err
		}
		if err := b.file.SetCellHyperLink(name, cell, "'"+names[i]+"'!A1", "Location"); err != nil {
			return err
		}
	}
	return b.file.SetColWidth(name, "A", "A", 90)
}

// sheetNames makes names that Excel takes, each once: at most 31 characters.
func sheetNames(pages []report.Page) []string {
	used := map[string]bool{}
	names := make([]string, len(pages))
	for i, p := range pages {
		base := strings.Map(func(r rune) rune {
			if strings.ContainsRune(`:\/?*[]'`, r) {
				return '-'
			}
			return r
		}, p.Name)
		if base == "" {
			base = "report"
		}
		name := cut(base, 31)
		for n := 2; used[strings.ToLower(name)]; n++ {
			end := fmt.Sprintf(" %d", n)
			name = cut(base, 31-len(end)) + end
		}
		used[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
