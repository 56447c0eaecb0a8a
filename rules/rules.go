// Package rules says what happened in a conversation, and why it says so.
//
// A rule is YAML: a tree of all, any and not over operators that look for
// words, silences, interruptions, findings of detectors and so on, within a
// scope such as "the agent's first two turns". A Set holds compiled rules. It
// evaluates a whole conversation, or one that still goes on, turn by turn:
// every answer is hit, miss or unsure together with whether it can still
// change, and once it cannot it stays.
//
// The package is pure: it reads the files it is given, has no clock and no
// network, and the same rules over the same conversation give the same bytes.
package rules

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"earshot/models"
)

// EngineVersion changes whenever the same rule may give another verdict for
// the same conversation. It is part of every hash.
const EngineVersion = "2"

//go:embed builtin/*.yaml
var builtin embed.FS

// Builtin returns the rules that come with Earshot.
func Builtin() fs.FS {
	sub, err := fs.Sub(builtin, "builtin")
	if err != nil {
		panic(err) // the name is a constant
	}
	return Folder{FS: sub, Path: "builtin", Shipped: true}
}

// Set is a compiled set of rules. It does not change and may be used from
// many goroutines; each conversation has its own Session.
type Set struct {
	rules        []*Rule // by id
	byID         map[string]*Rule
	terms        []term
	sources      []noticer
	listeners    listeners
	automaton    automaton
	sieve        sieve
	unclearBelow float64
	hash         string
	idle         sync.Pool // of sessions
}

// Load returns the rules that come with Earshot with those of other folders
// on top: a rule there replaces the one with its id, a list the one with its
// name, and `disable: [id]` takes rules out. Every *.yaml and *.yml file is
// read. The error lists all problems with file, line and column, and wraps
// models.ErrBadInput; see Problems.
func Load(folders ...fs.FS) (*Set, error) {
	return Compile(append([]fs.FS{Builtin()}, folders...)...)
}

// Folder is a folder of files whose path errors name. Folders without a path,
// such as any other fs.FS, have files named by themselves.
type Folder struct {
	fs.FS
	Path    string
	Shipped bool // it comes with Earshot
}

// ReadDir reads a subfolder.
func (f Folder) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }

// within returns a file's name as errors show it.
func within(folder fs.FS, name string) string {
	if f, ok := folder.(Folder); ok && f.Path != "" {
		return path.Join(f.Path, name)
	}
	return name
}

// isShipped reports whether a folder comes with Earshot.
func isShipped(folder fs.FS) bool {
	f, ok := folder.(Folder)
	return ok && f.Shipped
}

// Compile is Load without the rules that come with Earshot.
func Compile(folders ...fs.FS) (*Set, error) {
	all := &file{Lists: map[string][]string{}}
	byID := map[string]*Rule{}
	var errs []error
	for _, folder := range folders {
		f, err := readFolder(folder)
		errs = append(errs, err)
		if f == nil {
			continue
		}
		maps.Copy(all.Lists, f.Lists)
		for _, r := range f.Rules {
			byID[r.ID] = r
		}
		for _, id := range f.Disable {
			if byID[id] == nil {
				errs = append(errs, models.BadInput("disable: %s", unknown("rule", id, slices.Collect(maps.Keys(byID)))))
			}
			delete(byID, id)
		}
	}
	if err := problems(errs); err != nil {
		return nil, err
	}
	return compile(byID, all.Lists)
}

// CheckFile returns what is wrong with a rule file by itself, without the rules
// and lists of others; name is what errors call it. They wrap models.ErrBadInput.
func CheckFile(name string, data []byte) error {
	docs, err := parse(name, data)
	if err != nil {
		return err
	}
	byID := map[string]*Rule{}
	for _, doc := range docs {
		f, err := readFile(doc)
		if err != nil {
			return err
		}
		for _, r := range f.Rules {
			byID[r.ID] = r
		}
	}
	_, err = compile(byID, nil)
	return err
}

// maxRules bounds a set. Scoring stays fast far beyond it; a set that large is
// a mistake.
const maxRules = 20_000

func compile(byID map[string]*Rule, lists map[string][]string) (*Set, error) {
	if len(byID) > maxRules {
		return nil, models.BadInput("%d rules: at most %d in one set", len(byID), maxRules)
	}
	set := &Set{byID: byID}
	set.automaton.byKey = map[string]int32{}
	c := &compiler{set: set, shared: map[string]termID{}, sources: map[string]int{}, lists: lists, ruleByID: byID, done: map[string]compileState{}, used: map[string]map[string]bool{}}
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		r := byID[id]
		set.rules = append(set.rules, r)
		set.unclearBelow = max(set.unclearBelow, r.Floor.Confidence)
		if err := c.compileRule(r); err != nil {
			for _, p := range Problems(err) {
				p.Rule = id
				if p.Pos == (Pos{}) {
					p.Pos = r.Pos
				}
				errs = append(errs, p)
			}
		}
	}
	if err := problems(errs); err != nil {
		return nil, err
	}
	for i, r := range set.rules {
		r.number, r.leaves = i, set.routineLeaves(r.root, make([]termID, 0, 4))
	}
	set.automaton.build()
	set.listeners, set.sieve = listen(set.sources), newSieve(set.sources)
	h := sha256.New()
	for _, r := range set.rules {
		c.hashRule(r)
		fmt.Fprintf(h, "%s %s\n", r.ID, r.hash)
	}
	set.hash = hex.EncodeToString(h.Sum(nil))[:hashLength]
	return set, nil
}

// How much of a SHA-256 in hex tells versions apart. A rule's hash begins with
// ownLength digits of its own text alone, by which CheckLocks knows whether
// somebody changed it; the rest covers all that its verdicts depend on.
const (
	hashLength = 16
	ownLength  = 8
)

// hashRule works out the hash of a rule: of what it says, without its doc and
// tests, and of the lists and rules it refers to.
func (c *compiler) hashRule(r *Rule) {
	if r.hash != "" {
		return
	}
	h := sha256.New()
	fmt.Fprintf(h, "rules %s\n%s\n", EngineVersion, r.canonical)
	for _, name := range slices.Sorted(maps.Keys(c.used[r.ID])) {
		if list, ok := strings.CutPrefix(name, "$"); ok {
			fmt.Fprintf(h, "%s %q\n", name, c.lists[list])
		} else if other := c.ruleByID[name]; other != nil {
			c.hashRule(other)
			fmt.Fprintf(h, "%s %s\n", name, other.hash)
		}
	}
	own := sha256.Sum256([]byte(r.canonical))
	r.hash = hex.EncodeToString(own[:])[:ownLength] + hex.EncodeToString(h.Sum(nil))[:hashLength]
}

// Hash identifies everything the verdicts of the set depend on.
func (set *Set) Hash() string { return set.hash }

// Rules returns the rules of the set, ordered by id.
func (set *Set) Rules() []*Rule { return slices.Clone(set.rules) }

// Rule returns the rule with an id, nil if there is none.
func (set *Set) Rule(id string) *Rule { return set.byID[id] }

// Unknown words a complaint about a rule that the set does not have.
func (set *Set) Unknown(id string) string {
	return unknown("rule", id, slices.Collect(maps.Keys(set.byID)))
}

// CheckLocks returns an error that wraps models.ErrBadInput if the text of a
// rule is not that of the rule of the same id and version that was used
// before. used maps "id@version" to the hashes that its verdicts carry. Rules
// that come with Earshot are left out: nobody but a new Earshot changes them.
func (set *Set) CheckLocks(used map[string][]string) error {
	var errs []error
	for _, r := range set.rules {
		if !r.shipped && !Locked(used[r.ID+"@"+r.Version], r.hash) {
			errs = append(errs, problem(r.Pos, "rule %s version %s has been used with other contents: give it a new version", r.ID, r.Version))
		}
	}
	return problems(errs)
}

// Locked reports whether something with a hash may go by a version that results
// with the hashes in used already carry: nothing has used it, or what did had
// the same text of its own.
func Locked(used []string, hash string) bool {
	return len(used) == 0 || slices.ContainsFunc(used, func(u string) bool { return len(u) > ownLength && u[:ownLength] == hash[:ownLength] })
}

// By names the set as the maker of verdicts.
func (set *Set) By() models.By {
	return models.By{Name: "rules", Version: EngineVersion, Hash: set.hash}
}

// Hash identifies everything the rule's verdict depends on.
func (r *Rule) Hash() string { return r.hash }

// file is what a rule file may hold.
type file struct {
	Lists   map[string][]string `yaml:"lists"`
	Rules   []*Rule             `yaml:"rules"`
	Disable []string            `yaml:"disable"`
}

// readFolder reads all rule files of a folder and those below it.
func readFolder(folder fs.FS) (*file, error) {
	all := &file{Lists: map[string][]string{}}
	seen, listAt := map[string]Pos{}, map[string]string{}
	var errs []error
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := path.Ext(name); entry.IsDir() || ext != ".yaml" && ext != ".yml" {
			return nil
		}
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		docs, err := parse(within(folder, name), data)
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		for _, doc := range docs {
			f, err := readFile(doc)
			errs = append(errs, err)
			for _, r := range f.Rules {
				if r == nil || r.ID == "" {
					continue
				}
				if at, ok := seen[r.ID]; ok {
					errs = append(errs, problem(r.Pos, "rule %s: the id is taken by the rule at %s", r.ID, at))
				}
				seen[r.ID] = r.Pos
				r.shipped = isShipped(folder)
				all.Rules = append(all.Rules, r)
			}
			for list, words := range f.Lists {
				if at, ok := listAt[list]; ok {
					errs = append(errs, problem(doc.pos, "list %s: the name is taken by a list in %s", list, at))
				}
				listAt[list] = within(folder, name)
				all.Lists[list] = words
			}
			all.Disable = append(all.Disable, f.Disable...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	return all, problems(errs)
}

func readFile(doc *node) (*file, error) {
	f := new(file)
	d := decoder{}
	d.value(doc, valueOf(f))
	for name, words := range f.Lists {
		if !namePattern.MatchString(name) {
			d.fail(doc.get("lists").pos, "list %q: want 2 to 64 letters without capitals, digits and _ with a letter first", name)
		}
		for _, w := range words {
			if strings.HasPrefix(w, "$") {
				d.fail(doc.get("lists").pos, "list %q: a list cannot hold another list (%s)", name, w)
			}
		}
	}
	for _, r := range f.Rules {
		if r != nil && r.ID != "" {
			d.errs = append(d.errs, r.check()...)
		}
	}
	return f, problems(d.errs)
}

// fromYAML reads a rule and keeps what its hash is made of.
func (r *Rule) fromYAML(n *node) error {
	type plain Rule
	d := decoder{}
	d.fields(n, valueOf((*plain)(r)))
	r.Pos = n.pos
	var b strings.Builder
	said := *n
	said.fields = slices.DeleteFunc(slices.Clone(n.fields), func(f field) bool { return f.name == "tests" || f.name == "doc" })
	said.canonical(&b)
	r.canonical = b.String()
	err := problems(d.errs)
	if err != nil && r.ID != "" {
		for _, p := range Problems(err) {
			p.Rule = r.ID
		}
	}
	return err
}
