package rules

import (
	"fmt"

	"earshot/models"
)

// Item is one thing that was found.
type Item struct {
	models.Evidence
	Party      models.Party `json:"party,omitempty"`
	Confidence float64      `json:"confidence"`
	Value      float64      `json:"value,omitempty"`
	Doubtful   bool         `json:"doubtful,omitempty"`
	more       []models.Evidence
}

func (s *Session) itemFor(l *hits, f *found) Item {
	item := s.item(f)
	item.Doubtful = l.doubtful(f)
	return item
}

// item returns what was noticed with the evidence for it.
func (s *Session) item(f *found) Item {
	item := Item{Party: f.party.name(), Confidence: float64(f.confidence), Value: f.value}
	if f.finding >= 0 {
		if ev := s.findings[f.finding].Evidence; len(ev) > 0 {
			item.Evidence, item.more = ev[0], ev[1:]
			return item
		}
	}
	turn := min(int(f.turn), s.observed-1)
	if f.from == stretchByte || f.from >= f.to {
		item.Evidence = models.Stretch(max(0, turn), f.start, f.end)
		return item
	}
	t := &s.turns[turn]
	item.Evidence = models.Evidence{Turn: turn, From: int(f.from), To: int(f.to), Quote: t.Text[f.from:f.to], Start: f.start, End: f.end}
	return item
}

// stretch returns the part of the conversation that a window covers.
func (s *Session) stretch(w *window) (models.Evidence, bool) {
	if s.observed == 0 || w.empty() {
		return models.Evidence{}, false
	}
	first := min(int(w.lo.turn()), s.observed-1)
	last := s.observed - 1
	if h := int(w.hi.turn()); h <= last {
		last = h
		if w.hi == at(int32(h), 0) {
			last--
		}
	}
	for first < last && s.turns[first].End <= w.tlo {
		first++
	}
	for last > first && s.turns[last].Start >= w.thi {
		last--
	}
	if last < first {
		return models.Evidence{}, false
	}
	end := models.Millis(0)
	for i := first; i <= last; i++ {
		end = max(end, s.turns[i].End)
	}
	start := s.turns[first].Start
	if w.thi < end {
		end = max(start, w.thi)
	}
	start = max(start, min(w.tlo, end))
	return models.Stretch(first, start, end), true
}

// in formats the item as its quote or stretch, with party and time.
func (i *Item) in(chinese bool) string {
	text := fmt.Sprintf("%s–%s", i.Start, i.End)
	if i.Quote != "" {
		text = fmt.Sprintf("“%s” %s", i.Quote, i.Start)
	}
	if i.Party != "" {
		if chinese {
			text += " " + partyName(i.Party, "zh")
		} else {
			text += " " + string(i.Party)
		}
	}
	if i.Doubtful {
		if chinese {
			text += fmt.Sprintf("（置信度 %.2f）", i.Confidence)
		} else {
			text += fmt.Sprintf(" (confidence %.2f)", i.Confidence)
		}
	}
	return text
}
