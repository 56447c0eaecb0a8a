package redact

import "regexp"

// extension is the extension of a telephone number, said behind it.
var extension = regexp.MustCompile(`(?i)^[\s,，]*(?:ext\b\.?|extension|x|转接?|分机号?)\s*(?:是|:|：)?\s*(?:[0-9]{1,6}|[〇零洞一幺二两三四五六七拐八九勾]{1,6}|(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b ?){1,6})`)

// extension returns how many bytes after token j-1 are the extension of a
// telephone number, the last token of the run: 010-62345678-123.
func (r *reading) extension(j int) int {
	if j != len(r.tokens)-1 || r.tokens[j].turn != r.tokens[j-1].turn || len(r.tokens[j].digits) > 5 {
		return 0
	}
	if from, t := r.tokens[j-1].to, r.tokens[j]; r.turns[t.turn].Text[from:t.from] == "-" {
		return t.to - from
	}
	return 0
}
