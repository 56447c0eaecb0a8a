package service

import (
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/config"
)

// ConfigCmd is `earshot config`.
type ConfigCmd struct {
	Check configCheckCmd `cmd:"" help:"Read the configuration and say whether it is right."`
	Dump  configDumpCmd  `cmd:"" help:"Print the configuration in force as YAML, each key explained."`
}

type configCheckCmd struct{}

// Run says where the configuration comes from; a wrong one has ended the
// program before.
func (configCheckCmd) Run(a *app.App) error {
	unknown, err := config.UnknownEnv(a.Config, os.Environ())
	if err != nil {
		return err
	}
	if a.Source == "" {
		fmt.Fprintln(a.Out, "configuration: the defaults (no earshot.yaml here, no --config)")
	} else {
		fmt.Fprintf(a.Out, "configuration: %s\n", a.Source)
	}
	if len(unknown) > 0 {
		return fmt.Errorf("environment: %s set nothing: `earshot config dump` lists the keys; http.listen is EARSHOT_HTTP_LISTEN", strings.Join(unknown, ", "))
	}
	fmt.Fprintln(a.Out, "it is right")
	return nil
}

type configDumpCmd struct{}

func (configDumpCmd) Run(a *app.App) error {
	comments := yaml.CommentMap{}
	document(reflect.TypeOf(a.Config), "$", comments)
	text, err := yaml.MarshalWithOptions(secretsHidden(a.Config), yaml.WithComment(comments))
	if err != nil {
		return err
	}
	_, err = a.Out.Write(text)
	return err
}

// document collects the doc tags of a configuration struct as YAML comments.
func document(t reflect.Type, path string, into yaml.CommentMap) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		at := path + "." + name
		if doc := f.Tag.Get("doc"); doc != "" {
			into[at] = []*yaml.Comment{yaml.HeadComment(" " + doc)}
		}
		switch {
		case f.Type.Kind() == reflect.Struct:
			document(f.Type, at, into)
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct: // there may be none to comment on
			for j := range f.Type.Elem().NumField() {
				key := f.Type.Elem().Field(j)
				into[at][0].Texts = append(into[at][0].Texts, "   "+key.Tag.Get("yaml")+": "+key.Tag.Get("doc"))
			}
		}
	}
}

// secretsHidden returns the configuration with passwords and tokens replaced,
// fit to be shown to others.
func secretsHidden(c config.Config) config.Config {
	hide(reflect.ValueOf(&c).Elem())
	return c
}

func hide(v reflect.Value) {
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Tag.Get("yaml")
		switch {
		case field.Kind() == reflect.Struct:
			hide(field)
		case field.Kind() == reflect.String && field.String() != "" &&
			(strings.Contains(name, "password") || strings.Contains(name, "token") || strings.HasSuffix(name, "_key")):
			field.SetString("(hidden)")
		}
	}
}
