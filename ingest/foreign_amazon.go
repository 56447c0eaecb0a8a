package ingest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"earshot/models"
)

// amazonResult is a result of Amazon Transcribe Call Analytics, or of Contact
// Lens for Amazon Connect, which has the same form with an identity of its own.
// https://docs.aws.amazon.com/transcribe/latest/dg/tca-output-job.html
// https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files.html
type amazonResult struct {
	JobName          string
	LanguageCode     string
	Channel          string
	CustomerMetadata struct{ ContactId, InputS3Uri string }            //nolint:revive,staticcheck // their name
	Participants     []struct{ ParticipantId, ParticipantRole string } //nolint:revive,staticcheck // their name
	Transcript       []amazonTurn
	Categories       struct{ MatchedCategories []string }
	ContentMetadata  struct{ Output string }

	ConversationCharacteristics struct {
		TotalConversationDurationMillis int64
		ContactSummary                  map[string]struct{ Content string }
		NonTalkTime                     struct{ TotalTimeMillis *int64 }
		Interruptions                   struct{ TotalCount *int64 }
		Sentiment                       struct{ OverallSentiment map[string]json.RawMessage }
	}
}

type amazonTurn struct {
	Id, ParticipantId, ParticipantRole, DisplayName string //nolint:revive,staticcheck // their names
	Content, Sentiment                              string
	BeginOffsetMillis, EndOffsetMillis              int64
	AbsoluteTime                                    time.Time // of chats, which have no offsets
	RelativeOffsetMillis                            *int64    // of chats, from 2023 on
	Items                                           []struct {
		Type, Content                      string
		Confidence                         amazonNumber
		BeginOffsetMillis, EndOffsetMillis *int64
	}
	IssuesDetected, OutcomesDetected, ActionItemsDetected []amazonPlace
}

// amazonPlace is a stretch of a turn's characters, under either of two pairs of
// names.
type amazonPlace struct {
	CharacterOffsets struct {
		Begin, End                     int
		BeginOffsetChar, EndOffsetChar *int
	}
}

// amazonNumber is a number, which older results write as text.
type amazonNumber float64

func (n *amazonNumber) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil {
		*n = amazonNumber(f)
	}
	return nil //nolint:nilerr // a confidence that is no number is not known
}

func isAmazon(fields map[string]json.RawMessage) bool {
	return fields["Transcript"] != nil && (fields["Participants"] != nil || fields["ConversationCharacteristics"] != nil)
}

func readAmazon(doc []byte) ([]*models.Interaction, error) {
	var r amazonResult
	if err := json.Unmarshal(doc, &r); err != nil {
		return nil, fmt.Errorf("not a result of Amazon Transcribe Call Analytics or Contact Lens: %w", err)
	}
	language, _, _ := strings.Cut(r.LanguageCode, "-")
	in := &models.Interaction{
		Schema: models.SchemaVersion, ID: foreignID(cmp.Or(r.CustomerMetadata.ContactId, r.JobName), doc), Channel: models.Phone,
		Language: language, Transcript: &models.Transcript{Grade: models.GradeStereo, Turns: []models.Turn{}},
	}
	chat := strings.EqualFold(r.Channel, "CHAT")
	if chat {
		in.Channel, in.Transcript.Grade = models.WebChat, models.GradeText
	}
	roles := map[string]string{}
	for _, p := range r.Participants {
		roles[p.ParticipantId] = p.ParticipantRole
	}
	attributes := imported{}
	var sentiments strings.Builder
	found := map[string][]string{}
	for _, t := range r.Transcript {
		if in.Started.IsZero() && !t.AbsoluteTime.IsZero() {
			in.Started = t.AbsoluteTime
		}
		turn := models.Turn{
			Party: foreignParty(cmp.Or(t.ParticipantRole, roles[t.ParticipantId], t.ParticipantId)), Text: t.Content,
			Start: models.Millis(t.BeginOffsetMillis), End: models.Millis(t.EndOffsetMillis),
		}
		switch {
		case t.RelativeOffsetMillis != nil:
			turn.Start = models.Millis(*t.RelativeOffsetMillis)
			turn.End = turn.Start
		case !t.AbsoluteTime.IsZero():
			turn.Start = models.Millis(t.AbsoluteTime.Sub(in.Started).Milliseconds())
			turn.End = turn.Start
		}
		turn.Start = max(turn.Start, 0)
		turn.End = max(turn.End, turn.Start)
		if !chat {
			t.words(&turn)
		}
		in.Transcript.Turns = append(in.Transcript.Turns, turn)
		sentiments.WriteString(cmp.Or(letters[t.Sentiment], "-"))
		for name, places := range map[string][]amazonPlace{"issues": t.IssuesDetected, "outcomes": t.OutcomesDetected, "action_items": t.ActionItemsDetected} {
			for _, p := range places {
				found[name] = append(found[name], p.in(t.Content))
			}
		}
	}
	sortTurns(in.Transcript)
	in.Transcript.Length = max(models.Millis(r.ConversationCharacteristics.TotalConversationDurationMillis), 0)
	r.keep(attributes)
	attributes.put("turn_sentiment", strings.Trim(sentiments.String(), "-"))
	for _, name := range slices.Sorted(maps.Keys(found)) {
		attributes.put(name, strings.Join(found[name], " | "))
	}
	in.Attributes = attributes.attributes()
	return []*models.Interaction{in}, nil
}

// keep puts what the product found into attributes.
func (r *amazonResult) keep(a imported) {
	a.put("from", "amazon-call-analytics")
	if r.CustomerMetadata.ContactId != "" {
		a.put("from", "amazon-contact-lens")
	}
	a.put("recording", r.CustomerMetadata.InputS3Uri)
	a.list("categories", r.Categories.MatchedCategories)
	c := r.ConversationCharacteristics
	for role, score := range c.Sentiment.OverallSentiment {
		a.put("sentiment."+strings.ToLower(role), strings.Trim(string(score), `"`))
	}
	if c.NonTalkTime.TotalTimeMillis != nil {
		a.put("non_talk_ms", strconv.FormatInt(*c.NonTalkTime.TotalTimeMillis, 10))
	}
	if c.Interruptions.TotalCount != nil {
		a.put("interruptions", strconv.FormatInt(*c.Interruptions.TotalCount, 10))
	}
	for kind, summary := range c.ContactSummary {
		a.put("summary."+strings.ToLower(kind), summary.Content)
	}
}

// in returns the text of a place.
func (p amazonPlace) in(text string) string {
	o := p.CharacterOffsets
	if o.BeginOffsetChar != nil && o.EndOffsetChar != nil {
		o.Begin, o.End = *o.BeginOffsetChar, *o.EndOffsetChar
	}
	runes := []rune(text)
	from := min(max(o.Begin, 0), len(runes))
	return string(runes[from:min(max(o.End, from), len(runes))])
}

// words finds the recognised words in the text, in their order; from one that
// is not there on, none has a time.
func (t *amazonTurn) words(turn *models.Turn) {
	at, sum, n := 0, 0.0, 0
	for _, item := range t.Items {
		i := strings.Index(turn.Text[at:], item.Content)
		if i < 0 || item.Content == "" || !utf8.ValidString(item.Content) {
			break
		}
		from := at + i
		at = from + len(item.Content)
		if item.Type != "pronunciation" || item.BeginOffsetMillis == nil || item.EndOffsetMillis == nil {
			continue
		}
		confidence := min(max(float64(item.Confidence), 0), 1)
		word := models.Word{From: from, To: at, Start: models.Millis(max(*item.BeginOffsetMillis, 0)), Confidence: confidence}
		word.End = max(models.Millis(*item.EndOffsetMillis), word.Start)
		turn.Words = append(turn.Words, word)
		sum += confidence
		n++
	}
	if n > 0 {
		turn.Confidence = sum / float64(n)
	}
}
