package ingest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"earshot/models"
)

// azureConversations is what Azure AI Language takes conversations in as, and
// what exports to it have left.
// https://learn.microsoft.com/azure/ai-services/language-service/conversational-language-understanding
type azureConversations struct {
	DisplayName   string `json:"displayName"`
	AnalysisInput struct {
		Conversations []azureConversation `json:"conversations"`
	} `json:"analysisInput"`
	Conversations []azureConversation `json:"conversations"`
}

type azureConversation struct {
	ID       string      `json:"id"`
	Language string      `json:"language"`
	Modality string      `json:"modality"` // text or transcript
	Items    []azureItem `json:"conversationItems"`
}

type azureItem struct {
	ParticipantID string `json:"participantId"`
	Role          string `json:"role"`
	Text          string `json:"text"`
	Lexical       string `json:"lexical"`
	Timings       []struct {
		Word     string `json:"word"`
		Offset   int64  `json:"offset"`   // in units of 100 ns
		Duration int64  `json:"duration"` // in the same
	} `json:"wordLevelTimings"`
	AudioTimings []struct {
		Offset   int64 `json:"offset"`
		Duration int64 `json:"duration"`
	} `json:"audioTimings"`
}

func isAzure(fields map[string]json.RawMessage) bool {
	return fields["analysisInput"] != nil || fields["conversations"] != nil
}

func readAzure(doc []byte) ([]*models.Interaction, error) {
	var r azureConversations
	if err := json.Unmarshal(doc, &r); err != nil {
		return nil, fmt.Errorf("not conversations of Azure AI Language: %w", err)
	}
	var all []*models.Interaction
	for i, c := range slices.Concat(r.AnalysisInput.Conversations, r.Conversations) {
		id := c.ID
		if len(id) < 3 && r.DisplayName != "" { // numbers within the file
			id = r.DisplayName + "-" + id
		}
		in := &models.Interaction{
			Schema: models.SchemaVersion, ID: foreignID(id, fmt.Appendf(nil, "%d %s", i, doc)), Channel: models.WebChat, Language: c.Language,
			Transcript: &models.Transcript{Grade: models.GradeText, Turns: []models.Turn{}},
		}
		timed := false
		for _, item := range c.Items {
			turn := models.Turn{Party: item.party(), Text: cmp.Or(item.Text, item.Lexical)}
			timed = item.times(&turn) || timed
			in.Transcript.Turns = append(in.Transcript.Turns, turn)
		}
		if timed {
			in.Channel, in.Transcript.Grade = models.Phone, models.GradeStereo
			sortTurns(in.Transcript)
		} else {
			in.Transcript.Notes = append(in.Transcript.Notes, "the export gives no times: all turns stand at the start")
		}
		a := imported{}
		a.put("from", "azure-language")
		in.Attributes = a.attributes()
		all = append(all, in)
	}
	return all, nil
}

// party tells who speaks: by the role, or by a name such as Agent_1.
func (i *azureItem) party() models.Party {
	for _, name := range []string{i.Role, i.ParticipantID, strings.TrimRight(i.ParticipantID, "_-0123456789 ")} {
		if p := foreignParty(name); p != models.Unknown {
			return p
		}
	}
	return models.Unknown
}

// times gives the turn its times, if there are any.
func (i *azureItem) times(turn *models.Turn) bool {
	const perMilli = 10_000
	first, last := int64(-1), int64(0)
	for _, t := range i.Timings {
		if first < 0 || t.Offset < first {
			first = t.Offset
		}
		last = max(last, t.Offset+t.Duration)
	}
	for _, t := range i.AudioTimings {
		if first < 0 || t.Offset < first {
			first = t.Offset
		}
		last = max(last, t.Offset+t.Duration)
	}
	if first < 0 {
		return false
	}
	turn.Start = models.Millis(max(first, 0) / perMilli)
	turn.End = max(models.Millis(last/perMilli), turn.Start)
	return true
}
