package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"earshot/models"
)

// Plain formats a value for machines and for tables: numbers with at most four
// places and no grouping, times as UTC, lists separated by commas, what is
// missing or no number as nothing.
func Plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(math.Round(v*10000)/10000, 'f', -1, 64)
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05")
	case []string:
		return strings.Join(v, ", ")
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = Plain(v[i])
		}
		return strings.Join(parts, ", ")
	default:
		return fmt.Sprint(v)
	}
}

// Cell formats a value of a column for people: numbers grouped by thousands,
// days without a time of day, known values in the language.
func Cell(column string, v any, language string) string {
	switch v := v.(type) {
	case string:
		return value(column, v, language)
	case bool:
		return value("bool", strconv.FormatBool(v), language)
	case int64:
		return number(column, v, language)
	case uint64:
		return number(column, int64(min(v, math.MaxInt64)), language)
	case float64:
		return group(Plain(v))
	case time.Time:
		return TimeText(v)
	case []string:
		words := make([]string, len(v))
		for i := range v {
			words[i] = value(column, v[i], language)
		}
		return strings.Join(words, ", ")
	}
	return Plain(v)
}

// Cells formats the first rows of a table as Cell does, or as Plain where no
// language is given; the numbers of a column all with as many places as the
// one that needs most, and days without a time of day.
func Cells(t models.Table, most int, language string) [][]string {
	rows := t.Rows[:min(len(t.Rows), most)]
	all := make([][]string, len(rows))
	for r := range all {
		all[r] = make([]string, len(t.Columns))
	}
	for c, column := range t.Columns {
		places := placesOf(rows, c)
		for r, row := range rows {
			all[r][c] = cellOf(column, row[c], places, language)
		}
	}
	return all
}

func cellOf(column models.Column, v any, places int, language string) string {
	switch v := v.(type) {
	case time.Time:
		switch {
		case isDay(column):
			return v.UTC().Format(time.DateOnly)
		case language != "" && strings.Contains(column.Type, "DateTime"):
			return v.UTC().Format("2006-01-02 15:04")
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		s := strconv.FormatFloat(v, 'f', places, 64)
		if language != "" {
			s = group(s)
		}
		return s
	}
	if language == "" {
		return Plain(v)
	}
	return Cell(column.Name, v, language)
}

// placesOf returns how many decimal places the numbers of a column need, at
// most four.
func placesOf(rows [][]any, column int) int {
	places := 0
	for _, row := range rows {
		v, ok := row[column].(float64)
		if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		for places < 4 && math.Abs(v*math.Pow10(places)-math.Round(v*math.Pow10(places))) > 1e-7*max(1, math.Abs(v)) {
			places++
		}
	}
	return places
}

// isDay tells columns of days from those of moments.
func isDay(c models.Column) bool {
	return strings.Contains(c.Type, "Date") && !strings.Contains(c.Type, "DateTime")
}

// isNumber says whether a column holds numbers, and not what has a name, such
// as weekdays.
func isNumber(t models.Table, column int) bool {
	if dictionaries()["en"].Values[t.Columns[column].Name] != nil {
		return false
	}
	for _, row := range t.Rows {
		if row[column] == nil {
			continue
		}
		_, ok := Number(row[column])
		return ok
	}
	return false
}

// TimeText formats a time: a day where it is midnight, else to the minute.
func TimeText(t time.Time) string {
	t = t.UTC()
	if t.Truncate(24 * time.Hour).Equal(t) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

// number formats an integer. Those that name something, such as weekdays and
// severities, have words.
func number(column string, n int64, language string) string {
	s := strconv.FormatInt(n, 10)
	if word := dictionaries()[language].Values[column][s]; word != "" {
		return word
	}
	if column == "hour" {
		return fmt.Sprintf("%02d:00", n)
	}
	return group(s)
}

// group puts commas between thousands.
func group(s string) string {
	whole, fraction, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return sign + whole
}

// Number returns the value as a number, if it is one.
func Number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return 0, false
}
