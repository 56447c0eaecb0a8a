package redact

import (
	"testing"

	"earshot/models"
)

// TestPersons: one person has one placeholder under several names, two persons
// have two, and a name that may be either's is a third.
func TestPersons(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"A: 请问是林晓燕女士吗\nA: 林女士，跟您核实一下", "请问是[姓名1]女士吗 / [姓名1]女士，跟您核实一下"},
		{"A: 王先生您好\nC: 我叫王建国", "[姓名1]先生您好 / 我叫[姓名1]"},
		{"A: 王先生和王女士都在吗", "[姓名1]先生和[姓名2]女士都在吗"},
		{"C: 我叫王建国，找王丽女士\nA: 王先生您好", "我叫[姓名1]，找[姓名2]女士 / [姓名1]先生您好"},
		{"C: 联系人是刘伟，或者联系人是刘洋\nA: 刘先生吗", "联系人是[姓名1]，或者联系人是[姓名2] / [姓名3]先生吗"},
		{"A: 谢谢王先生", "谢谢[姓名1]先生"},
		{"C: this is Danielle Ortiz\nA: Hi Danielle, or Ms. Ortiz?", "this is [NAME_1] / Hi [NAME_1], or Ms. [NAME_1]?"},
		{"C: this is Danielle Ortiz and Danielle Kowalska\nA: Hi Danielle", "this is [NAME_1] and [NAME_2] / Hi [NAME_3]"},
	} {
		if got := texts(masked(t, models.WebChat, c.in)); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// TestCompanies: what words tell is a company stays, also where nothing tells it;
// a person of the same name does not.
func TestCompanies(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"A: Thanks for calling Harborline Telecom.\nC: Harborline is slow\nA: Thank you for calling Harborline.", "Thanks for calling Harborline Telecom. / Harborline is slow / Thank you for calling Harborline."},
		{"A: this is Priya from Brightline\nC: is Mr. Brightline in?", "this is Priya from Brightline / is Mr. [NAME_1] in?"},
		{"A: ok\nC: ok\nA: ok\nC: ok\nA: Thank you for calling Danielle", "ok / ok / ok / ok / Thank you for calling [NAME_1]"},
		{"C: I switched to Falconnet\nC: and Anja told me so", "I switched to Falconnet / and [NAME_1] told me so"},
	} {
		if got := texts(masked(t, models.WebChat, c.in)); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}
