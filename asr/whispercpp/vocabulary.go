package whispercpp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	whisper "github.com/ggerganov/whisper.cpp/bindings/go"

	"earshot/asr"
)

// notSpeech lists tokens that transcribe sounds and layout rather than words,
// the ones OpenAI's decoder never emits:
// https://github.com/openai/whisper/blob/main/whisper/tokenizer.py (non_speech_tokens).
var notSpeech = []string{
	`"`, "#", "(", ")", "*", "+", "/", ":", ";", "<", "=", ">", "@", "[", `\`, "]", "^", "_", "`", "{", "|", "}", "~",
	"「", "」", "『", "』", "<<", ">>", "<<<", ">>>", "--", "---", "-(", "-[", "('", `("`, "((", "))", "(((", ")))",
	"[[", "]]", "{{", "}}", "♪♪", "♪♪♪", "♩", "♪", "♫", "♬", "♭", "♮", "♯",
}

// vocabulary is what the decoder must know of the model's tokens.
type vocabulary struct {
	text   []string // of every token below stop
	folded []int    // the first token with the same text but for capitals and spaces around
	mask   []uint8  // 1: never emitted
	blank  int      // the token of a single space

	stop, start, previous, noSpeech, transcribe, stamps int
	languages                                           map[string]int
}

func readVocabulary(ctx *whisper.Context) *vocabulary {
	v := &vocabulary{
		stop: int(ctx.Whisper_token_eot()), start: int(ctx.Whisper_token_sot()), previous: int(ctx.Whisper_token_prev()),
		noSpeech: noSpeechToken(ctx), transcribe: int(ctx.Whisper_token_transcribe()), stamps: int(ctx.Whisper_token_beg()),
		blank: -1, languages: map[string]int{},
	}
	banned := map[string]bool{" -": true, " '": true}
	for _, s := range notSpeech {
		banned[s], banned[" "+s] = true, true
	}
	v.text, v.mask = make([]string, v.stop), make([]uint8, v.stop)
	for i := range v.stop {
		v.text[i] = ctx.Whisper_token_to_str(whisper.Token(i))
		if banned[v.text[i]] {
			v.mask[i] = 1
		}
		if v.text[i] == " " {
			v.blank = i
		}
	}
	v.folded = fold(v.text)
	if ctx.Whisper_is_multilingual() != 0 {
		for i := range whisper.Whisper_lang_max_id() + 1 {
			v.languages[whisper.Whisper_lang_str(i)] = int(ctx.Whisper_token_lang(i))
		}
	}
	return v
}

func fold(texts []string) []int {
	out, first := make([]int, len(texts)), map[string]int{}
	for i, text := range texts {
		plain := strings.ToLower(strings.TrimSpace(text))
		if _, ok := first[plain]; !ok {
			first[plain] = i
		}
		out[i] = first[plain]
	}
	return out
}

// token is a token as it was chosen.
type token struct {
	id  int
	log float32 // its log probability
}

// words joins text tokens to words: a token that begins with a space, or that
// stands beside a Chinese character, begins a new one. Tokens may hold parts
// of a character; such parts stay together.
func (v *vocabulary) words(tokens []token) []asr.Word {
	var words []asr.Word
	var piece []byte
	sum, n := 0.0, 0
	flush := func() {
		if n > 0 {
			if text := strings.ToValidUTF8(string(piece), ""); text != "" {
				words = append(words, asr.Word{Text: text, Confidence: exp(sum / float64(n))})
			}
		}
		piece, sum, n = piece[:0], 0, 0
	}
	for _, t := range tokens {
		s := v.text[t.id]
		if n > 0 && utf8.Valid(piece) && begins(piece, s) {
			flush()
		}
		piece = append(piece, s...)
		sum += float64(t.log)
		n++
	}
	flush()
	return joinPunctuation(words)
}

func begins(before []byte, s string) bool {
	if strings.HasPrefix(s, " ") {
		return true
	}
	last, _ := utf8.DecodeLastRune(before)
	first, _ := utf8.DecodeRuneInString(s)
	return last >= firstCJK || first >= firstCJK || first == utf8.RuneError
}

// joinPunctuation appends words that are only punctuation to the one before.
func joinPunctuation(words []asr.Word) []asr.Word {
	out := words[:0]
	for _, w := range words {
		if len(out) > 0 && strings.IndexFunc(w.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0 {
			out[len(out)-1].Text += strings.TrimSpace(w.Text)
			continue
		}
		out = append(out, w)
	}
	return out
}

// firstCJK is where the scripts without spaces, and their punctuation, begin.
const firstCJK = 0x2e80
