package openai

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"github.com/sashabaranov/go-openai"

	"earshot/models"
)

// PromptVersion is the version of the prompts and of what is made of answers.
// It changes with either; the hash in models.By tells the very texts.
const PromptVersion = "1"

// hashOf identifies the texts that made an answer.
func hashOf(texts ...string) string {
	h := sha256.New()
	for _, t := range texts {
		fmt.Fprintf(h, "%d:%s", len(t), t)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// languageOf is the language a conversation is summarised in: Chinese where
// its text is mostly that.
func languageOf(t *models.Transcript) string {
	han, other := 0, 0
	for i := range t.Turns {
		for _, r := range t.Turns[i].Text {
			switch {
			case unicode.Is(unicode.Han, r):
				han++
			case unicode.IsLetter(r):
				other++
			}
		}
	}
	if 3*han > other {
		return "zh"
	}
	return "en"
}

// line is one turn, or the part of it that is sent.
type line struct {
	turn  int
	party models.Party
	text  string
}

func (l line) String() string { return fmt.Sprintf("%d %s: %s", l.turn, l.party, clean(l.text)) }

// clean takes from data what could pass for the end of data or for a line of
// its own, and characters nobody sees.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r >= 0xE0000 && r < 0xE1000:
			return -1
		case r == '<':
			return '‹'
		case r == '>':
			return '›'
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// messages puts the fixed part first, so that servers find it in their cache,
// and the data behind it, between marker lines that nobody can know before.
func messages(fixed, before string, lines []string) []openai.ChatCompletionMessage {
	mark := rand.Text()[:12]
	var b strings.Builder
	b.WriteString(before)
	fmt.Fprintf(&b, "<data %s>\n", mark)
	for _, l := range lines {
		b.WriteString(l)
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "</data %s>", mark)
	return []openai.ChatCompletionMessage{
		{Role: openai.ChatMessageRoleSystem, Content: fixed},
		{Role: openai.ChatMessageRoleUser, Content: b.String()},
	}
}

// repair asks once more after an answer that could not be used.
func repair(asked []openai.ChatCompletionMessage, answer string, err error) []openai.ChatCompletionMessage {
	const most = 2000 // of what came back
	if len(answer) > most {
		answer = strings.ToValidUTF8(answer[:most], "")
	}
	if answer == "" {
		answer = "(nothing)"
	}
	return append(asked,
		openai.ChatCompletionMessage{Role: openai.ChatMessageRoleAssistant, Content: answer},
		openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser, Content: "That cannot be used: " + err.Error() + ". Answer again, shorter, with nothing but the JSON object asked for."})
}
