package convert

import (
	"fmt"
	"strings"
)

// lambda translates an expression of ids with &&, ||, ! and parentheses.
func (s *scaReader) lambda(text string, leaf func(id string) any) any {
	p := lambdaParser{rest: strings.TrimSpace(text), leaf: leaf}
	out := p.or(0)
	if p.err == "" && p.rest != "" {
		p.err = fmt.Sprintf("unexpected %.10q", p.rest)
	}
	if p.err != "" {
		s.im.leave("lambda "+text, "%s", p.err)
		return nil
	}
	return out
}

type lambdaParser struct {
	rest string
	err  string
	leaf func(id string) any
}

// eat takes one of the signs from the front of what is left.
func (p *lambdaParser) eat(signs ...string) bool {
	for _, sign := range signs {
		if rest, ok := strings.CutPrefix(p.rest, sign); ok {
			p.rest = strings.TrimSpace(rest)
			return true
		}
	}
	return false
}

func (p *lambdaParser) or(depth int) any {
	list := []any{p.and(depth)}
	for p.err == "" && p.eat("||", "|") {
		list = append(list, p.and(depth))
	}
	if len(list) == 1 {
		return list[0]
	}
	return op("any", list)
}

func (p *lambdaParser) and(depth int) any {
	list := []any{p.unary(depth)}
	for p.err == "" && p.eat("&&", "&") {
		list = append(list, p.unary(depth))
	}
	if len(list) == 1 {
		return list[0]
	}
	return op("all", list)
}

func (p *lambdaParser) unary(depth int) any {
	if depth > maxDepth {
		p.err = "nested too deep"
		return nil
	}
	if p.eat("!") {
		return op("not", p.unary(depth+1))
	}
	if p.eat("(") {
		v := p.or(depth + 1)
		if p.err == "" && !p.eat(")") {
			p.err = "( without )"
		}
		return v
	}
	end := strings.IndexAny(p.rest, "&|!() ")
	if end < 0 {
		end = len(p.rest)
	}
	if end == 0 {
		p.err = "an id is missing"
		return nil
	}
	id := p.rest[:end]
	p.rest = strings.TrimSpace(p.rest[end:])
	return p.leaf(id)
}
