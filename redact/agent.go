package redact

import (
	"strings"

	"earshot/models"
)

// The name an agent gives as their own stays unless it is configured
// otherwise: it stands beside every score as the agent's, and a reviewer has to
// hear that it was given. It stays wherever it is said in the conversation.

var ownLeads = []string{"my name is ", "my name's ", "this is ", "i am ", "i'm ", "speaking with ", "speaking to ", "talking to ", "talking with ", "chatting with ", "我是", "我叫", "我姓", "客服", "坐席", "专员", "顾问"}

// givesOwn reports whether the words around a name say that it is the
// speaker's.
func givesOwn(before, after string) bool {
	before = strings.TrimRight(before, "：:") // 客服：
	for _, lead := range ownLeads {
		if n := len(before) - len(lead); n >= 0 && strings.EqualFold(before[n:], lead) {
			return true
		}
	}
	after = strings.TrimPrefix(after, ",")
	return hasPrefixFold(after, " speaking") || hasPrefixFold(after, " here")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// noteAgent takes in whom the record says the agent to be.
func (s *Session) noteAgent(name string) {
	if s.step.config.Agents {
		return
	}
	if s.own == nil {
		s.own = map[string]bool{}
	}
	s.own[strings.ToLower(strings.Join(strings.Fields(name), " "))] = true
}

// noteOwn takes in the names that agents give as their own.
func (s *Session) noteOwn(turns []models.Turn, found []area) {
	if s.step.config.Agents {
		return
	}
	for _, a := range found {
		if a.kind != Name {
			continue
		}
		p := a.pieces[0]
		turn := &turns[p.turn]
		if turn.Party == models.Agent && givesOwn(turn.Text[:p.from], turn.Text[p.to:]) {
			s.noteAgent(a.value)
			if first, _, more := strings.Cut(a.value, " "); more {
				s.noteAgent(first)
			}
		}
	}
}
