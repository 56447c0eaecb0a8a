package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"earshot/models"
	"earshot/report"
)

func document(language string, rows int) report.Document {
	table := models.Table{Columns: []models.Column{{Name: "agent"}, {Name: "conversations"}, {Name: "because"}}}
	names := map[string]string{"en": "Ann Müller", "zh": "王芳"}
	for i := range rows {
		table.Rows = append(table.Rows, []any{fmt.Sprint(names[language], i), uint64(i * 1000), strings.Repeat("because of a very long story ", i%4)})
	}
	p := report.Page{Name: "x", Title: map[string]string{"en": "Who talks most?", "zh": "谁说得最多？"}[language], Scope: "2026", Language: language,
		Chart: models.Chart{Kind: "bar", X: "agent", Y: []string{"conversations"}}, Table: table}
	return report.Document{Title: "Weekly", Language: language, Made: time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC), Pages: []report.Page{p, p}}
}

func requireChinese(t *testing.T) {
	t.Helper()
	if f, _, err := findFont(""); err != nil || f == nil {
		t.Skip("no font with Chinese characters is installed")
	}
}

func TestPDF(t *testing.T) {
	for _, language := range report.Languages() {
		t.Run(language, func(t *testing.T) {
			if language == "zh" {
				requireChinese(t)
			}
			var first, again bytes.Buffer
			for _, b := range []*bytes.Buffer{&first, &again} {
				if err := PDF(b, document(language, 90), Options{}); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.HasPrefix(first.Bytes(), []byte("%PDF-1.")) || !bytes.Contains(first.Bytes()[first.Len()-64:], []byte("%%EOF")) {
				t.Error("no whole PDF")
			}
			if n := bytes.Count(first.Bytes(), []byte("/Type /Page\n")); n < 5 {
				t.Errorf("%d pages, want a list and two pages of a table twice", n)
			}
			if first.Len() > 400_000 {
				t.Errorf("%d bytes: the whole font is in it", first.Len())
			}
			if !bytes.Equal(first.Bytes(), again.Bytes()) {
				t.Error("the same document gives another file")
			}
		})
	}
}

func TestPNG(t *testing.T) {
	var b bytes.Buffer
	if err := PNG(&b, document("en", 12).Pages[0], Options{}); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != 1520 {
		t.Errorf("%d pixels across", img.Bounds().Dx())
	}
	colours := map[string]bool{}
	for y := 0; y < img.Bounds().Dy(); y += 3 {
		for x := 0; x < 1520; x += 3 {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)] = true
		}
	}
	for _, want := range []string{report.Accent, report.Surface} {
		if !colours[want] {
			t.Errorf("nothing is %s", want)
		}
	}
}

// The font that goes into the file must have the shapes and widths of the one
// it was made from.
func TestTrueType(t *testing.T) {
	original, err := sfnt.Parse(liberationsansregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	used := []rune("Ägypten 123 ffi @%")
	made, err := sfnt.Parse(newFace(original).trueType(used))
	if err != nil {
		t.Fatal(err)
	}
	var b sfnt.Buffer
	for _, r := range used {
		was, _ := original.GlyphIndex(&b, r)
		is, err := made.GlyphIndex(&b, r)
		if err != nil || is == 0 {
			t.Fatalf("%q is not in the font: %v", r, err)
		}
		w0, _ := original.GlyphAdvance(&b, was, fixed.I(1000), font.HintingNone)
		w1, err := made.GlyphAdvance(&b, is, fixed.I(1000), font.HintingNone)
		if err != nil || max(w0, w1)-min(w0, w1) > 64 {
			t.Errorf("%q is %v wide, was %v: %v", r, w1, w0, err)
		}
		box0, _, _ := original.GlyphBounds(&b, was, fixed.I(1000), font.HintingNone)
		box1, _, err := made.GlyphBounds(&b, is, fixed.I(1000), font.HintingNone)
		if err != nil || max(box0.Max.X, box1.Max.X)-min(box0.Max.X, box1.Max.X) > 3*64 || max(box0.Min.Y, box1.Min.Y)-min(box0.Min.Y, box1.Min.Y) > 3*64 {
			t.Errorf("%q takes %v, took %v: %v", r, box1, box0, err)
		}
	}
	if i, _ := made.GlyphIndex(&b, 'Z'); i != 0 {
		t.Error("a character that is not used is in the font")
	}
}

// A cubic curve becomes quadratic ones that stay close to it.
func TestQuadratics(t *testing.T) {
	a, b, c, d := point{0, 0, true}, point{0, 1, false}, point{1, 1, false}, point{1, 0, true}
	q := quadratics(a, b, c, d)
	if len(q)%2 != 0 || q[len(q)-1] != d {
		t.Fatalf("got %v", q)
	}
	n := len(q) / 2
	start := a
	for i := range n {
		control, end := q[2*i], q[2*i+1]
		mid := point{(start.x + 2*control.x + end.x) / 4, (start.y + 2*control.y + end.y) / 4, true}
		want := piece(a, b, c, d, 0, (float64(i)+0.5)/float64(n))[3]
		if dx, dy := mid.x-want.x, mid.y-want.y; dx*dx+dy*dy > 0.001*0.001 {
			t.Errorf("piece %d strays from %v to %v", i, want, mid)
		}
		start = end
	}
}

func TestFontErrors(t *testing.T) {
	d := document("zh", 3)
	notAFont := filepath.Join(t.TempDir(), "x.ttf")
	if err := os.WriteFile(notAFont, []byte("no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{notAFont, filepath.Join(t.TempDir(), "missing.ttc")} {
		if err := PDF(&bytes.Buffer{}, d, Options{Font: file}); err == nil || !strings.Contains(err.Error(), "reports.font") {
			t.Errorf("%s: got %v", file, err)
		}
	}
	was := installed
	defer func() { installed = was }()
	installed = nil
	err := PDF(&bytes.Buffer{}, d, Options{})
	if !errors.Is(err, ErrNoFont) || !strings.Contains(err.Error(), "fonts-noto-cjk") {
		t.Errorf("got %v, want ErrNoFont", err)
	}
	if err := PDF(&bytes.Buffer{}, document("en", 3), Options{}); err != nil {
		t.Errorf("English needs no font of the machine: %v", err)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float64
		most  int
		want  []string
	}{
		{"short", 100, 3, []string{"short"}},
		{"one two three", 40, 5, []string{"one two", "three"}},
		{"客户投诉的原因，是什么", 60, 5, []string{"客户投诉的原", "因，是什么"}},
		{"abcdefghijklmnopqrstuvwxyz", 40, 9, []string{"abcdefgh", "ijklmnop", "qrstuvwx", "yz"}},
		{"a\nb\nc", 100, 2, []string{"a", "b…"}},
	} {
		got := wrap(c.text, 10, c.width, c.most)
		if c.text[0] == 'a' && len(c.text) > 20 { // where it breaks depends on widths
			if strings.Join(got, "") != c.text {
				t.Errorf("%q lost letters: %q", c.text, got)
			}
			continue
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
