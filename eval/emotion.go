package eval

import (
	"maps"
	"slices"
)

// EmotionItem is a text and how it feels: positive, neutral, negative, or the
// name of an emotion.
type EmotionItem struct {
	Text     string `json:"text"`
	Language string `json:"language"`
	Label    string `json:"label"`
}

// FeltAs is how a text was understood: positive, neutral or negative, and the
// emotions that were named.
type FeltAs struct {
	Label string
	Names []string
}

// EmotionReport is how well feelings were told. Classes are positive, neutral
// and negative, into which named emotions are counted; Names are the emotions
// that both the labels and Earshot name.
type EmotionReport struct {
	N         int                       `json:"n"`
	Accuracy  float64                   `json:"accuracy"`
	MacroF1   float64                   `json:"macro_f1"`
	Precision float64                   `json:"precision"` // mean over classes
	Recall    float64                   `json:"recall"`    // mean over classes
	Classes   map[string]*Counts        `json:"classes"`
	Confusion map[string]map[string]int `json:"confusion"` // labelled, then found
	Names     map[string]*Counts        `json:"names,omitempty"`
	ByLang    map[string]float64        `json:"macro_f1_by_language,omitempty"`
	Unknown   int                       `json:"unknown_labels,omitempty"`
}

var emotionClasses = []string{"negative", "neutral", "positive"}

// classOf says which class the name of an emotion belongs to. Surprise is of
// none: one cannot tell without the cause.
var classOf = map[string]string{
	"negative": "negative", "neutral": "neutral", "positive": "positive",
	"anger": "negative", "angry": "negative", "disgust": "negative", "fear": "negative", "sadness": "negative", "sad": "negative", "anxiety": "negative",
	"worried": "negative", "disappointment": "negative", "frustration": "negative", "depress": "negative", "negative-other": "negative", "annoyance": "negative",
	"joy": "positive", "happy": "positive", "happiness": "positive", "gratitude": "positive", "grateful": "positive", "relaxed": "positive", "love": "positive",
	"positive-other": "positive", "relief": "positive", "excitement": "positive",
}

// nameOf says what Earshot calls an emotion.
var nameOf = map[string]string{
	"anger": "anger", "angry": "anger", "annoyance": "anger", "frustration": "anger", "anxiety": "anxiety", "fear": "anxiety", "worried": "anxiety",
	"disappointment": "disappointment", "depress": "disappointment", "sadness": "disappointment", "sad": "disappointment", "gratitude": "gratitude", "grateful": "gratitude",
}

// Emotion compares how items were understood with their labels. felt has an
// element for each item.
func Emotion(items []EmotionItem, felt []FeltAs) EmotionReport {
	r := EmotionReport{Classes: map[string]*Counts{}, Confusion: map[string]map[string]int{}, Names: map[string]*Counts{}, ByLang: map[string]float64{}}
	languages := map[string][][2]string{}
	var pairs [][2]string
	named := slices.ContainsFunc(items, func(i EmotionItem) bool { return nameOf[i.Label] != "" })
	for i, item := range items {
		class, ok := classOf[item.Label]
		if !ok {
			r.Unknown++
			continue
		}
		pair := [2]string{class, felt[i].Label}
		pairs = append(pairs, pair)
		languages[item.Language] = append(languages[item.Language], pair)
		if r.Confusion[class] == nil {
			r.Confusion[class] = map[string]int{}
		}
		r.Confusion[class][felt[i].Label]++
		if named {
			r.countNames(nameOf[item.Label], felt[i].Names)
		}
	}
	r.N = len(pairs)
	r.MacroF1 = macroF1(pairs, r.Classes)
	right := 0
	for _, p := range pairs {
		if p[0] == p[1] {
			right++
		}
	}
	r.Accuracy = share(right, r.N)
	for _, c := range r.Classes {
		r.Precision += c.Precision / float64(len(r.Classes))
		r.Recall += c.Recall / float64(len(r.Classes))
	}
	for _, l := range slices.Sorted(maps.Keys(languages)) {
		r.ByLang[l] = macroF1(languages[l], map[string]*Counts{})
	}
	for _, c := range r.Names {
		c.finish()
	}
	return r
}

func (r *EmotionReport) countNames(label string, found []string) {
	of := func(name string) *Counts {
		if r.Names[name] == nil {
			r.Names[name] = &Counts{}
		}
		return r.Names[name]
	}
	for _, name := range found {
		if name == label {
			of(name).True++
		} else {
			of(name).False++
		}
	}
	if label != "" && !slices.Contains(found, label) {
		of(label).Missed++
	}
}

// macroF1 returns the mean F1 of the classes that occur, and counts them.
func macroF1(pairs [][2]string, counts map[string]*Counts) float64 {
	for _, c := range emotionClasses {
		counts[c] = &Counts{}
	}
	for _, p := range pairs {
		if p[0] == p[1] {
			counts[p[0]].True++
			continue
		}
		counts[p[0]].Missed++
		if c := counts[p[1]]; c != nil {
			c.False++
		}
	}
	sum, n := 0.0, 0
	for _, c := range counts {
		c.finish()
		if c.True+c.Missed+c.False > 0 {
			sum += c.F1
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
