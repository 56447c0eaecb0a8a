package report

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"earshot/models"
)

//go:embed page.gohtml
var pageText string

// htmlRows bounds the rows that a web page or a printed page lists.
const htmlRows = 2000

// chartWidth is the width that charts are laid out in, in points.
const chartWidth = 720

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"word": Word,
	"time": func(t time.Time) string { return t.Format("2006-01-02 15:04") },
}).Parse(pageText))

// htmlPage is what the template sees of a Page.
type htmlPage struct {
	Page
	Chart   template.HTML
	Columns []htmlColumn
	Rows    [][]string
	Count   string
	Cut     string
}

// isLong says whether a column holds texts that need some width.
func isLong(t models.Table, column int) bool {
	const long = 40
	return slices.ContainsFunc(t.Rows[:min(len(t.Rows), htmlRows)], func(row []any) bool {
		s, ok := row[column].(string)
		return ok && utf8.RuneCountInString(s) > long
	})
}

// htmlColumn is a column's title and class: n for numbers, d for dates, t for
// long texts.
type htmlColumn struct{ Title, Class string }

// HTML writes the document as one web page that needs nothing else: charts as
// inline SVG, no script, a style for printing.
func (d Document) HTML(w io.Writer) error {
	pages := make([]htmlPage, len(d.Pages))
	for i, p := range d.Pages {
		h := htmlPage{Page: p, Count: Rows(len(p.Table.Rows), p.Language), Cut: p.Cut(htmlRows)}
		if drawing := p.Draw(chartWidth); drawing != nil {
			h.Chart = template.HTML(drawing.SVG(p.Title)) //nolint:gosec // every text in it is escaped
		}
		for c, title := range p.Headings() {
			kind := ""
			switch {
			case isNumber(p.Table, c):
				kind = "n"
			case strings.Contains(p.Table.Columns[c].Type, "Date"):
				kind = "d"
			case isLong(p.Table, c):
				kind = "t"
			}
			h.Columns = append(h.Columns, htmlColumn{title, kind})
		}
		h.Rows = Cells(p.Table, htmlRows, p.Language)
		pages[i] = h
	}
	return pageTemplate.Execute(w, map[string]any{
		"Document": d, "Pages": pages, "Fonts": template.CSS(fonts), "Language": htmlLanguage(d.Language), //nolint:gosec // ours
	})
}

func htmlLanguage(language string) string {
	if language == "zh" {
		return "zh-CN"
	}
	return language
}
