package topics_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
	"earshot/topics"
)

var since = time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC)

// planted makes conversations about one of several subjects each, opened in
// different words, with the same anger after it.
func planted(subjects map[string][]string, lead, anger []string, each int) (docs []topics.Document, truth []string) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range slices.Sorted(maps.Keys(subjects)) {
		for i := range each {
			says := subjects[name]
			d := topics.Document{ID: models.ID(fmt.Sprintf("%s-%d", name, i)), Started: since.AddDate(0, 0, i%20-5), By: name}
			for n, text := range []string{lead[rng.IntN(len(lead))] + says[rng.IntN(len(says))], anger[rng.IntN(len(anger))]} {
				d.Says = append(d.Says, topics.Utterance{Turn: 2 * n, Start: models.Millis(5000 * n), End: models.Millis(5000*n + 4000), Text: text})
			}
			docs, truth = append(docs, d), append(truth, name)
		}
	}
	return docs, truth
}

// Every combination of the parts is a way to say it.
var english = map[string][]string{
	"noise":   combine([]string{"the fridge", "your fridge", "that fridge I bought"}, []string{" hums", " is humming", " keeps humming loudly"}, []string{" at night", " around the clock", ""}, []string{" and we can't sleep", ", it drives me mad", ", the neighbours hear it"}),
	"smell":   combine([]string{"the mattress", "my new mattress", "that mattress of yours"}, []string{" smells of glue", " has a glue smell", " stinks of glue"}, []string{" after airing it", " in the bedroom", ""}, []string{", my son gets headaches", ", I can't use it", ""}),
	"loyalty": combine([]string{"my loyalty points", "all the loyalty points", "300 loyalty points"}, []string{" expired", " have vanished", " were removed"}, []string{" without a warning", " from my account", " overnight"}, []string{"", ", I was saving them", ", no email came"}),
}

var chinese = map[string][]string{
	"积分": combine([]string{"会员积分", "账户里的会员积分", "攒的会员积分"}, []string{"被清零了", "突然没有了", "全部作废"}, []string{"，没有通知", "，也没发短信", ""}),
	"异味": combine([]string{"新床垫", "买的床垫", "床垫打开以后"}, []string{"有一股胶水味", "胶水味太重", "全是胶水味"}, []string{"，孩子受不了", "，开窗散了三天", "，头疼"}),
	"噪音": combine([]string{"冰箱", "新冰箱", "买的冰箱"}, []string{"噪音很大", "一直有噪音", "发出噪音"}, []string{"，晚上睡不着", "，邻居都听见", ""}),
}

func combine(parts ...[]string) []string {
	all := []string{""}
	for _, part := range parts {
		var longer []string
		for _, a := range all {
			for _, b := range part {
				longer = append(longer, a+b)
			}
		}
		all = longer
	}
	return all
}

func both() ([]topics.Document, []string) {
	docs, truth := planted(english, []string{"", "Hello. ", "Hi, my name is Ann. ", "Look, "}, []string{"This is a disgrace.", "I want to speak to a manager.", "I'm really angry now.", "You people never listen."}, 30)
	zh, more := planted(chinese, []string{"", "你好，", "喂，我说一下，", "您好。"}, []string{"你们太过分了！", "我要找你们领导。", "再这样我就投诉到消协。", "真是受够了。"}, 30)
	return append(docs, zh...), append(truth, more...)
}

func TestFindsPlanted(t *testing.T) {
	docs, truth := both()
	r := topics.Find(docs, topics.Options{Since: since})
	held := map[int]map[string]int{}
	for i, topic := range r.Of {
		if held[topic] == nil {
			held[topic] = map[string]int{}
		}
		held[topic][truth[i]]++
	}
	right := 0
	for topic, of := range held {
		if topic < 0 {
			continue
		}
		most := 0
		for _, n := range of {
			most = max(most, n)
		}
		right += most
	}
	if len(r.Topics) < 6 || len(r.Topics) > 14 || right < len(docs)*95/100 {
		t.Errorf("%d topics, %d of %d in one of their kind: %v", len(r.Topics), right, len(docs), held)
	}
	for _, want := range []string{"fridge", "glue", "loyalty points", "积分", "胶水味", "噪音"} {
		if !slices.ContainsFunc(r.Topics, func(topic topics.Topic) bool { return strings.Contains(topic.Name, want) }) {
			t.Errorf("no topic is named %q", want)
		}
	}
	total, before := r.Other, r.Before
	texts := map[models.ID]topics.Document{}
	for _, d := range docs {
		texts[d.ID] = d
	}
	for _, topic := range r.Topics {
		t.Log(topic.Language, topic.Count, topic.Before, topic.Name)
		total += topic.Count
		before += topic.Before
		if len(topic.Examples) == 0 {
			t.Errorf("%s: no example", topic.Name)
		}
		for _, e := range topic.Examples {
			i := slices.IndexFunc(texts[e.ID].Says, func(u topics.Utterance) bool { return u.Turn == e.Evidence.Turn })
			if i < 0 || texts[e.ID].Says[i].Text[e.Evidence.From:e.Evidence.To] != e.Evidence.Quote || e.Evidence.Quote == "" {
				t.Errorf("%s: evidence %+v does not stand in %+v", topic.Name, e.Evidence, texts[e.ID])
			}
			if e.Started.Before(since) || e.Nearness <= 0 || e.Nearness > 1 {
				t.Errorf("%s: example %+v", topic.Name, e)
			}
		}
		if topic.Count > 0 && (len(topic.By) == 0 || topic.By[0].Count > topic.Count) {
			t.Errorf("%s: by %v of %d", topic.Name, topic.By, topic.Count)
		}
	}
	if total+before != len(docs) || before == 0 {
		t.Errorf("%d and %d of %d conversations", total, before, len(docs))
	}
}

func TestSameInputSameTopics(t *testing.T) {
	docs, _ := both()
	first := topics.Find(docs, topics.Options{Since: since})
	for seed := range uint64(5) {
		mixed := slices.Clone(docs)
		rand.New(rand.NewPCG(seed, 3)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if again := topics.Find(mixed, topics.Options{Since: since}); !reflect.DeepEqual(first.Topics, again.Topics) {
			t.Fatalf("in another order:\n%v\n%v", first.Topics, again.Topics)
		}
	}
}

func TestFewConversations(t *testing.T) {
	if r := topics.Find(nil, topics.Options{}); len(r.Topics) != 0 || r.Topics == nil || r.Other != 0 {
		t.Errorf("of none: %+v", r)
	}
	docs, _ := both()
	if r := topics.Find(docs[:1], topics.Options{}); len(r.Topics) != 0 || r.Other != 1 {
		t.Errorf("of one: %+v", r)
	}
	silent := []topics.Document{{ID: "a"}, {ID: "b", Says: []topics.Utterance{{Text: "[PHONE_1] 123 …"}}}, {ID: "c", Says: []topics.Utterance{{Text: "\xff\xfe"}}}}
	if r := topics.Find(silent, topics.Options{}); len(r.Topics) != 0 || r.Other != 3 {
		t.Errorf("of silence: %+v", r)
	}
	for _, text := range []string{"the lift is stuck on the third floor", "电梯停在三楼不动"} {
		var alike []topics.Document
		for i := range 50 {
			alike = append(alike, topics.Document{ID: models.ID(fmt.Sprint(i)), Says: []topics.Utterance{{Text: text}}})
		}
		r := topics.Find(alike, topics.Options{})
		if len(r.Topics) != 1 || r.Topics[0].Count != 50 || r.Topics[0].Name == "" || len(r.Topics[0].Examples) != 3 {
			t.Errorf("of 50 alike: %+v", r)
		}
	}
}

// A topic that grows shows it; one that is new has no growth.
func TestGrowth(t *testing.T) {
	docs, _ := planted(english, []string{""}, []string{"Terrible."}, 40)
	for i := range docs {
		docs[i].Started = since.AddDate(0, 0, 1)
		if i%4 == 0 && docs[i].By == "smell" || i%2 == 0 && docs[i].By == "loyalty" {
			docs[i].Started = since.AddDate(0, 0, -1)
		}
	}
	now, before := map[string]int{}, map[string]int{}
	for _, topic := range topics.Find(docs, topics.Options{Since: since}).Topics {
		now[topic.By[0].Value] += topic.Count
		before[topic.By[0].Value] += topic.Before
		if _, ok := topic.Growth(); ok != (topic.By[0].Value != "noise") {
			t.Errorf("%s: growth is %v", topic.Name, ok)
		}
	}
	if !maps.Equal(now, map[string]int{"noise": 40, "smell": 30, "loyalty": 20}) || !maps.Equal(before, map[string]int{"noise": 0, "smell": 10, "loyalty": 20}) {
		t.Errorf("now %v, before %v", now, before)
	}
	if percent, ok := (topics.Topic{Count: 30, Before: 10}).Growth(); percent != 200 || !ok {
		t.Errorf("from 10 to 30: %v %v", percent, ok)
	}
}

func BenchmarkFind(b *testing.B) {
	docs, _ := planted(english, []string{"", "Hello. "}, []string{"This is a disgrace.", "I'm really angry now."}, 2000)
	for b.Loop() {
		topics.Find(docs, topics.Options{Since: since})
	}
}
