package paper

import (
	"earshot/report"
)

// Sizes of tables, in points.
const (
	cellSize  = 8.0
	cellGap   = 9.0
	lineStep  = cellSize * 1.28
	cellLines = 9 // most lines of a cell
	natural   = 150.0
	roomy     = 290.0 // of texts that would take many lines

	shortText   = 60.0 // stays on one line
	longestWord = 110.0
)

// table is the head of a page's rows, as texts.
type table struct {
	titles  []string
	cells   [][]string
	numbers []bool // which columns hold numbers
	cut     string
}

func newTable(p report.Page, most int) table {
	t := table{titles: p.Headings(), numbers: make([]bool, len(p.Table.Columns)), cut: p.Cut(most)}
	t.cells = report.Cells(p.Table, most, p.Language)
	for r := range t.cells {
		for c := range t.numbers {
			if _, ok := report.Number(p.Table.Rows[r][c]); ok {
				t.numbers[c] = true
			}
		}
	}
	return t
}

// want returns how wide each column would like to be, and how narrow it may
// get: the longest word of its title and its numbers stay whole.
func (t table) want() (want, least []float64) {
	want, least = make([]float64, len(t.titles)), make([]float64, len(t.titles))
	for c, title := range t.titles {
		for _, word := range pieces(title) {
			least[c] = max(least[c], report.TextWidth(word, cellSize)*1.06)
		}
		want[c] = max(least[c], min(report.TextWidth(title, cellSize)*1.06, 70))
		for _, row := range t.cells {
			w := report.TextWidth(row[c], cellSize)
			if t.numbers[c] {
				least[c] = max(least[c], w)
			} else {
				least[c] = max(least[c], min(w, shortText))
				for _, word := range pieces(row[c]) { // IDs stay whole where they can
					least[c] = max(least[c], min(report.TextWidth(word, cellSize), longestWord))
				}
			}
			most := natural
			if w > 2*natural {
				most = roomy
			}
			want[c] = max(want[c], min(w, most))
		}
	}
	return want, least
}

func (t table) natural() float64 {
	want, _ := t.want()
	sum := -cellGap
	for _, w := range want {
		sum += w + cellGap
	}
	return sum
}

// widths fits the columns into a width.
func (t table) widths(width float64) []float64 {
	want, least := t.want()
	sumWant, sumLeast := -cellGap, -cellGap
	for c := range want {
		sumWant, sumLeast = sumWant+want[c]+cellGap, sumLeast+least[c]+cellGap
	}
	out := make([]float64, len(want))
	for c := range out {
		switch {
		case sumWant <= width: // wide columns get what is left
			out[c] = want[c] + (width-sumWant)*want[c]/max(sumWant, 1)*0.999
		case sumLeast >= width:
			out[c] = least[c] * (width + cellGap - cellGap*float64(len(out))) / max(sumLeast+cellGap-cellGap*float64(len(out)), 1)
		default:
			out[c] = least[c] + (want[c]-least[c])*(width-sumLeast)/(sumWant-sumLeast)
		}
	}
	return out
}

// table sets the rows, with the header again on each sheet.
func (l *layout) table(p report.Page, t table) {
	if len(t.cells) == 0 {
		l.paragraph(report.Word("no rows", p.Language), 10, false, report.Ink)
		return
	}
	widths := t.widths(l.inner())
	l.header(t, widths)
	for _, row := range t.cells {
		lines, high := cellTexts(row, widths)
		if l.y+high > l.bottom() {
			l.newSheet()
			l.header(t, widths)
		}
		l.row(t, widths, lines, report.Ink, false)
		l.y += high
		l.bar(l.form.margin, l.y, l.inner(), 0.5, report.Hairline)
	}
	if t.cut != "" {
		l.y += 4
		l.paragraph(t.cut, 8.5, false, report.Pale)
	}
}

func (l *layout) header(t table, widths []float64) {
	lines, high := cellTexts(t.titles, widths)
	if l.y+high+lineStep > l.bottom() {
		l.newSheet()
	}
	l.row(t, widths, lines, report.Pale, true)
	l.y += high
	l.bar(l.form.margin, l.y, l.inner(), 1, "#b8bec8")
}

func (l *layout) row(t table, widths []float64, lines [][]string, colour string, bold bool) {
	x := l.form.margin
	for c, cell := range lines {
		for i, line := range cell {
			y := l.y + 4 + cellSize + float64(i)*lineStep
			if t.numbers[c] {
				l.text(x+widths[c], y, cellSize, bold, report.Right, colour, line)
			} else {
				l.text(x, y, cellSize, bold, report.Left, colour, line)
			}
		}
		x += widths[c] + cellGap
	}
}

// cellTexts breaks the cells of a row into lines and returns how high it is.
func cellTexts(row []string, widths []float64) (lines [][]string, high float64) {
	most := 1
	for c, text := range row {
		cell := wrap(text, cellSize, widths[c]+1, cellLines)
		lines, most = append(lines, cell), max(most, len(cell))
	}
	return lines, 8 + float64(most)*lineStep
}
