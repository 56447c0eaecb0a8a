package paper

import (
	"fmt"
	"io"
	"strconv"

	"codeberg.org/go-pdf/fpdf"

	"earshot/report"
)

// family is what the fonts are called in the file.
const family = "earshot"

func writePDF(w io.Writer, d report.Document, sheets []*sheet, f faces) error {
	pdf := fpdf.New("P", "pt", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetTitle(d.Title, true)
	pdf.SetSubject(d.Subtitle, true)
	pdf.SetCreator("Earshot", true)
	pdf.SetLang(d.Language)
	pdf.SetCreationDate(d.Made)
	pdf.SetModificationDate(d.Made)
	pdf.SetCatalogSort(true) // the same document gives the same file
	regular, bold := usedRunes(sheets)
	pdf.AddUTF8FontFromBytes(family, "", f.regular.trueType(regular))
	pdf.AddUTF8FontFromBytes(family, "B", f.bold.trueType(bold))
	for _, s := range sheets {
		pdf.AddPageFormat("P", fpdf.SizeType{Wd: s.Width, Ht: s.Height})
		if s.bookmark != "" {
			pdf.Bookmark(s.bookmark, 0, 0)
		}
		for _, shape := range s.Shapes {
			paintPDF(pdf, shape, f)
		}
	}
	return pdf.Output(w)
}

// usedRunes lists the characters of each weight.
func usedRunes(sheets []*sheet) (regular, bold []rune) {
	seen := [2]map[rune]bool{{}, {}}
	lists := [2]*[]rune{&regular, &bold}
	for _, s := range sheets {
		for _, shape := range s.Shapes {
			weight := 0
			if shape.Bold {
				weight = 1
			}
			for _, r := range printable(shape.Text) {
				if !seen[weight][r] {
					seen[weight][r] = true
					*lists[weight] = append(*lists[weight], r)
				}
			}
		}
	}
	return regular, bold
}

// printable replaces what the file's fonts cannot hold, such as emoji.
func printable(s string) string {
	out := []rune(s)
	for i, r := range out {
		if r > 0xFFFE {
			out[i] = '□'
		}
	}
	return string(out)
}

func paintPDF(pdf *fpdf.Fpdf, s report.Shape, f faces) {
	r, g, b := colour(s.Fill)
	switch s.Kind {
	case report.Rectangle:
		pdf.SetFillColor(r, g, b)
		pdf.Rect(s.X, s.Y, s.W, s.H, "F")
	case report.Dot:
		pdf.SetFillColor(r, g, b)
		pdf.Circle(s.X, s.Y, s.W, "F")
	case report.Line:
		pdf.SetDrawColor(r, g, b)
		pdf.SetLineWidth(s.Stroke)
		pdf.SetLineJoinStyle("round")
		pdf.MoveTo(s.Points[0].X, s.Points[0].Y)
		for _, p := range s.Points[1:] {
			pdf.LineTo(p.X, p.Y)
		}
		pdf.DrawPath("D")
	case report.Label:
		style, face := "", f.regular
		if s.Bold {
			style, face = "B", f.bold
		}
		text := printable(s.Text)
		pdf.SetFont(family, style, s.Size)
		pdf.SetTextColor(r, g, b)
		pdf.Text(anchored(s, face.width(text, s.Size)), s.Y, text)
	}
}

// anchored returns where a text of a width begins.
func anchored(s report.Shape, width float64) float64 {
	switch s.Anchor {
	case report.Middle:
		return s.X - width/2
	case report.Right:
		return s.X - width
	}
	return s.X
}

// colour reads a colour such as #1f2430.
func colour(s string) (r, g, b int) {
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil || len(s) != 7 {
		panic(fmt.Sprintf("colour %q", s)) // all are ours
	}
	return int(n >> 16), int(n >> 8 & 255), int(n & 255)
}
