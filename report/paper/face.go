package paper

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// installed are where fonts with Chinese characters lie on common systems, the
// best first. A bold one is looked for beside it under the second name.
var installed = []struct{ regular, bold string }{
	{"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"},
	{"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"},
	{"/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"},
	{"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"},
	{"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", ""},
	{"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", ""},
	{"/usr/share/fonts/wqy-microhei/wqy-microhei.ttc", ""},
	{"/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc", ""},
	{"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", ""},
	{"/System/Library/Fonts/STHeiti Light.ttc", "STHeiti Medium.ttc"},
	{"/System/Library/Fonts/Hiragino Sans GB.ttc", ""},
	{"/Library/Fonts/Arial Unicode.ttf", ""},
	{`C:\Windows\Fonts\msyh.ttc`, "msyhbd.ttc"},
	{`C:\Windows\Fonts\simhei.ttf`, ""},
}

// ErrNoFont says that text needs a font that the machine does not have.
var ErrNoFont = errors.New("no font with Chinese characters is installed: type 'apt-get install fonts-noto-cjk' (or fonts-wqy-zenhei), or give the file of a TTF, OTF or TTC font as reports.font")

// faces are the two weights that documents are set in.
type faces struct{ regular, bold *face }

// face draws characters from the first of its fonts that has them. Lengths are
// in ems.
type face struct {
	fonts  []*sfnt.Font
	buffer sfnt.Buffer
	glyphs map[rune]*glyph
}

// glyph is the outline of a character, y upwards, with how far it takes.
type glyph struct {
	advance  float64
	contours []contour
}

// contour is a closed line of quadratic curves: on a curve every second point,
// from the first, lies on it.
type contour []point

type point struct {
	x, y float64
	on   bool
}

// newFaces opens the fonts that the characters need.
func newFaces(file string, used []rune) (faces, error) {
	regular, err := sfnt.Parse(liberationsansregular.TTF)
	if err != nil {
		return faces{}, fmt.Errorf("the font of the program: %w", err)
	}
	bold, err := sfnt.Parse(liberationsansbold.TTF)
	if err != nil {
		return faces{}, fmt.Errorf("the font of the program: %w", err)
	}
	f := faces{newFace(regular), newFace(bold)}
	if !slices.ContainsFunc(used, f.regular.lacks) {
		return f, nil
	}
	more, moreBold, err := findFont(file)
	if err != nil {
		return faces{}, err
	}
	if more == nil {
		if slices.ContainsFunc(used, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			return faces{}, ErrNoFont
		}
		return f, nil // a symbol or so: a box stands for it
	}
	f.regular.fonts, f.bold.fonts = append(f.regular.fonts, more), append(f.bold.fonts, moreBold)
	return f, nil
}

func newFace(fonts ...*sfnt.Font) *face { return &face{fonts: fonts, glyphs: map[rune]*glyph{}} }

// findFont opens the font of a file, or the first that is installed; nil if
// none is.
func findFont(file string) (regular, bold *sfnt.Font, err error) {
	if file != "" {
		f, err := openFont(file)
		if err != nil {
			return nil, nil, fmt.Errorf("reports.font: %w", err)
		}
		return f, f, nil
	}
	for _, candidate := range installed {
		f, err := openFont(candidate.regular)
		if err != nil {
			continue
		}
		if candidate.bold != "" {
			if b, err := openFont(filepath.Join(filepath.Dir(candidate.regular), candidate.bold)); err == nil {
				return f, b, nil
			}
		}
		return f, f, nil
	}
	return nil, nil, nil
}

// openFont opens a font, of a collection the one for simplified Chinese.
func openFont(name string) (*sfnt.Font, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	all, err := sfnt.ParseCollection(data)
	if err != nil {
		return nil, fmt.Errorf("%s is no TTF, OTF or TTC font: %w", name, err)
	}
	chosen := 0
	for i := range all.NumFonts() {
		f, err := all.Font(i)
		if err != nil {
			continue
		}
		if family, err := f.Name(nil, sfnt.NameIDFamily); err == nil && strings.HasSuffix(family, " SC") {
			chosen = i
			break
		}
	}
	return all.Font(chosen)
}

func (f *face) lacks(r rune) bool {
	_, i := f.find(r)
	return i == 0
}

func (f *face) find(r rune) (*sfnt.Font, sfnt.GlyphIndex) {
	for _, one := range f.fonts {
		if i, err := one.GlyphIndex(&f.buffer, r); err == nil && i != 0 {
			return one, i
		}
	}
	return f.fonts[0], 0
}

// glyph returns a character's outline; of one that no font has, a box.
func (f *face) glyph(r rune) *glyph {
	if g := f.glyphs[r]; g != nil {
		return g
	}
	g := f.load(r)
	f.glyphs[r] = g
	return g
}

// em is the size glyphs are loaded at: large, so that rounding does not show.
const em = 1024

func (f *face) load(r rune) *glyph {
	if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
		return &glyph{}
	}
	from, index := f.find(r)
	g := &glyph{advance: 0.5}
	if a, err := from.GlyphAdvance(&f.buffer, index, fixed.I(em), font.HintingNone); err == nil {
		g.advance = float64(a) / 64 / em
	}
	segments, err := from.LoadGlyph(&f.buffer, index, fixed.I(em), nil)
	if err == nil {
		g.contours = contours(segments)
	}
	return g
}

// width returns how far a text takes at a size.
func (f *face) width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += f.glyph(r).advance
	}
	return w * size
}
