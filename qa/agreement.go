package qa

import "math"

// Agreement compares a rule's answers with what people say of the same
// conversations.
type Agreement struct {
	TruePositive  int `json:"true_positive"`
	FalsePositive int `json:"false_positive"`
	FalseNegative int `json:"false_negative"`
	TrueNegative  int `json:"true_negative"`
	Unsure        int `json:"unsure"` // left out of everything below
}

// add counts one conversation.
func (a *Agreement) add(machine, human bool) {
	switch {
	case machine && human:
		a.TruePositive++
	case machine:
		a.FalsePositive++
	case human:
		a.FalseNegative++
	default:
		a.TrueNegative++
	}
}

// N returns how many conversations both have judged.
func (a *Agreement) N() int {
	return a.TruePositive + a.FalsePositive + a.FalseNegative + a.TrueNegative
}

// errors returns in how many conversations the two disagree.
func (a *Agreement) errors() int { return a.FalsePositive + a.FalseNegative }

// Precision is the share of hits that people confirm; NaN without hits.
func (a *Agreement) Precision() float64 {
	return ratio(a.TruePositive, a.TruePositive+a.FalsePositive)
}

// Recall is the share of what people see that the rule hits; NaN if they see
// nothing.
func (a *Agreement) Recall() float64 {
	return ratio(a.TruePositive, a.TruePositive+a.FalseNegative)
}

// Observed is the share of conversations in which both say the same.
func (a *Agreement) Observed() float64 { return ratio(a.TruePositive+a.TrueNegative, a.N()) }

// Kappa is Cohen's κ: agreement beyond what both would reach by chance, given
// how often each says yes (Cohen, "A coefficient of agreement for nominal
// scales", 1960). NaN without judgements; 1 where both always say the same.
func (a *Agreement) Kappa() float64 {
	n := float64(a.N())
	machine, human := float64(a.TruePositive+a.FalsePositive)/n, float64(a.TruePositive+a.FalseNegative)/n
	return beyondChance(a.Observed(), machine*human+(1-machine)*(1-human))
}

// AC1 is Gwet's AC1, which stays meaningful where nearly all conversations are
// alike (Gwet, "Computing inter-rater reliability and its variance in the
// presence of high agreement", 2008).
func (a *Agreement) AC1() float64 {
	n := float64(a.N())
	yes := (float64(a.TruePositive+a.FalsePositive)/n + float64(a.TruePositive+a.FalseNegative)/n) / 2
	return beyondChance(a.Observed(), 2*yes*(1-yes))
}

func beyondChance(observed, chance float64) float64 {
	if observed == 1 {
		return 1
	}
	return (observed - chance) / (1 - chance)
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return float64(part) / float64(whole)
}

// Mode says what a rule may do by itself.
type Mode string

// The modes, from the least trust to the most.
const (
	HumanOnly Mode = "human_only" // it deducts nothing: a person decides
	Hybrid    Mode = "hybrid"     // it deducts, and a person looks
	Auto      Mode = "auto"       // it deducts
)

// Gate says how well a rule has to agree with people.
type Gate struct {
	Labels int     `yaml:"labels" doc:"rules with fewer human judgements deduct nothing by themselves; default 30"`
	Hybrid float64 `yaml:"hybrid" doc:"kappa from which on a rule deducts and a person looks; default 0.4"`
	Auto   float64 `yaml:"auto" doc:"kappa from which on a rule deducts; default 0.6"`
}

// DefaultGate asks for 30 judgements, and for the bands that Landis and Koch
// call moderate and substantial ("The measurement of observer agreement for
// categorical data", 1977).
func DefaultGate() Gate { return Gate{Labels: 30, Hybrid: 0.4, Auto: 0.6} }

// Mode returns what a rule with this agreement may do. Where nearly all
// conversations are alike κ says little, so AC1 decides there.
func (g Gate) Mode(a *Agreement) Mode {
	if a.N() < g.Labels || a.N() == 0 {
		return HumanOnly
	}
	k := a.Kappa()
	if rate := ratio(a.TruePositive+a.FalseNegative, a.N()); rate < 0.05 || rate > 0.95 {
		k = a.AC1()
	}
	switch {
	case k >= g.Auto:
		return Auto
	case k >= g.Hybrid:
		return Hybrid
	}
	return HumanOnly
}
