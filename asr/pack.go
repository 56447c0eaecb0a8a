package asr

import "slices"

// piece is a stretch of speech in a window: src in the track, dst in the
// window, n samples long.
type piece struct{ src, dst, n int }

// packed is speech of one channel, gathered into one window.
type packed struct {
	channel int
	pieces  []piece
	n       int // samples
}

// pack gathers stretches, in order, into windows of at most limit samples.
// Long silences between them are shortened. A stretch that does not fit is
// parted at a pause, so that windows are full: each costs the same. Up to slack
// samples of a window may stay empty for the sake of a longer pause.
func pack(channel int, speech, pauses []Span, limit, slack int) []packed {
	var out []packed
	open := false // the last window takes more
	add := func(s Span, gap int) {
		if !open {
			out = append(out, packed{channel: channel})
			open, gap = true, 0
		}
		w := &out[len(out)-1]
		w.pieces = append(w.pieces, piece{s.From, w.n + gap, s.Len()})
		w.n += gap + s.Len()
	}
	for i, s := range speech {
		gap := 0
		if i > 0 {
			gap = min(s.From-speech[i-1].To, maxGap)
		}
		for {
			room := limit
			if open {
				room -= out[len(out)-1].n + gap
			}
			if s.Len() <= room {
				break
			}
			left, right, ok := part(s, pauses, room, slack)
			if ok {
				add(left, gap)
				s = right
			} else if !open {
				break // nothing parts it
			}
			open = false
		}
		add(s, gap)
	}
	return out
}

const leastPart = 2 * Rate // of a stretch that is parted: less says little by itself

// part cuts a stretch in two at a pause so that the first part is at most room
// samples long, and little less. Both parts keep the pause up to the padding.
func part(s Span, pauses []Span, room, slack int) (left, right Span, ok bool) {
	best := 0
	from, _ := slices.BinarySearchFunc(pauses, s.From, func(p Span, at int) int { return p.From - at })
	for _, p := range pauses[from:] {
		l, r := Span{s.From, min(p.To, p.From+padding)}, Span{max(p.From, p.To-padding), s.To}
		if l.Len() > room || r.Len() < leastPart {
			break
		}
		if l.Len() < leastPart {
			continue
		}
		if !ok || p.Len() >= best || l.Len()-left.Len() > slack {
			left, right, best, ok = l, r, p.Len(), true
		}
	}
	return left, right, ok
}

// pcm assembles the window's samples. A shortened silence is the beginning of
// the real one: the call's own background, which no recogniser stumbles over.
func (p packed) pcm(t *track) ([]float32, error) {
	out := make([]float32, 0, p.n)
	for i, pc := range p.pieces {
		end := pc.src + pc.n
		if i+1 < len(p.pieces) {
			end += p.pieces[i+1].dst - (pc.dst + pc.n)
		}
		part, err := t.read(pc.src, end)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
}

// speech returns the window's pieces as spans of the window.
func (p packed) speech() []Span {
	out := make([]Span, len(p.pieces))
	for i, pc := range p.pieces {
		out[i] = Span{pc.dst, pc.dst + pc.n}
	}
	return out
}

// back maps a place in the window to one in the track. Places in a silence
// belong to the piece before it.
func (p packed) back(at int) int {
	best := p.pieces[0]
	for _, pc := range p.pieces {
		if pc.dst > at {
			break
		}
		best = pc
	}
	return best.src + min(max(at-best.dst, 0), best.n)
}
