package report

import (
	"strings"
	"unicode"
)

// Drawing is a chart as shapes, in points of 1/72 inch from the top left. One
// layout serves the web page, the PDF and the PNG.
type Drawing struct {
	Width, Height float64
	Shapes        []Shape
}

// Shape is a rectangle, a line through points, or a text.
type Shape struct {
	Kind   ShapeKind
	X, Y   float64 // of a rectangle the top left, of a text its anchor on the base line
	W, H   float64 // of a rectangle
	Points []Point // of a line
	Fill   string  // colour, such as #1f2430
	Stroke float64 // width of a line
	Text   string
	Size   float64 // of a text
	Bold   bool
	Anchor Anchor
	Hint   string // shown on hovering, in the web page
}

// ShapeKind tells what a Shape is.
type ShapeKind int

// The kinds of shapes. A Dot is a circle of the radius W around X, Y.
const (
	Rectangle ShapeKind = iota
	Line
	Dot
	Label
)

// Point is a place in a Drawing.
type Point struct{ X, Y float64 }

// Anchor says which part of a text lies at its X.
type Anchor int

// The anchors.
const (
	Left Anchor = iota
	Middle
	Right
)

// Colours. Series take theirs in this order; those next to each other stay
// apart under the common kinds of colour blindness.
const (
	Ink      = "#1f2430"
	Pale     = "#5b6474"
	Hairline = "#e3e6eb"
	Surface  = "#ffffff"
	Wash     = "#f6f7f9"
	Accent   = "#2463c4"
)

var seriesColours = []string{Accent, "#f08c2e", "#2a9d8f", "#b8417f", "#8a63d2", "#6c7a89", "#d1a000", "#4aa3df"}

// paler is the colour of what another series is compared with.
const paler = "#b9c4d4"

// ColourOf returns the colour of the i-th series of a chart, a measure.
func ColourOf(measure string, i int) string {
	if measure == "before" || strings.HasSuffix(measure, "_before") || strings.HasSuffix(measure, "_without") {
		return paler
	}
	return seriesColours[i%len(seriesColours)]
}

func (s series) colour(i int) string { return ColourOf(s.columns[i], i) }

func (d *Drawing) rectangle(x, y, w, h float64, fill, hint string) {
	d.Shapes = append(d.Shapes, Shape{Kind: Rectangle, X: x, Y: y, W: w, H: h, Fill: fill, Hint: hint})
}

func (d *Drawing) line(width float64, colour string, points ...Point) {
	d.Shapes = append(d.Shapes, Shape{Kind: Line, Points: points, Fill: colour, Stroke: width})
}

func (d *Drawing) dot(x, y, radius float64, colour, hint string) {
	d.Shapes = append(d.Shapes, Shape{Kind: Dot, X: x, Y: y, W: radius, Fill: colour, Hint: hint})
}

func (d *Drawing) text(x, y, size float64, anchor Anchor, colour, text string) {
	d.Shapes = append(d.Shapes, Shape{Kind: Label, X: x, Y: y, Size: size, Anchor: anchor, Fill: colour, Text: text})
}

// TextWidth estimates the width of a text: a Chinese character is as wide as
// it is high, a Latin one about half of that. It stays on the safe side for
// common faces.
func TextWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case r >= 0x2E80 || unicode.Is(unicode.Han, r):
			w++
		case strings.ContainsRune("iljt.,:;'|! ()[]", r):
			w += 0.32
		case strings.ContainsRune("mwMW@%", r):
			w += 0.87
		case unicode.IsUpper(r):
			w += 0.68
		default:
			w += 0.56
		}
	}
	return w * size
}

// Fit returns the text, or as much of it as fits a width with … behind it.
func Fit(s string, size, width float64) string {
	if TextWidth(s, size) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && TextWidth(string(runes), size)+size > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + "…"
}
