package warehouse

import "time"

// The rows of the tables of facts, as migrations/00001_tables.sql describes
// them. Arrays whose names share what is before the dot have one length.

type headColumns struct {
	Write         uint64    `ch:"write"`
	StoredAt      time.Time `ch:"stored_at"`
	InteractionID string    `ch:"interaction_id"`
	Revision      uint64    `ch:"revision"`
	Channel       string    `ch:"channel"`
	Started       time.Time `ch:"started"`
	UTCOffset     int32     `ch:"utc_offset_s"`
	Queue         string    `ch:"queue"`
	Team          string    `ch:"team"`
	Agent         string    `ch:"agent"`
}

type byColumns struct {
	ByName    string `ch:"by_name"`
	ByVersion string `ch:"by_version"`
	ByHash    string `ch:"by_hash"`
}

type evidenceColumns struct {
	EvidenceTurn  []int64  `ch:"evidence.turn"`
	EvidenceFrom  []int64  `ch:"evidence.from"`
	EvidenceTo    []int64  `ch:"evidence.to"`
	EvidenceQuote []string `ch:"evidence.quote"`
	EvidenceStart []int64  `ch:"evidence.start_ms"`
	EvidenceEnd   []int64  `ch:"evidence.end_ms"`
}

type interactionRow struct {
	headColumns
	Schema        uint16            `ch:"schema"`
	Language      string            `ch:"language"`
	Direction     string            `ch:"direction"`
	Customer      string            `ch:"customer"`
	Attributes    map[string]string `ch:"attributes"`
	Ended         *time.Time        `ch:"ended"`
	MediaSHA256   string            `ch:"media_sha256"`
	MediaName     string            `ch:"media_name"`
	MediaBytes    int64             `ch:"media_bytes"`
	MediaType     string            `ch:"media_type"`
	MediaFormat   string            `ch:"media_format"`
	MediaRoles    []string          `ch:"media_roles"`
	HasTranscript bool              `ch:"has_transcript"`
	Spoken        string            `ch:"transcript_language"`
	Grade         string            `ch:"grade"`
	Length        int64             `ch:"length_ms"`
	MadeName      []string          `ch:"transcript_by.name"`
	MadeVersion   []string          `ch:"transcript_by.version"`
	MadeHash      []string          `ch:"transcript_by.hash"`
	EventKind     []string          `ch:"events.kind"`
	EventParty    []string          `ch:"events.party"`
	EventStart    []int64           `ch:"events.start_ms"`
	EventEnd      []int64           `ch:"events.end_ms"`
	Notes         []string          `ch:"notes"`
	Span          int64             `ch:"span_ms"`
	Turns         uint32            `ch:"turns"`
	AgentTurns    uint32            `ch:"agent_turns"`
	CustomerTurns uint32            `ch:"customer_turns"`
	AgentTime     int64             `ch:"agent_ms"`
	CustomerTime  int64             `ch:"customer_ms"`
	Hits          uint32            `ch:"hits"`
	Severity      int64             `ch:"severity"`
}

type turnRow struct {
	headColumns
	Turn           uint32    `ch:"turn"`
	Party          string    `ch:"party"`
	Start          int64     `ch:"start_ms"`
	End            int64     `ch:"end_ms"`
	Text           string    `ch:"text"`
	Language       string    `ch:"language"`
	Confidence     float64   `ch:"confidence"`
	NoSpeech       float64   `ch:"no_speech"`
	Loudness       *float64  `ch:"loudness_db"`
	Pitch          float64   `ch:"pitch_hz"`
	Voiced         float64   `ch:"voiced"`
	Pace           float64   `ch:"pace"`
	WordFrom       []int64   `ch:"words.from"`
	WordTo         []int64   `ch:"words.to"`
	WordStart      []int64   `ch:"words.start_ms"`
	WordEnd        []int64   `ch:"words.end_ms"`
	WordConfidence []float64 `ch:"words.confidence"`
}

type findingRow struct {
	headColumns
	Position uint32  `ch:"position"`
	Kind     string  `ch:"kind"`
	Party    string  `ch:"party"`
	Score    float64 `ch:"score"`
	Value    float64 `ch:"value"`
	Label    string  `ch:"label"`
	Severity int64   `ch:"severity"`
	byColumns
	evidenceColumns
}

type verdictRow struct {
	headColumns
	Position uint32   `ch:"position"`
	Rule     string   `ch:"rule"`
	Version  string   `ch:"version"`
	Name     string   `ch:"name"`
	Outcome  string   `ch:"outcome"`
	Because  string   `ch:"because"`
	Severity int64    `ch:"severity"`
	Tags     []string `ch:"tags"`
	byColumns
	evidenceColumns
	SearchedTurn  []int64  `ch:"searched.turn"`
	SearchedFrom  []int64  `ch:"searched.from"`
	SearchedTo    []int64  `ch:"searched.to"`
	SearchedQuote []string `ch:"searched.quote"`
	SearchedStart []int64  `ch:"searched.start_ms"`
	SearchedEnd   []int64  `ch:"searched.end_ms"`
}

type scorecardRow struct {
	headColumns
	Position uint32  `ch:"position"`
	Name     string  `ch:"name"`
	Title    string  `ch:"title"`
	Version  string  `ch:"version"`
	Score    float64 `ch:"score"`
	Points   float64 `ch:"points"`
	Possible float64 `ch:"possible"`
	AutoFail bool    `ch:"auto_fail"`
	Passed   bool    `ch:"passed"`
	Review   bool    `ch:"review"`
	Items    uint32  `ch:"items"`
	byColumns
	WithName    []string `ch:"with.name"`
	WithVersion []string `ch:"with.version"`
	WithHash    []string `ch:"with.hash"`
}

type scoreItemRow struct {
	headColumns
	ScorecardPosition uint32  `ch:"scorecard_position"`
	Position          uint32  `ch:"position"`
	Scorecard         string  `ch:"scorecard"`
	ScorecardVersion  string  `ch:"scorecard_version"`
	Question          string  `ch:"question"`
	Section           string  `ch:"section"`
	Text              string  `ch:"text"`
	Rule              string  `ch:"rule"`
	Answer            string  `ch:"answer"`
	Points            float64 `ch:"points"`
	Possible          float64 `ch:"possible"`
	AutoFail          bool    `ch:"auto_fail"`
	Because           string  `ch:"because"`
	evidenceColumns
}

type traceRow struct {
	headColumns
	Position    uint32    `ch:"position"`
	Step        string    `ch:"step"`
	StepStarted time.Time `ch:"step_started"`
	Millis      int64     `ch:"ms"`
	ByName      []string  `ch:"by.name"`
	ByVersion   []string  `ch:"by.version"`
	ByHash      []string  `ch:"by.hash"`
	Error       string    `ch:"error"`
}

type currentRow struct {
	InteractionID string    `ch:"interaction_id"`
	Revision      uint64    `ch:"revision"`
	Write         uint64    `ch:"write"`
	Channel       string    `ch:"channel"`
	Started       time.Time `ch:"started"`
	StoredAt      time.Time `ch:"stored_at"`
}

type acceptedRow struct {
	InteractionID string    `ch:"interaction_id"`
	Revision      uint64    `ch:"revision"`
	Channel       string    `ch:"channel"`
	Started       time.Time `ch:"started"`
	Source        string    `ch:"source"`
	NotedAt       time.Time `ch:"noted_at"`
}

type deadRow struct {
	InteractionID string    `ch:"interaction_id"`
	Revision      uint64    `ch:"revision"`
	Key           uint64    `ch:"key"`
	Channel       string    `ch:"channel"`
	Step          string    `ch:"step"`
	Code          string    `ch:"code"`
	Reason        string    `ch:"reason"`
	Source        string    `ch:"source"`
	At            time.Time `ch:"at"`
	Attempts      int64     `ch:"attempts"`
	Record        string    `ch:"record"`
	Truncated     bool      `ch:"truncated"`
}
