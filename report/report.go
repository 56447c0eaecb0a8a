// Package report turns the answer of a report into what people read: text,
// CSV, JSON, a web page. The subfolders xlsx and paper add spreadsheets, PDF
// and PNG. It knows no store: a Page has everything it shows.
package report

import (
	"fmt"
	"time"

	"earshot/models"
)

// Page is the answer of one report, with what a reader needs to read it.
type Page struct {
	Name     string // of the report
	Title    string // its question, in Language
	Note     string // what to know to read it rightly; may be empty
	Scope    string // the range and the filters, for people
	Language string // en or zh: of titles, columns and fixed words
	Chart    models.Chart
	Table    models.Table
	Coded    models.Table // Table with the store's own codes, for programs
}

// Document is one or more pages under a title.
type Document struct {
	Title    string
	Subtitle string
	Language string
	Made     time.Time
	Pages    []Page
}

// Languages lists the languages that pages come in.
func Languages() []string { return []string{"en", "zh"} }

// column returns the index of the column of a name; -1 if there is none.
func (p Page) column(name string) int { return p.Table.Column(name) }

// Headings returns the titles of the columns in the page's language.
func (p Page) Headings() []string {
	titles := make([]string, len(p.Table.Columns))
	for i, c := range p.Table.Columns {
		titles[i] = Heading(c.Name, p.Language)
	}
	return titles
}

// Text returns a cell as people read it, in the page's language.
func (p Page) Text(row, column int) string {
	return Cell(p.Table.Columns[column].Name, p.Table.Rows[row][column], p.Language)
}

// Cut says that only the first rows of many are listed; empty if all are.
func (p Page) Cut(most int) string {
	if len(p.Table.Rows) <= most {
		if p.Table.More {
			return fmt.Sprintf(Word("more", p.Language), len(p.Table.Rows))
		}
		return ""
	}
	return fmt.Sprintf(Word("truncated", p.Language), most, len(p.Table.Rows))
}
