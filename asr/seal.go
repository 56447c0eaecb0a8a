package asr

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"fmt"
	"hash"
)

// What was recognised is kept before anything private in it is masked, so it is
// sealed (AES-256-GCM) with a key that is made of the recording itself and
// stored nowhere. Who may read the recording can read what was heard of it,
// nobody else can, and nobody at all once the recording is deleted.

// newSealKey returns a hash that makes the key out of the recording's bytes.
func newSealKey() hash.Hash {
	h := sha256.New()
	h.Write([]byte("earshot: what was heard of this recording\n"))
	return h
}

func newSeal(key hash.Hash) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key.Sum(nil))
	if err != nil {
		return nil, fmt.Errorf("seal what is heard: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("seal what is heard: %w", err)
	}
	return seal, nil
}
