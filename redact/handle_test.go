package redact

import (
	"testing"

	"earshot/models"
)

// TestHandlesStay: whom a post is for is shown to all and no account number, and
// the address of a page has no names; what is private beside them is masked.
func TestHandlesStay(t *testing.T) {
	for in, want := range map[string]string{
		"A: @483920 What is your account number?\nC: @acme_help 83920174\nA: @483920 Thanks":         "@483920 What is your account number? / @acme_help [ACCOUNT_1] / @483920 Thanks",
		"C: hello @acme\nA: .@7719204 see https://acme.example/q3Dj2HdAnna or www.acme.example/Anna": "hello @acme / .@7719204 see https://acme.example/q3Dj2HdAnna or www.acme.example/Anna",
		"A: Hi Rosalind, write to us\nC: It is rosalind@example.org":                                 "Hi [NAME_1], write to us / It is [EMAIL_1]",
	} {
		if got := texts(masked(t, models.WebChat, in)); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
