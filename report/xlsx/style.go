package xlsx

import "github.com/xuri/excelize/v2"

// Number formats of cells; those of two figures are Excel's own.
const (
	asText  = 49 // @: stays text even when the cell is edited
	asWhole = 3  // #,##0
)

// makeStyles registers the styles that sheets use, by name.
func (b *book) makeStyles() error {
	b.styles = map[string]int{}
	day, minute := "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
	tenth, hundredth, small := "#,##0.0", "#,##0.00", "#,##0.0000"
	top, left := &excelize.Alignment{Vertical: "top"}, &excelize.Alignment{Vertical: "top", Horizontal: "left"}
	for name, style := range map[string]*excelize.Style{
		"title":  {Font: &excelize.Font{Bold: true, Size: 16, Color: "1F2430"}},
		"quiet":  {Font: &excelize.Font{Size: 10, Color: "5B6474"}},
		"link":   {Font: &excelize.Font{Color: "2463C4", Underline: "single"}, NumFmt: asText},
		"header": {Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"2463C4"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}, NumFmt: asText},
		"text":   {NumFmt: asText, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}},
		"name":   {NumFmt: asText, Alignment: top},
		"whole":  {NumFmt: asWhole, Alignment: top}, "tenth": {CustomNumFmt: &tenth, Alignment: top}, "hundredth": {CustomNumFmt: &hundredth, Alignment: top},
		"small": {CustomNumFmt: &small, Alignment: top}, "day": {CustomNumFmt: &day, Alignment: left}, "minute": {CustomNumFmt: &minute, Alignment: left},
		"bool": {Alignment: top},
		"cell": {NumFmt: asWhole, Alignment: &excelize.Alignment{Horizontal: "center"}},
	} {
		id, err := b.file.NewStyle(style)
		if err != nil {
			return err
		}
		b.styles[name] = id
	}
	return nil
}
