package rootcause

import (
	"cmp"
	"slices"
	"strings"

	"earshot/models"
)

// Leaf is how often one cause was behind complaints. Its label is branch,
// field and cause with slashes between them, or models.CauseUnknown.
type Leaf struct {
	Label  string
	Count  int
	Before int      // in the time of the same length before
	Calls  []string // representative ones
}

// Node is a cause or a group of causes.
type Node struct {
	Name   string   `json:"name"`            // empty: all complaints
	Title  string   `json:"title,omitempty"` // the name for people, where somebody gave one
	Label  string   `json:"label"`
	Level  string   `json:"level"` // complaints, branch, field or cause
	Count  int      `json:"complaints"`
	Before int      `json:"before"`
	Share  float64  `json:"share"` // of the node above, 0 to 1
	Calls  []string `json:"calls"`
	Causes []*Node  `json:"causes,omitempty"` // the largest first, models.CauseUnknown last
}

// Change is how many more complaints there are than before.
func (n *Node) Change() int { return n.Count - n.Before }

var levels = []string{"complaints", "branch", "field", "cause"}

const callsOfNode = 3

// Tree puts causes under their fields, these under branches, and these under
// all complaints. The calls of a node are those of its largest causes.
func Tree(leaves []Leaf) *Node {
	leaves = slices.Clone(leaves)
	slices.SortFunc(leaves, func(x, y Leaf) int {
		return cmp.Or(unknownLast(x.Label, y.Label), cmp.Compare(y.Count, x.Count), cmp.Compare(x.Label, y.Label))
	})
	root := &Node{Level: levels[0], Share: 1}
	for _, l := range leaves {
		root.add(l, strings.SplitN(l.Label, "/", len(levels)-1), 0)
	}
	root.finish()
	return root
}

// add counts a leaf in the node and in those on the path below it.
func (n *Node) add(l Leaf, path []string, depth int) {
	n.Count, n.Before = n.Count+l.Count, n.Before+l.Before
	n.Calls = append(n.Calls, l.Calls[:min(len(l.Calls), callsOfNode-len(n.Calls))]...)
	if len(path) == 0 {
		return
	}
	at := slices.IndexFunc(n.Causes, func(c *Node) bool { return c.Name == path[0] })
	if at < 0 {
		at = len(n.Causes)
		n.Causes = append(n.Causes, &Node{Name: path[0], Label: strings.TrimPrefix(n.Label+"/"+path[0], "/"), Level: levels[depth+1]})
	}
	n.Causes[at].add(l, path[1:], depth+1)
}

func (n *Node) finish() {
	slices.SortStableFunc(n.Causes, func(x, y *Node) int {
		return cmp.Or(unknownLast(x.Label, y.Label), cmp.Compare(y.Count, x.Count), cmp.Compare(y.Before, x.Before), cmp.Compare(x.Name, y.Name))
	})
	for _, c := range n.Causes {
		if n.Count > 0 {
			c.Share = float64(c.Count) / float64(n.Count)
		}
		c.finish()
	}
}

// All returns the node and all below it, from top to bottom.
func (n *Node) All() []*Node {
	all := []*Node{n}
	for _, c := range n.Causes {
		all = append(all, c.All()...)
	}
	return all
}

// Find returns the node with a label; nil if there is none.
func (n *Node) Find(label string) *Node {
	for _, c := range n.All() {
		if c.Label == label {
			return c
		}
	}
	return nil
}

// unknownLast orders what has no known cause behind what has one,
// however much it is.
func unknownLast(x, y string) int {
	switch models.CauseUnknown {
	case x:
		return 1
	case y:
		return -1
	}
	return 0
}

// Largest returns the cause with the most complaints, of equal ones that of the
// largest group; models.CauseUnknown only if no complaint has another, nil if
// there are no complaints.
func (n *Node) Largest() (most *Node) {
	for _, c := range n.All() {
		if c.Count > 0 && len(c.Causes) == 0 && (most == nil || c.Count > most.Count && c.Label != models.CauseUnknown) {
			most = c
		}
	}
	return most
}
