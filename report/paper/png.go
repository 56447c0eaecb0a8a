package paper

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/vector"

	"earshot/report"
)

// dots is how many pixels a point takes.
const dots = 2

func writePNG(w io.Writer, s *sheet, f faces) error {
	img := image.NewRGBA(image.Rect(0, 0, int(s.Width*dots), int(math.Ceil(s.Height*dots))))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	for _, shape := range s.Shapes {
		paintPNG(img, shape, f)
	}
	return png.Encode(w, img)
}

func paintPNG(img *image.RGBA, s report.Shape, f faces) {
	r, g, b := colour(s.Fill)
	ink := image.NewUniform(color.RGBA{uint8(r), uint8(g), uint8(b), 255})
	switch s.Kind {
	case report.Rectangle:
		fill(img, ink, []contour{{{s.X, s.Y, true}, {s.X + s.W, s.Y, true}, {s.X + s.W, s.Y + s.H, true}, {s.X, s.Y + s.H, true}}})
	case report.Dot:
		var circle contour
		for i := range 24 {
			sin, cos := math.Sincos(float64(i) * math.Pi / 12)
			circle = append(circle, point{s.X + s.W*cos, s.Y + s.W*sin, true})
		}
		fill(img, ink, []contour{circle})
	case report.Line:
		for i := range s.Points[1:] {
			fill(img, ink, []contour{stroke(s.Points[i], s.Points[i+1], s.Stroke)})
		}
	case report.Label:
		face := f.regular
		if s.Bold {
			face = f.bold
		}
		x := anchored(s, face.width(s.Text, s.Size))
		for _, r := range s.Text {
			g := face.glyph(r)
			placed := make([]contour, len(g.contours))
			for i, c := range g.contours {
				for _, p := range c {
					placed[i] = append(placed[i], point{x + p.x*s.Size, s.Y - p.y*s.Size, p.on})
				}
			}
			fill(img, ink, placed)
			x += g.advance * s.Size
		}
	}
}

// stroke is the outline of a line of a width.
func stroke(a, b report.Point, width float64) contour {
	length := math.Hypot(b.X-a.X, b.Y-a.Y)
	if length == 0 {
		return nil
	}
	dx, dy := (b.X-a.X)/length*width/2, (b.Y-a.Y)/length*width/2
	a.X, a.Y, b.X, b.Y = a.X-dx*0.3, a.Y-dy*0.3, b.X+dx*0.3, b.Y+dy*0.3
	return contour{{a.X - dy, a.Y + dx, true}, {b.X - dy, b.Y + dx, true}, {b.X + dy, b.Y - dx, true}, {a.X + dy, a.Y - dx, true}}
}

// fill paints the inside of outlines, given in points.
func fill(img *image.RGBA, ink image.Image, outlines []contour) {
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, c := range outlines {
		for _, p := range c {
			low = [2]float64{min(low[0], p.x), min(low[1], p.y)}
			high = [2]float64{max(high[0], p.x), max(high[1], p.y)}
		}
	}
	if low[0] > high[0] {
		return
	}
	box := image.Rect(int(math.Floor(low[0]*dots)), int(math.Floor(low[1]*dots)), int(math.Ceil(high[0]*dots))+1, int(math.Ceil(high[1]*dots))+1)
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	to := func(p point) (x, y float32) {
		return float32(p.x*dots - float64(box.Min.X)), float32(p.y*dots - float64(box.Min.Y))
	}
	for _, c := range outlines {
		trace(z, c, to)
	}
	z.Draw(img, box, ink, image.Point{})
}

// trace walks one outline, which begins on the curve.
func trace(z *vector.Rasterizer, c contour, to func(point) (x, y float32)) {
	if len(c) == 0 {
		return
	}
	z.MoveTo(to(c[0]))
	for i := 1; i < len(c); i++ {
		if c[i].on {
			z.LineTo(to(c[i]))
			continue
		}
		bend, end := c[i], c[0] // the last curve ends where the outline began
		if i++; i < len(c) {
			end = c[i]
		}
		bx, by := to(bend)
		ex, ey := to(end)
		z.QuadTo(bx, by, ex, ey)
	}
	z.ClosePath()
}
