package warehouse

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"earshot/models"
)

// The fragments that stand in the SQL of reports for what they have in common.
// Each is replaced by text of this file; what a person chooses travels as a
// parameter of the query and never becomes part of it.
//
//	$period     the conversation began in the range asked for, and passes the filters
//	$both       it began in that range or in the one of the same length before it
//	$now        it began in the range itself
//	$time       as $period, for views that have no queue, team and agent: no filters
//	$live       what takes the time of whoever works on it: not e-mail, SMS and social media, which
//	            wait between two turns; all of it where one asks for a channel or by channel
//	$whole(x)   x in ten-thousandths, whole: its sum is the same in whatever order it is added up
//	$by         what the report is grouped by, under its own name
//	$attributes a join, by write, that brings region, product, tier and brand, if $by is one of them
//	$reason     a join, by write, that brings the contact reason, if $by is reason
const (
	timeFragment = "started >= {from:DateTime64(3, 'UTC')} AND started < {to:DateTime64(3, 'UTC')}"
	bothFragment = "started >= {before:DateTime64(3, 'UTC')} AND started < {to:DateTime64(3, 'UTC')}"
	nowFragment  = "started >= {from:DateTime64(3, 'UTC')}"
)

// dimensions are what $by may stand for, beside the columns of the view. Days
// are Date32: Date begins again in June 2149, conversations may be of 2200.
var dimensions = map[string]string{
	"day":     "toDate32(started_local)",
	"week":    "toDate32(started_local) - (toDayOfWeek(started_local) - 1)",
	"month":   "toDate32(started_local) - (toDayOfMonth(started_local) - 1)",
	"hour":    "toHour(started_local)",
	"weekday": "toDayOfWeek(started_local)",
}

// attributeDimensions are columns of interactions alone.
var attributeDimensions = []string{"region", "product", "tier", "brand"}

// filters are the columns that every view of conversations has.
var filters = []string{"channel", "queue", "team", "agent"}

// The bounds where none are asked for: all that the store can hold.
var noFrom, noTo = firstTime, lastTime

const (
	defaultLimit   = 100
	limitOfTimes   = 5000 // where it is grouped by a time: a trend that ends early misleads
	mostLimit      = 100_000
	mostFilter     = 4096 // bytes
	limitParameter = "{limit:UInt32}"
	leastParameter = "least" // by its name, the fewest that a row must stand for
)

var whole = regexp.MustCompile(`\$whole\(([a-z._]+)\)`)

const liveFragment = "channel NOT IN ('email', 'sms', 'social')"

// Live says whether the answer leaves out channels whose conversations wait
// between two turns; see $live.
func (r Report) Live(o ReportOptions) bool {
	return strings.Contains(r.SQL, "$live") && o.Where["channel"] == "" && r.groupedByDefault(o.By) != "channel"
}

// groupedByDefault returns what the report is grouped by where by is asked for.
func (r Report) groupedByDefault(by string) string {
	if by == "" && len(r.By) > 0 {
		return r.By[0]
	}
	return by
}

// most is how many rows the answer may have.
func (r Report) most(o ReportOptions) int {
	switch {
	case o.Limit > 0:
		return o.Limit
	case dimensions[r.groupedByDefault(o.By)] != "":
		return limitOfTimes
	}
	return defaultLimit
}

// Filterable says whether the report can be asked of one channel, queue, team
// or agent.
func (r Report) Filterable() bool {
	return strings.Contains(r.SQL, "$period") || strings.Contains(r.SQL, "$both")
}

// Text returns the report's SQL with its fragments filled in, as it is sent.
func (r Report) Text(o ReportOptions) (string, error) {
	text, _, err := r.query(o)
	return text, err
}

func (r Report) query(o ReportOptions) (string, []any, error) {
	open := o.To.IsZero() && !o.From.IsZero()
	o.From, o.To = cmp.Or(o.From, noFrom), cmp.Or(o.To, noTo)
	if !o.From.Before(o.To) {
		return "", nil, models.BadInput("report %s: from %s is not before to %s", r.Name, o.From.Format(time.DateTime), o.To.Format(time.DateTime))
	}
	if o.Limit < 0 || o.Limit > mostLimit {
		return "", nil, models.BadInput("report %s: limit %d: want 1 to %d, or 0 for %d", r.Name, o.Limit, mostLimit, defaultLimit)
	}
	if err := r.checkBy(&o); err != nil {
		return "", nil, err
	}
	const milliseconds = "2006-01-02 15:04:05.000"
	from, to := storable(o.From), storable(o.To)
	length := to.Sub(from)
	if since := time.Since(from); open && since > 0 {
		length = since // what lies ahead takes no time before
	}
	before := storable(from.Add(-length))
	args := []any{
		Param("from", from.Format(milliseconds)), Param("to", to.Format(milliseconds)), Param("before", before.Format(milliseconds)),
		Param("by", o.By), Param("limit", r.most(o)+1), // one more tells whether there are more
	}
	if strings.Contains(r.SQL, "{zone:String}") {
		args = append(args, Param("zone", cmp.Or(o.Zone, time.UTC).String()))
	}
	values, err := r.values(o)
	if err != nil {
		return "", nil, err
	}
	args = append(args, values...)
	chosen, given, err := r.where(o.Where)
	if err != nil {
		return "", nil, err
	}
	args = append(args, given...)
	by, join := r.groupedBy(o.By)
	text := whole.ReplaceAllString(r.SQL, "toInt64(round(1e4 * $1))")
	live := "true"
	if r.Live(o) {
		live = liveFragment
	}
	return strings.NewReplacer(
		"$live", live,
		"$period", timeFragment+chosen, "$both", bothFragment+chosen, "$now", nowFragment, "$time", timeFragment,
		"$by", by, "$attributes", join, "$reason", reasonJoin(o.By),
	).Replace(text), args, nil
}

// checkBy sets the default of what to group by.
func (r Report) checkBy(o *ReportOptions) error {
	switch {
	case len(r.By) == 0 && o.By != "":
		return models.BadInput("report %s cannot be grouped", r.Name)
	case len(r.By) > 0 && o.By == "":
		o.By = r.By[0]
	case len(r.By) > 0 && !slices.Contains(r.By, o.By):
		return models.BadInput("report %s: cannot group by %q: want one of %s", r.Name, o.By, strings.Join(r.By, ", "))
	}
	return nil
}

// groupedBy returns what $by and $attributes stand for.
func (r Report) groupedBy(by string) (column, join string) {
	if slices.Contains(attributeDimensions, by) {
		if strings.Contains(r.SQL, "$attributes") {
			join = "LEFT JOIN (SELECT write, " + by + " FROM interactions WHERE " + timeFragment + ") AS sent USING (write)"
		}
		return by, join
	}
	if expression := dimensions[by]; expression != "" {
		return expression + " AS " + by, ""
	}
	return by, ""
}

// reasonJoin returns what $reason stands for.
func reasonJoin(by string) string {
	if by != "reason" {
		return ""
	}
	return "LEFT JOIN (SELECT write, reason FROM summaries WHERE reason != '' AND " + timeFragment + ") AS told USING (write)"
}

// values returns the parameters that the report has of its own.
func (r Report) values(o ReportOptions) ([]any, error) {
	given := o.Values
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.ContainsFunc(r.Parameters, func(p ReportParameter) bool { return p.Name == name }) {
			return nil, models.BadInput("report %s has no parameter %q%s", r.Name, name, r.parameterNames())
		}
	}
	var args []any
	for _, p := range r.Parameters {
		v, ok := given[p.Name]
		if !ok {
			v = p.Default
			if p.Name == leastParameter && dimensions[o.By] != "" {
				v = p.Least // a ranking is better without small groups, a trend has no gaps
			}
		}
		if v < p.Least || v > p.Most {
			return nil, models.BadInput("report %s: %s %d: want %d to %d", r.Name, p.Name, v, p.Least, p.Most)
		}
		args = append(args, Param(p.Name, v))
	}
	return args, nil
}

func (r Report) parameterNames() string {
	if len(r.Parameters) == 0 {
		return ""
	}
	names := make([]string, len(r.Parameters))
	for i, p := range r.Parameters {
		names[i] = p.Name
	}
	return ": it has " + strings.Join(names, ", ")
}

func (r Report) where(given map[string]string) (sql string, args []any, err error) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(filters, name) {
			return "", nil, models.BadInput("report %s: cannot filter by %q: want one of %s", r.Name, name, strings.Join(filters, ", "))
		}
		if !r.Filterable() {
			return "", nil, models.BadInput("report %s covers everything that came in and cannot be filtered", r.Name)
		}
		if len(given[name]) > mostFilter {
			return "", nil, models.BadInput("report %s: the value for %s is longer than %d bytes", r.Name, name, mostFilter)
		}
		sql += " AND " + name + " = {where_" + name + ":String}"
		args = append(args, Param("where_"+name, given[name]))
	}
	return sql, args, nil
}
