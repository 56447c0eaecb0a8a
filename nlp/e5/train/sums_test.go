package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"testing"
)

// TestSums: the heads that are embedded are what SHA256SUMS names; whoever trains
// anew writes it anew.
func TestSums(t *testing.T) {
	want, err := os.ReadFile("SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("../../meaning.bin")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x  meaning.bin\n", sha256.Sum256(b)); got != string(want) {
		t.Errorf("meaning.bin is %s, SHA256SUMS says %s: run sha256sum meaning.bin > e5/train/SHA256SUMS in nlp", got, want)
	}
}
