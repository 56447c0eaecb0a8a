package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"

	"earshot/models"
)

// Keys, of the customer and of the conversation, are often the number somebody
// called from. Such a key is replaced by a pseudonym that stays the same, so
// that one customer's conversations still belong together and a record that is
// sent again still replaces the earlier one.

// pseudonymBytes of a MAC are enough that no two keys ever share a pseudonym.
const pseudonymBytes = 10

// Pseudonym returns key as it is, or a pseudonym for it, "private-" and 20
// letters, where it holds private data. Who has the pseudonym key can check a
// guess; nobody else can.
func (s *Step) Pseudonym(key string) string {
	if !slices.ContainsFunc(s.Find(key, false), func(f Found) bool { return f.Type != Name && f.Type != Order }) {
		return key
	}
	mac := hmac.New(sha256.New, []byte(s.config.PseudonymKey))
	mac.Write([]byte(key))
	letters := make([]byte, 0, 2*pseudonymBytes)
	for _, b := range mac.Sum(nil)[:pseudonymBytes] {
		letters = append(letters, 'a'+b>>4, 'a'+b&15) // no digits: they might be taken for a number
	}
	return "private-" + string(letters)
}

// ID is Pseudonym for the id of a conversation.
func (s *Step) ID(id models.ID) models.ID { return models.ID(s.Pseudonym(string(id))) }

// Text masks a text that stands for itself, such as the message of an error.
func (s *Step) Text(text string) string { return s.Open().maskText(text, "", english(text)) }
