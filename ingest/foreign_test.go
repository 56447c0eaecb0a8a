package ingest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

const amazonCall = `{"JobStatus":"COMPLETED","LanguageCode":"en-US","Channel":"VOICE","JobName":"example call.wav",
"Participants":[{"ParticipantRole":"AGENT"},{"ParticipantRole":"CUSTOMER"}],
"CustomerMetadata":{"ContactId":"0f1e-77","InputS3Uri":"s3://bucket/call.wav"},
"Categories":{"MatchedCategories":["No_Closing_Remark","Angry"]},
"ConversationCharacteristics":{"TotalConversationDurationMillis":182890,"NonTalkTime":{"TotalTimeMillis":0},"Interruptions":{"TotalCount":2},
 "Sentiment":{"OverallSentiment":{"AGENT":2.4,"CUSTOMER":"-1.8"}}},
"Transcript":[
{"Content":"My card fell, I'm sorry.","ParticipantRole":"CUSTOMER","Sentiment":"NEGATIVE","BeginOffsetMillis":5100,"EndOffsetMillis":7000,
 "IssuesDetected":[{"CharacterOffsets":{"Begin":3,"End":12}}],
 "Items":[{"Type":"pronunciation","Confidence":"0.5","Content":"My","BeginOffsetMillis":5100,"EndOffsetMillis":5300},
  {"Type":"pronunciation","Confidence":1.0,"Content":"card","BeginOffsetMillis":5300,"EndOffsetMillis":5600},
  {"Type":"pronunciation","Confidence":1.0,"Content":"fell","BeginOffsetMillis":5600,"EndOffsetMillis":5900},{"Type":"punctuation","Content":","}]},
{"Content":"How can I help?","ParticipantRole":"AGENT","Sentiment":"POSITIVE","BeginOffsetMillis":40,"EndOffsetMillis":5050}]}`

const amazonChat = `{"Version":"1.1.0","Channel":"CHAT","LanguageCode":"zh-CN","CustomerMetadata":{"ContactId":"chat-1"},
"Participants":[{"ParticipantId":"p1","ParticipantRole":"CUSTOMER"},{"ParticipantId":"p2","ParticipantRole":"AGENT"}],
"Transcript":[{"AbsoluteTime":"2026-05-04T03:31:50.735Z","Content":"我要退款","ParticipantId":"p1","Sentiment":"NEGATIVE"},
{"AbsoluteTime":"2026-05-04T03:32:00.735Z","Content":"好的","ParticipantId":"p2"}]}`

func foreignOne(t *testing.T, doc, shown string) *Record {
	t.Helper()
	k := newDesk(t)
	var all []*Record
	for rec := range k.readText(t.Context(), input{text: strings.NewReader(doc), shown: shown}, documents, k.record) {
		all = append(all, &rec)
	}
	if len(all) != 1 {
		t.Fatalf("%d records", len(all))
	}
	return all[0]
}

func TestAmazonCall(t *testing.T) {
	rec := foreignOne(t, amazonCall, "0f1e-77_analysis_2026-05-04T15:04:05Z.json")
	if rec.Err != nil {
		t.Fatal(rec.Err)
	}
	in := rec.Interaction
	if err := in.Validate(); err != nil {
		t.Fatal(err)
	}
	if in.ID != "0f1e-77" || in.Channel != models.Phone || in.Language != "en" || in.Transcript.Length != 182890 ||
		!in.Started.Equal(time.Date(2026, 5, 4, 15, 4, 5, 0, time.UTC)) || in.Ended.Sub(in.Started) != 182890*time.Millisecond {
		t.Errorf("got %+v", in)
	}
	for name, want := range map[string]string{
		"from": "amazon-contact-lens", "categories": "Angry, No_Closing_Remark", "sentiment.agent": "2.4", "sentiment.customer": "-1.8",
		"turn_sentiment": "NP", "issues": "card fell", "interruptions": "2", "non_talk_ms": "0", "recording": "s3://bucket/call.wav",
	} {
		if got := in.Attributes["imported."+name]; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	turns := in.Transcript.Turns
	if len(turns) != 2 || turns[0].Party != models.Agent || turns[1].Party != models.Customer || turns[1].Start != 5100 {
		t.Fatalf("turns %+v", turns)
	}
	want := []models.Word{
		{From: 0, To: 2, Start: 5100, End: 5300, Confidence: 0.5}, {From: 3, To: 7, Start: 5300, End: 5600, Confidence: 1},
		{From: 8, To: 12, Start: 5600, End: 5900, Confidence: 1},
	}
	if !slices.Equal(turns[1].Words, want) {
		t.Errorf("words %v", turns[1].Words)
	}
	if c := turns[1].Confidence; c < 0.83 || c > 0.84 {
		t.Errorf("confidence %v", c)
	}
}

func TestAmazonChat(t *testing.T) {
	in := foreignOne(t, amazonChat, "chat.json").Interaction
	if in.Channel != models.WebChat || in.Language != "zh" || in.Transcript.Grade != models.GradeText ||
		!in.Started.Equal(time.Date(2026, 5, 4, 3, 31, 50, 735e6, time.UTC)) {
		t.Errorf("got %+v", in)
	}
	if turns := in.Transcript.Turns; turns[0].Party != models.Customer || turns[1].Party != models.Agent || turns[1].Start != 10_000 {
		t.Errorf("turns %+v", turns)
	}
}

func TestForeignAtFault(t *testing.T) {
	for name, doc := range map[string]string{
		"no time":   amazonCall,
		"bad type":  `{"Transcript":"none","Participants":[]}`,
		"nothing":   `{"conversations":[],"conversationItems":[]}`,
		"bad items": `{"analysisInput":{"conversations":[{"id":1,"conversationItems":7}]}}`,
	} {
		rec := foreignOne(t, doc, "upload")
		if !errors.Is(rec.Err, models.ErrBadInput) || len(rec.Raw) == 0 {
			t.Errorf("%s: got %v", name, rec.Err)
		}
	}
}

// Whatever a result holds, what becomes of it can be stored and sent again.
func FuzzForeign(f *testing.F) {
	f.Add([]byte(amazonCall))
	f.Add([]byte(amazonChat))
	f.Add([]byte(`{"displayName":"a","conversations":[{"id":"1","conversationItems":[{"participantId":"Agent_1","text":"x","wordLevelTimings":[{"offset":-5,"duration":9}]}]}]}`))
	fuzzText(f, func(ctx context.Context, d *Door, in input) iter.Seq[Record] {
		in.written = time.Unix(1.7e9, 0)
		return d.readText(ctx, in, documents, d.record)
	})
}
