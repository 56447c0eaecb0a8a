package ingest

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"os"
	"path"
	"path/filepath"

	"earshot/models"
)

var sourceJSON = &source{
	name:       "json",
	doc:        "JSON: one conversation, a list of them, or one after the other; each an interaction, a chat with messages, or a result of Amazon Transcribe Call Analytics, Contact Lens or Azure AI Language.",
	extensions: []string{".json"},
	read:       readJSON,
	examples: []example{{
		title: "a chat",
		name:  "chat.json",
		content: `{
  "id": "chat-1001",
  "channel": "wechat",
  "agent": "li.na",
  "customer": "c-77",
  "messages": [
    {"from": "customer", "at": "2026-05-04T15:04:05+08:00", "text": "我要退款，不然我就曝光你们"},
    {"from": "agent", "at": "2026-05-04T15:04:31+08:00", "text": "非常抱歉，我马上为您处理"}
  ]
}
`,
		accept: 1,
	}, {
		title: "a list of conversations, one of them an interaction as Earshot itself writes it",
		name:  "export.json",
		content: `[
  {"id": "a-1", "channel": "email", "started": "2026-05-04T08:00:00Z", "messages": [{"from": "customer", "text": "Where is my parcel?"}]},
  {"schema": 1, "id": "a-2", "channel": "sms", "started": "2026-05-04T09:00:00Z",
   "transcript": {"turns": [{"party": "customer", "start_ms": 0, "end_ms": 0, "text": "STOP"}]}}
]
`,
		accept: 2,
	}, {
		title: "a result of Amazon Transcribe Call Analytics; those of Contact Lens look the same",
		name:  "analysis_2026-05-04T15_04_05Z.json",
		content: `{"JobName": "call-77", "JobStatus": "COMPLETED", "LanguageCode": "en-US", "Channel": "VOICE",
 "Participants": [{"ParticipantRole": "AGENT"}, {"ParticipantRole": "CUSTOMER"}],
 "Categories": {"MatchedCategories": ["No_Closing_Remark"], "MatchedDetails": {}},
 "ConversationCharacteristics": {"TotalConversationDurationMillis": 6000, "Sentiment": {"OverallSentiment": {"AGENT": 2.4, "CUSTOMER": -1.8}}},
 "Transcript": [
  {"ParticipantRole": "AGENT", "Sentiment": "POSITIVE", "BeginOffsetMillis": 40, "EndOffsetMillis": 1050, "Content": "How can I help?", "Items": []},
  {"ParticipantRole": "CUSTOMER", "Sentiment": "NEGATIVE", "BeginOffsetMillis": 1200, "EndOffsetMillis": 5050, "Content": "My card fell into the water."}]}
`,
		accept: 1,
	}, {
		title: "conversations as Azure AI Language takes them",
		name:  "azure.json",
		content: `{"displayName": "export", "analysisInput": {"conversations": [
  {"id": "2b601070-f418", "language": "en", "modality": "text", "conversationItems": [
   {"id": "1", "participantId": "Agent_1", "text": "How may I help you?"}, {"id": "2", "participantId": "Customer_1", "text": "It will not start."}]},
  {"id": "2b601070-f419", "language": "zh", "modality": "text", "conversationItems": [{"id": "1", "participantId": "Customer_1", "text": "打不开"}]}]}}
`,
		accept: 2,
	}, {
		title:   "JSON that is not ours",
		name:    "other.json",
		content: "{\n  \"ticket\": 12,\n  \"chanel\": \"wechat\"\n}\n",
		refuse:  []string{`other.json:2: unknown field "ticket"`},
	}, {
		title:   "a record that never ends: the ones before it are accepted",
		name:    "cut.json",
		content: `{"id":"ok","started":"2026-05-04T09:00:00Z","messages":[{"from":"customer","text":"hello"}]}` + "\n" + `{"id":"cut","messages":[{"from":"cus`,
		accept:  1,
		refuse:  []string{"cut.json:2: the JSON value that begins here never ends"},
	}},
}

var sourceJSONLines = &source{
	name:       "jsonl",
	doc:        "JSON Lines: a line is a conversation, or a message with its conversation's id.",
	extensions: []string{".jsonl", ".ndjson"},
	read:       readJSONLines,
	examples: []example{{
		title: "a conversation a line",
		name:  "chats.jsonl",
		content: `{"id":"c-1","channel":"douyin","messages":[{"from":"客户","at":"2026-05-04 15:04:05","text":"发货了吗"},{"from":"客服","at":"2026-05-04 15:05:00","text":"今天发"}]}
{"id":"c-2","channel":"app","started":1777878245,"messages":[{"from":"user","text":"the app crashes"}]}
`,
		accept: 2,
	}, {
		title: "a message a line, conversations interleaved",
		name:  "messages.jsonl",
		content: `{"conversation":"m-1","channel":"web_chat","queue":"refunds","from":"customer","at":"2026-05-04T15:04:05Z","text":"I want my money back"}
{"conversation":"m-2","channel":"web_chat","from":"customer","at":"2026-05-04T15:04:06Z","text":"hello?"}
{"conversation":"m-1","from":"agent","at":"2026-05-04T15:04:20Z","text":"I am sorry to hear that"}
`,
		accept: 2,
	}, {
		title:   "a bad line stops nothing",
		name:    "mixed.jsonl",
		content: "{\"id\":\"l-1\",\"started\":\"2026-05-04T09:00:00Z\",\"messages\":[{\"from\":\"customer\",\"text\":\"hi\"}]}\nnot json\n{\"id\":\"l-3\",\"started\":\"2026-05-04T09:00:00Z\",\"messages\":[{\"from\":\"customer\",\"text\":\"hi\"}]}\n",
		accept:  2,
		refuse:  []string{"mixed.jsonl:2: not JSON"},
	}},
}

func readJSON(ctx context.Context, d *Door, f *file) iter.Seq[Record] {
	return d.readFile(ctx, f, documents, d.record)
}

func readJSONLines(ctx context.Context, d *Door, f *file) iter.Seq[Record] {
	return d.readFile(ctx, f, lines, d.lineRecord)
}

// parseFunc reads a piece; no record means that it went into the grouper.
type parseFunc func(input, piece, *grouper) []*Record

func (d *Door) readFile(ctx context.Context, f *file, cut cutFunc, parse parseFunc) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		in, err := f.input(d.cfg.Encoding)
		if err != nil {
			yield(Record{Source: f.shown, Err: err})
			return
		}
		d.readText(ctx, in, cut, parse)(yield)
	}
}

// readText is the loop that all JSON shares, of files and of uploads.
func (d *Door) readText(ctx context.Context, in input, cut cutFunc, parse parseFunc) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		g := newGrouper(d, d.interpreter(), in.shown)
		defer g.close()
		empty := true
		for p := range cut(in.text, d.cfg.MaxRecordBytes) {
			empty = false
			var records []*Record
			if p.err != nil {
				records = []*Record{{Source: in.shown, Line: p.line, Raw: bytes.Clone(p.doc), Truncated: true, Err: p.err}}
			} else {
				records = parse(in, p, g)
			}
			for _, rec := range records {
				if !yield(*rec) {
					return
				}
			}
			if p.err != nil && !errors.Is(p.err, models.ErrBadInput) || ctx.Err() != nil {
				return
			}
		}
		if empty {
			yield(Record{Source: in.shown, Err: emptyFile()})
			return
		}
		for rec := range g.records(ctx) {
			if !yield(rec) {
				return
			}
		}
	}
}

func emptyFile() error {
	return refusal("empty-file", "", "is empty: was it written completely?")
}

// record turns one JSON document into a record, or one of another product that
// holds several conversations into as many.
func (d *Door) record(in input, p piece, _ *grouper) []*Record {
	if all, ok, err := readForeign(p.doc, p.line); ok {
		return d.foreignRecords(in, p, all, err)
	}
	rec := &Record{Source: in.shown, Line: p.line}
	form, interaction, err := d.readForm(p.doc, p.line)
	rec.Interaction = interaction
	if err == nil {
		err = d.attach(rec, form, in.base)
	}
	if err != nil {
		rec.Err, rec.Raw = err, bytes.Clone(p.doc)
	}
	return []*Record{rec}
}

// attach opens the recording that form names, if it names one.
func (d *Door) attach(rec *Record, form *Form, base *os.Root) error {
	if form.Recording == "" {
		if form.isSidecar() {
			return refusal("no-recording", "messages", "the conversation has neither messages nor a recording: if this is the sidecar of a recording, put both into one folder under one name, such as call.wav and call.json")
		}
		return nil
	}
	body, err := d.openRecording(base, form.Recording)
	if err != nil {
		return err
	}
	rec.Recording = &Recording{Name: path.Base(filepath.ToSlash(form.Recording)), Body: body}
	rec.done = func() { _ = body.Close() }
	return nil
}

// lineRecord reads one line of JSON Lines: a conversation, or a message that
// goes into the grouper.
func (d *Door) lineRecord(in input, p piece, g *grouper) []*Record {
	if !isMessageLine(p.doc) {
		return d.record(in, p, g)
	}
	var l line
	err := decodeStrict(p.doc, p.line, &l)
	if err == nil {
		l.line = p.line
		err = g.add(&l)
	}
	if err != nil {
		return []*Record{{Source: in.shown, Line: p.line, Raw: bytes.Clone(p.doc), Err: err}}
	}
	return nil
}
