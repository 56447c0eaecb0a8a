package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"earshot/models"
)

// Complaints says which conversations to read what customers said in.
type Complaints struct {
	From, To time.Time // of the conversations; From counts in, To does not
	All      bool      // every conversation, not only complaints without a cause
	By       string    // a column of interactions, or attributes.NAME, to return beside each; may be empty
	Most     int       // most conversations: of more the ones with the least hash of their ID, the same each time
}

// Complaint is what the customer said in a conversation.
type Complaint struct {
	ID      models.ID
	Started time.Time
	By      string
	Says    []Saying
}

// Saying is a turn of the customer.
type Saying struct {
	Turn       int
	Start, End models.Millis
	Text       string
}

// What is read of a conversation: it says early on what it is about.
const (
	saidTurns = 24
	saidBytes = 2000 // of a turn
)

// ComplaintColumns lists what conversations may be counted by.
var ComplaintColumns = []string{"queue", "channel", "team", "agent", "language", "direction"}

// unexplained tells complaints in which nobody says why the customer complains.
const unexplained = ` AND write IN (SELECT write FROM complaints WHERE cause = '` + models.CauseUnknown + `' AND started >= {from:DateTime64(3, 'UTC')} AND started < {to:DateTime64(3, 'UTC')})`

// Complaints returns what customers said in complaints that have no cause, in
// the order of IDs, and how many such conversations there are. An error that
// wraps models.ErrBadInput says what is wrong with the question.
func (w *Warehouse) Complaints(ctx context.Context, c Complaints) (all []Complaint, total int, err error) {
	by, args, err := c.by()
	if err != nil {
		return nil, 0, err
	}
	if !c.From.Before(c.To) {
		return nil, 0, models.BadInput("from %s is not before to %s", c.From.Format(time.DateOnly), c.To.Format(time.DateOnly))
	}
	args = append(args, Param("from", storable(c.From).Format(moment)), Param("to", storable(c.To).Format(moment)))
	where := "started >= {from:DateTime64(3, 'UTC')} AND started < {to:DateTime64(3, 'UTC')} AND customer_turns > 0"
	if !c.All {
		where += unexplained
	}
	var n uint64
	if err := w.reader.QueryRow(ctx, "SELECT count() FROM interactions WHERE "+where, args...).Scan(&n); err != nil {
		return nil, 0, fmt.Errorf("count complaints: %w", queryError(err))
	}
	query := `
	WITH asked AS (SELECT interaction_id, started, ` + by + ` AS value FROM interactions WHERE ` + where + ` ORDER BY cityHash64(interaction_id), interaction_id LIMIT {most:UInt32})
	SELECT a.interaction_id, a.started, a.value, s.numbers, s.starts, s.ends, s.texts
	FROM asked AS a
	INNER JOIN
	(
		SELECT interaction_id, arraySort(groupArray((turn, start_ms, end_ms, text))) AS turns,
			arrayMap(t -> t.1, turns) AS numbers, arrayMap(t -> t.2, turns) AS starts, arrayMap(t -> t.3, turns) AS ends, arrayMap(t -> t.4, turns) AS texts
		FROM
		(
			SELECT interaction_id, turn, start_ms, end_ms, substringUTF8(text, 1, {bytes:UInt32}) AS text FROM turns
			WHERE party = 'customer' AND started >= {from:DateTime64(3, 'UTC')} AND started < {to:DateTime64(3, 'UTC')}
				AND interaction_id IN (SELECT interaction_id FROM asked)
			ORDER BY interaction_id, turn LIMIT {turns:UInt32} BY interaction_id
		)
		GROUP BY interaction_id
	) AS s ON s.interaction_id = a.interaction_id
	ORDER BY a.interaction_id`
	rows, err := w.reader.Query(ctx, query, append(args, Param("most", c.Most), Param("turns", saidTurns), Param("bytes", saidBytes))...)
	if err != nil {
		return nil, 0, fmt.Errorf("read complaints: %w", queryError(err))
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one Complaint
		var id string
		var turns []uint32
		var starts, ends []int64
		var texts []string
		if err := rows.Scan(&id, &one.Started, &one.By, &turns, &starts, &ends, &texts); err != nil {
			return nil, 0, fmt.Errorf("read complaints: %w", err)
		}
		one.ID = models.ID(id)
		for i, text := range texts {
			one.Says = append(one.Says, Saying{Turn: int(turns[i]), Start: models.Millis(starts[i]), End: models.Millis(ends[i]), Text: text})
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, 0, fmt.Errorf("read complaints: %w", queryError(err))
	}
	return all, int(n), nil
}

// by returns the expression of what to count by.
func (c Complaints) by() (string, []any, error) {
	attribute, is := strings.CutPrefix(c.By, "attributes.")
	switch {
	case c.By == "":
		return "''", nil, nil
	case is && attribute != "":
		return "attributes[{attribute:String}]", []any{Param("attribute", attribute)}, nil
	case slices.Contains(ComplaintColumns, c.By):
		return "toString(" + c.By + ")", nil, nil
	}
	return "", nil, models.BadInput("cannot count by %q: want one of %s, or attributes.NAME", c.By, strings.Join(ComplaintColumns, ", "))
}
