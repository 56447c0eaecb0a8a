package redact

import "strings"

// Posts in public name whom they are for: @115712, @acme_help. Such a handle is
// no account number, and what looks like a name in the address of a page is none.

// inHandle reports whether byte i of text stands in a handle.
func inHandle(text string, i int) bool {
	for i > 0 && (alphanumeric(text[i-1]) || text[i-1] == '_') {
		i--
	}
	return i > 0 && text[i-1] == '@' && (i == 1 || strings.IndexByte(" \n\t.(\"?!,", text[i-2]) >= 0)
}

// inWebAddress reports whether byte i of text stands in the address of a page.
func inWebAddress(text string, i int) bool {
	from := strings.LastIndexAny(text[:i], " \n\t") + 1
	return strings.HasPrefix(text[from:], "http://") || strings.HasPrefix(text[from:], "https://") || strings.HasPrefix(text[from:], "www.")
}

// outside returns the tokens that stand in no handle.
func outside(tokens []token, text string) []token {
	if strings.IndexByte(text, '@') < 0 {
		return tokens
	}
	kept := tokens[:0]
	for _, t := range tokens {
		if !inHandle(text, t.from) {
			kept = append(kept, t)
		}
	}
	return kept
}

// public reports whether an area is what a post shows to all anyway.
func public(text string, a area) bool {
	if a.kind == Email {
		return false
	}
	from := a.pieces[0].from
	return inHandle(text, from) || a.kind == Name && inWebAddress(text, from)
}
