package rules

import (
	"earshot/models"
)

// place is a hit of a condition as an anchor for others.
type place struct {
	from, to   position
	start, end models.Millis
	doubtful   bool
}

// places appends where a term has hits that other conditions may refer to,
// and returns the place before which they are final.
func (s *Session) places(id termID, out []place) ([]place, position) {
	t := &s.set.terms[id]
	switch t.op {
	case "any":
		start, frontier := len(out), endOfTime
		for _, child := range t.children {
			if !s.set.anchors(child) {
				continue
			}
			var f position
			out, f = s.places(child, out)
			frontier = min(frontier, f)
		}
		sortPlaces(out[start:])
		return out, frontier
	case "all":
		a := s.eval(id)
		if !a.certain() {
			return out, 0
		}
		if a.lo == miss {
			return out, endOfTime
		}
		start, frontier := len(out), endOfTime
		for _, child := range t.children {
			if !s.set.anchors(child) {
				continue
			}
			var f position
			out, f = s.places(child, out)
			frontier = min(frontier, f)
		}
		list := out[start:]
		for i := range list {
			list[i].doubtful = list[i].doubtful || a == isUnsure
		}
		sortPlaces(list)
		return out, frontier
	}
	if p, ok := t.leaf.(anchor); ok {
		return p.places(s, out)
	}
	return out, endOfTime
}

func sortPlaces(list []place) {
	for i := 1; i < len(list); i++ {
		for k := i; k > 0 && (list[k].from < list[k-1].from || list[k].from == list[k-1].from && list[k].to < list[k-1].to); k-- {
			list[k], list[k-1] = list[k-1], list[k]
		}
	}
}

// anchors reports whether a term's hits are places.
func (set *Set) anchors(id termID) bool {
	t := &set.terms[id]
	switch t.op {
	case "not":
		return false
	case "all", "any":
		for _, child := range t.children {
			if set.anchors(child) {
				return true
			}
		}
		return false
	}
	_, ok := t.leaf.(anchor)
	return ok
}
