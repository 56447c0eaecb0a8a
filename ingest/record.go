package ingest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"earshot/models"
)

// Record is one conversation on its way in, or the reason why what was read
// is none.
type Record struct {
	Interaction *models.Interaction
	Recording   *Recording // nil for text
	Source      string     // where it was read: the file, or "request body"
	Line        int        // of its beginning there; 0: not known, or all of it
	Raw         []byte     // what was read, for the dead letter; nil if not at hand
	Truncated   bool       // Raw is only the beginning
	Err         error      // not nil: refuse it for this reason

	done    func()                 // frees what the record holds open; may be nil
	settled func(models.ID, error) // is told what Accept returned; may be nil
}

// Recording is the sound of a conversation.
type Recording struct {
	Name string    // file name, without folders
	Body io.Reader // read twice if it can seek, else copied to a file first; the caller closes it
}

// where names the record, or the line in it that err is about.
func (r *Record) where(err error) string {
	if r.Source == "" {
		return ""
	}
	return lineIn(r.Source, cmp.Or(lineOf(err), r.Line))
}

func (r *Record) id() models.ID {
	if r.Interaction == nil {
		return ""
	}
	return r.Interaction.ID
}

// deriveID makes an ID for an interaction that came without one, so that the
// same recording under the same name, or the same chat, is always the same
// interaction. The time is left out for recordings: where it is the file's own
// it changes when the file is copied.
func deriveID(in *models.Interaction, rec *Record) models.ID {
	h := sha256.New()
	prefix := "chat-"
	if in.Media != nil {
		prefix = "call-"
		fmt.Fprintf(h, "%s\x00%s", in.Media.SHA256, in.Media.Name)
		if rec.Recording == nil {
			fmt.Fprintf(h, "\x00%s", in.Started.UTC())
		}
	} else if err := json.NewEncoder(h).Encode(in); err != nil {
		// Validate refuses what does not encode; until then any ID will do.
		return models.ID(prefix + "unreadable")
	}
	return models.ID(prefix + hex.EncodeToString(h.Sum(nil)[:16]))
}
