package rules

import "fmt"

// operator is one way of looking at a conversation. Each has a file op_NAME.go
// that registers it, with everything the reference page shows.
type operator struct {
	name     string
	doc      string // a paragraph for the reference
	params   func() params
	examples []example
}

// example is a use of an operator with dialogues that must hit and must miss.
type example struct {
	rule string // the operator as written under when:
	hit  string
	miss string
	with string // more fields for both tests, such as a channel
	only string // more fields for the test that must hit
	not  string // more fields for the test that must miss
}

// operators holds every operator by name. It is complete once the package is
// initialised and never changes after.
var operators = map[string]*operator{}

func register(o operator) {
	if operators[o.name] != nil || o.doc == "" || len(o.examples) == 0 {
		panic(fmt.Sprintf("rules: operator %q is registered twice, or lacks a doc or examples", o.name))
	}
	operators[o.name] = &o
}
