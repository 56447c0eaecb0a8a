package asr

import (
	"regexp"
	"strings"

	"earshot/models"
)

// attribute says who speaks each phrase of a recording that has all parties
// on one channel, and how that was decided: the phrases are parted into two
// voices by timbre and pitch, and of those the one that talks like an agent
// is taken for the agent.
// Where the recording names one role, that party is the only one.
func attribute(t *models.Transcript, h heardTrack, roles []models.Party) func(channel, phrase int) models.Party {
	t.Grade = models.GradeMono
	if len(roles) == 1 {
		t.Notes = append(t.Notes, "one channel: all is attributed to the party that the recording names")
		return func(int, int) models.Party { return roles[0] }
	}
	if !h.TwoVoices {
		t.Notes = append(t.Notes, "one channel, one voice: the parties were not told apart")
		return func(int, int) models.Party { return models.Unknown }
	}
	agent, why := agentVoice(h.Phrases)
	t.Notes = append(t.Notes, "one channel: two voices told apart by timbre and pitch; the agent is "+why)
	return func(_, i int) models.Party {
		if h.Phrases[i].Speaker == agent {
			return models.Agent
		}
		return models.Customer
	}
}

// What agents say and what customers say.
var (
	agentSays = regexp.MustCompile(`(?i)thank(s| you) for (calling|holding|waiting|contacting)|how (may|can) i (help|assist)|(may|can|could) i (have|get) your|my name is .{0,20} (from|with)|would you like|let me (check|look|see)|for you|one moment|anything else|is there anything|您好|很高兴为您|请问|为您|工号|客服|感谢您的(来电|耐心)|请稍等|帮您|给您|还有什么|祝您|有什么可以`)
	// Questions and orders of a customer.
	customerSays = regexp.MustCompile(`(?i)\bi('d| would) like to|\bi want|\bi need|my (order|account|card|bill|refund|package|phone)|i('m| am) calling|i('ve| have) been (waiting|charged)|refund|complain|我要|我想|我的|你们|投诉|退款|凭什么|怎么还|没收到|帮我`)
)

// agentVoice says which voice is the agent's, and why.
func agentVoice(phrases []phrase) (agent int, why string) {
	var score [2]int
	for _, p := range phrases {
		var b strings.Builder
		for _, w := range p.Words {
			b.WriteString(w.Text)
		}
		text := b.String()
		score[p.Speaker] += 2*len(agentSays.FindAllString(text, -1)) - 2*len(customerSays.FindAllString(text, -1))
	}
	switch {
	case score[0] > score[1]:
		return 0, "the one who talks like an agent"
	case score[1] > score[0]:
		return 1, "the one who talks like an agent"
	}
	return phrases[0].Speaker, "taken to be the one who speaks first"
}
