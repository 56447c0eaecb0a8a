package eval

import "testing"

func TestReasons(t *testing.T) {
	got := Reasons([]ReasonItem{
		{Language: "zh", Right: []string{"delivery/late"}, Told: "delivery/late"},
		{Language: "zh", Right: []string{"billing/wrong charge", "billing/hidden fee"}, Told: "billing/hidden fee"},
		{Language: "en", Right: []string{"delivery/late"}, Told: "delivery/lost"},
		{Language: "en", Right: []string{"refund/slow"}, Told: "app/failure"},
		{Language: "en", Right: []string{"refund/slow"}},
	})
	want := ReasonsReport{N: 5, Told: 4, Field: 3, Right: 2, Precision: 0.5, Recall: 0.4, FieldPrecision: 0.75, FieldRecall: 0.6}
	if *got[""] != want {
		t.Errorf("%+v, want %+v", *got[""], want)
	}
	if zh, en := got["zh"], got["en"]; zh.Recall != 1 || zh.N != 2 || en.Right != 0 || en.FieldPrecision != 0.5 {
		t.Errorf("zh %+v, en %+v", *zh, *en)
	}
}
