package engine

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

// Inside the store's folder. The engine may touch these two alone: passwords
// and endpoint lie beside them, out of its reach.
const (
	dataFolder     = "clickhouse"
	settingsFolder = "settings"
)

//go:embed config.xml
var configXML string

//go:embed users.xml
var usersXML string

// listenSQL is all that the engine is told to do. Everything else comes over
// the listeners.
const listenSQL = "SYSTEM START LISTEN TCP;\nSYSTEM START LISTEN HTTP;\n"

var settingsTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"hash": func(password string) string {
		sum := sha256.Sum256([]byte(password))
		return hex.EncodeToString(sum[:])
	},
	"xml": func(s string) (string, error) {
		var b bytes.Buffer
		err := xml.EscapeText(&b, []byte(s))
		return b.String(), err
	},
	"mul": func(a, b int) int { return a * b },
	"div": func(a, b int) int { return a / b },
}).Parse(`{{define "config"}}` + configXML + `{{end}}{{define "users"}}` + usersXML + `{{end}}`))

// writeSettings writes what ClickHouse reads when it starts.
func writeSettings(c Config, l logins) error {
	folder := filepath.Join(c.Path, settingsFolder)
	backups, err := c.backups()
	if err != nil {
		return fmt.Errorf("find the folder for backups: %w", err)
	}
	for _, dir := range []string{folder, filepath.Join(c.Path, dataFolder), backups} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make the store's folder: %w", err)
		}
	}
	values := map[string]any{
		"Path": folder, "Backups": backups, "Bytes": c.MemoryMB * 1_000_000,
		"Writer": l.writer, "Analyst": l.analyst, "Cluster": c.Cluster != "",
	}
	if c.Cluster != "" {
		drop := filepath.Join(folder, "config.d")
		if err := os.MkdirAll(drop, 0o700); err != nil {
			return fmt.Errorf("make the store's folder: %w", err)
		}
		if err := writeFile(filepath.Join(drop, "cluster.xml"), []byte(c.Cluster)); err != nil {
			return fmt.Errorf("write the store's settings: %w", err)
		}
	}
	for name, template := range map[string]string{"config.xml": "config", "users.xml": "users"} {
		var b bytes.Buffer
		if err := settingsTemplates.ExecuteTemplate(&b, template, values); err != nil {
			return fmt.Errorf("make the store's %s: %w", name, err)
		}
		if err := writeFile(filepath.Join(folder, name), b.Bytes()); err != nil {
			return fmt.Errorf("write the store's settings: %w", err)
		}
	}
	if err := writeFile(filepath.Join(folder, "listen.sql"), []byte(listenSQL)); err != nil {
		return fmt.Errorf("write the store's settings: %w", err)
	}
	return nil
}
