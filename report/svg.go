package report

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// fonts are the faces of the web page, in which Chinese comes from whatever
// the reader's machine has.
const fonts = `-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif`

// SVG returns the drawing as an element for a web page, with title as what a
// screen reader says.
func (d *Drawing) SVG(title string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %s %s" role="img" aria-label="%s" xmlns="http://www.w3.org/2000/svg">`, decimal(d.Width), decimal(d.Height), html.EscapeString(title))
	for _, s := range d.Shapes {
		s.svg(&b)
	}
	b.WriteString("</svg>")
	return b.String()
}

func (s Shape) svg(b *strings.Builder) {
	end := "/>"
	if s.Hint != "" {
		end = "><title>" + html.EscapeString(s.Hint) + "</title></"
	}
	closing := func(element string) string {
		if s.Hint == "" {
			return end
		}
		return end + element + ">"
	}
	switch s.Kind {
	case Rectangle:
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s" rx="1.5" fill="%s"`, decimal(s.X), decimal(s.Y), decimal(s.W), decimal(s.H), s.Fill)
		b.WriteString(closing("rect"))
	case Dot:
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="%s" fill="%s" stroke="#fff" stroke-width="0.8"`, decimal(s.X), decimal(s.Y), decimal(s.W), s.Fill)
		b.WriteString(closing("circle"))
	case Line:
		points := make([]string, len(s.Points))
		for i, p := range s.Points {
			points[i] = decimal(p.X) + "," + decimal(p.Y)
		}
		fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="round"/>`, strings.Join(points, " "), s.Fill, decimal(s.Stroke))
	case Label:
		anchor := [...]string{"start", "middle", "end"}[s.Anchor]
		weight := ""
		if s.Bold {
			weight = ` font-weight="600"`
		}
		fmt.Fprintf(b, `<text x="%s" y="%s" font-size="%s" text-anchor="%s" fill="%s"%s>%s</text>`, decimal(s.X), decimal(s.Y), decimal(s.Size), anchor, s.Fill, weight, html.EscapeString(s.Text))
	}
}

// decimal writes a length with two places at most.
func decimal(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
