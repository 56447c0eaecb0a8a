package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// wavFile returns a PCM file whose header says what the arguments say; its
// samples are those given.
func wavFile(channels uint16, rate, dataSize uint32, samples []int16) []byte {
	var b bytes.Buffer
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a Buffer takes everything
	b.WriteString("RIFF")
	put(36 + dataSize)
	b.WriteString("WAVEfmt ")
	put(uint32(16))
	put(uint16(1))
	put(channels)
	put(rate)
	put(rate * uint32(channels) * 2)
	put(channels * 2)
	put(uint16(16))
	b.WriteString("data")
	put(dataSize)
	put(samples)
	return b.Bytes()
}

// TestBadInput sends every kind of bad input at once with good ones between.
// Each bad one is named with what to do and kept as a dead letter; the good
// ones are scored.
func TestBadInput(t *testing.T) {
	s := newService(t)
	s.start()
	folder := t.TempDir()
	second := make([]int16, 8000)
	outside := filepath.Join(t.TempDir(), "outside.wav")
	good := `{"id":"good-1","channel":"web_chat","started":"2026-05-01T08:00:00Z","messages":[{"from":"customer","text":"hello"},{"from":"agent","text":"您好，请问有什么可以帮您"}]}`
	for path, content := range map[string][]byte{
		filepath.Join(folder, "empty.wav"):       nil,
		filepath.Join(folder, "text.wav"):        []byte("This is no recording but a note.\n"),
		filepath.Join(folder, "truncated.wav"):   wavFile(1, 8000, 16000, second[:3000]),
		filepath.Join(folder, "liar.wav"):        wavFile(1, 8000, 0x7fffffff, second),
		filepath.Join(folder, "zerohertz.wav"):   wavFile(1, 0, 16000, second),
		filepath.Join(folder, "fortyways.wav"):   wavFile(40, 8000, 16000, second),
		filepath.Join(folder, "foreign.json"):    []byte(`{"menu":{"popup":["New","Open"]}}`),
		filepath.Join(folder, "longline.jsonl"):  append(bytes.Repeat([]byte("x"), 100<<20), '\n'),
		filepath.Join(folder, "sidecar.wav"):     wavFile(1, 8000, 16000, second),
		filepath.Join(folder, "sidecar.json"):    []byte(`{"agnet":"Wang"}`),
		filepath.Join(folder, "elsewhere.jsonl"): []byte(`{"id":"escape","channel":"phone","started":"2026-05-01T08:00:00Z","recording":"` + outside + `"}` + "\n"),
		filepath.Join(folder, "good.jsonl"):      []byte(good + "\n" + strings.Replace(good, "good-1", "good-2", 1) + "\n"),
		outside:                                  wavFile(1, 8000, 16000, second),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	_, stderr, err := s.earshot("ingest", folder)
	if err == nil {
		t.Error("ingest of bad files ended with code 0")
	}
	s.settle(2, time.Minute)
	if accepted, scored, _, _ := s.coverage(); accepted != 2 || scored != 2 {
		t.Errorf("accepted %d, scored %d, want the 2 good ones", accepted, scored)
	}
	dead := s.rows("dead", "list", "--format", "json")
	bad := []string{"empty.wav", "text.wav", "truncated.wav", "liar.wav", "zerohertz.wav", "fortyways.wav", "foreign.json", "longline.jsonl", "sidecar.json", "elsewhere.jsonl"}
	if len(dead) != len(bad) {
		t.Errorf("%d dead letters, want %d", len(dead), len(bad))
	}
	for _, name := range bad {
		if !strings.Contains(stderr, name) {
			t.Errorf("%s is not named on standard error", name)
		}
		found := false
		for _, d := range dead {
			source, _ := d["source"].(string)
			reason, _ := d["reason"].(string)
			if strings.Contains(source, name) || strings.Contains(reason, name) {
				found = true
				t.Logf("%s (%v): %s", name, d["code"], reason)
			}
		}
		if !found {
			t.Errorf("%s is no dead letter", name)
		}
	}
}
