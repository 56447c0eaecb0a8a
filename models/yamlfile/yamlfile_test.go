package yamlfile

import (
	"errors"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"earshot/models"
)

// even is a number that has to be even.
type even int

func (e *even) UnmarshalYAML(node ast.Node) error {
	var n int
	if err := yaml.NodeToValue(node, &n); err != nil {
		return err
	}
	if n%2 != 0 {
		return Misplaced(node, "%d is odd", n)
	}
	*e = even(n)
	return nil
}

func TestErrorsNameThePlace(t *testing.T) {
	for text, want := range map[string]string{
		"name: a\nsize: 3\n":     "f.yaml:2:7: 3 is odd",
		"name: a\ncolour: 3\n":   `f.yaml:2:1: unknown field "colour"`,
		"name: [a\n":             "f.yaml:1:7: sequence end token ']' not found",
		"name: !x {a: &b c}\n":   "",
		"name: !!binary \"é\"\n": "",
	} {
		var v struct {
			Name string `yaml:"name"`
			Size even   `yaml:"size"`
		}
		err := Decode([]byte(text), &v)
		if err == nil {
			if want != "" {
				t.Errorf("%q: no error", text)
			}
			continue
		}
		if err = Placed("f.yaml", err); !errors.Is(err, models.ErrBadInput) || want != "" && err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if err := Placed("f.yaml", At(3, 4, errors.New("bad"))); err.Error() != "f.yaml:3:4: bad" {
		t.Error(err)
	}
}
