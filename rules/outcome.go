package rules

import "earshot/models"

// truth is one of the three outcomes, ordered so that all is the minimum, any
// the maximum, and not the mirror image (strong Kleene logic).
type truth uint8

const (
	miss truth = iota
	unsure
	hit
)

func (t truth) outcome() models.Outcome {
	return [...]models.Outcome{models.Miss, models.Unsure, models.Hit}[t]
}

// answer is what a term can still become: anything from lo to hi. It is
// certain once both are equal. As a conversation goes on an answer only
// narrows; that is what makes a certain verdict final.
type answer struct{ lo, hi truth }

var (
	isMiss   = answer{miss, miss}
	isUnsure = answer{unsure, unsure}
	isHit    = answer{hit, hit}
	open     = answer{miss, hit}
)

func (a answer) certain() bool { return a.lo == a.hi }

func (a answer) not() answer { return answer{hit - a.hi, hit - a.lo} }

func (a answer) and(b answer) answer { return answer{min(a.lo, b.lo), min(a.hi, b.hi)} }

func (a answer) or(b answer) answer { return answer{max(a.lo, b.lo), max(a.hi, b.hi)} }

func decided(yes bool) answer {
	if yes {
		return isHit
	}
	return isMiss
}

// tally judges a number of things that may grow: found of them stand, doubtful
// more may or may not stand. complete says that none will be added; unclear
// says that what was searched was partly unintelligible, so that there may
// have been more than were found.
func tally(want bound, found, doubtful int, complete, unclear bool) answer {
	least, most := float64(found), float64(found+doubtful)
	if want.above(least) {
		return isMiss
	}
	if want.has(least) && want.unlimited() {
		return isHit
	}
	if !complete {
		if want.unlimited() && want.has(most) {
			return answer{unsure, hit}
		}
		return open
	}
	switch {
	case unclear:
		return isUnsure
	case want.has(least) && want.has(most):
		return isHit
	case want.has(most) || want.has(least) || least < want.lo && want.above(most):
		return isUnsure
	}
	return isMiss
}
