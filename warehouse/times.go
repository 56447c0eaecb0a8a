package warehouse

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"earshot/models"
)

// NarrowTimes sets the times of evidence, which are those of whole turns, to
// those of the words it quotes, where speech recognition gave them.
func (w *Warehouse) NarrowTimes(ctx context.Context, cited map[models.ID][]*models.Evidence) error {
	if len(cited) == 0 {
		return nil
	}
	var ids []string
	turns := map[uint32]bool{}
	for id, all := range cited {
		ids = append(ids, string(id))
		for _, e := range all {
			turns[uint32(e.Turn)] = true
		}
	}
	slices.Sort(ids)
	rows, err := w.reader.Query(ctx, "SELECT interaction_id, turn, start_ms, end_ms, text, words.from, words.to, words.start_ms, words.end_ms"+
		" FROM turns WHERE interaction_id IN {ids:Array(String)} AND turn IN {turns:Array(UInt32)} AND notEmpty(words.from)",
		Param("ids", ids), Param("turns", slices.Sorted(maps.Keys(turns))))
	if err != nil {
		return fmt.Errorf("read times of words: %w", queryError(err))
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, text string
		var number uint32
		var start, end int64
		var from, to, starts, ends []int64
		if err := rows.Scan(&id, &number, &start, &end, &text, &from, &to, &starts, &ends); err != nil {
			return fmt.Errorf("read times of words: %w", err)
		}
		turn := models.Turn{Text: text, Start: models.Millis(start), End: models.Millis(end)}
		for i := range from {
			turn.Words = append(turn.Words, models.Word{From: int(from[i]), To: int(to[i]), Start: models.Millis(starts[i]), End: models.Millis(ends[i])})
		}
		t := models.Transcript{Turns: []models.Turn{turn}}
		for _, e := range cited[models.ID(id)] {
			if e.Turn == int(number) && e.From < e.To && e.To <= len(text) {
				there := t.Quote(0, e.From, e.To)
				e.Start, e.End = there.Start, there.End
			}
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read times of words: %w", queryError(err))
	}
	return nil
}
