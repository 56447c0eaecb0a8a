package warehouse

import (
	"maps"
	"math"
	"slices"
	"time"

	"earshot/models"
)

// batch is what goes to the store at once: rows of every table.
type batch struct {
	interactions []interactionRow
	turns        []turnRow
	findings     []findingRow
	verdicts     []verdictRow
	scorecards   []scorecardRow
	items        []scoreItemRow
	traces       []traceRow
	summaries    []summaryRow
	shadows      []shadowRow
	current      []currentRow
	accepted     []acceptedRow
	dead         []deadRow
}

// size returns the number of rows.
func (b *batch) size() int {
	return len(b.interactions) + len(b.turns) + len(b.findings) + len(b.verdicts) + len(b.scorecards) + len(b.items) +
		len(b.traces) + len(b.summaries) + len(b.shadows) + len(b.current) + len(b.accepted) + len(b.dead)
}

// addWrite adds the rows of others as those of one write.
func (b *batch) addWrite(others *batch, write uint64, now time.Time) {
	b.interactions = addRows(b.interactions, others.interactions, func(r *interactionRow) { r.Write, r.StoredAt = write, now })
	b.turns = addRows(b.turns, others.turns, func(r *turnRow) { r.Write, r.StoredAt = write, now })
	b.findings = addRows(b.findings, others.findings, func(r *findingRow) { r.Write, r.StoredAt = write, now })
	b.verdicts = addRows(b.verdicts, others.verdicts, func(r *verdictRow) { r.Write, r.StoredAt = write, now })
	b.scorecards = addRows(b.scorecards, others.scorecards, func(r *scorecardRow) { r.Write, r.StoredAt = write, now })
	b.items = addRows(b.items, others.items, func(r *scoreItemRow) { r.Write, r.StoredAt = write, now })
	b.traces = addRows(b.traces, others.traces, func(r *traceRow) { r.Write, r.StoredAt = write, now })
	b.summaries = addRows(b.summaries, others.summaries, func(r *summaryRow) { r.Write, r.StoredAt = write, now })
	b.shadows = addRows(b.shadows, others.shadows, func(r *shadowRow) { r.Write, r.StoredAt = write, now })
	b.current = addRows(b.current, others.current, func(r *currentRow) { r.Write, r.StoredAt = write, now })
	b.accepted = addRows(b.accepted, others.accepted, func(r *acceptedRow) { r.NotedAt = now })
	b.dead = append(b.dead, others.dead...)
}

func addRows[T any](to, from []T, change func(*T)) []T {
	n := len(to)
	to = append(to, from...)
	for i := n; i < len(to); i++ {
		change(&to[i])
	}
	return to
}

// disassemble takes an interaction apart into rows that share nothing with it.
func disassemble(in *models.Interaction, revision models.Revision) *batch {
	b := &batch{}
	_, offset := in.Started.Zone()
	head := headColumns{
		InteractionID: string(in.ID), Revision: uint64(revision), Channel: string(in.Channel),
		Started: in.Started.UTC(), UTCOffset: int32(offset), Queue: in.Queue, Team: in.Team, Agent: in.Agent,
	}
	b.interactions = append(b.interactions, newInteractionRow(head, in))
	if in.Transcript != nil {
		for i := range in.Transcript.Turns {
			b.turns = append(b.turns, newTurnRow(head, i, &in.Transcript.Turns[i]))
		}
	}
	for i := range in.Findings {
		f := &in.Findings[i]
		b.findings = append(b.findings, findingRow{
			headColumns: head, Position: uint32(i), Kind: f.Kind, Party: string(f.Party), Score: f.Score, Value: f.Value,
			Label: f.Label, Severity: int64(f.Severity), byColumns: newBy(f.By), evidenceColumns: newEvidence(f.Evidence),
		})
	}
	for i := range in.Verdicts {
		b.verdicts = append(b.verdicts, newVerdictRow(head, i, &in.Verdicts[i], in.Transcript))
	}
	for i := range in.Scorecards {
		b.addScorecard(head, i, &in.Scorecards[i])
	}
	for i := range in.Trace {
		t := &in.Trace[i]
		row := traceRow{headColumns: head, Position: uint32(i), Step: t.Step, StepStarted: storable(t.Started), Millis: int64(t.Millis), Error: t.Error}
		row.ByName, row.ByVersion, row.ByHash = byLists(t.By)
		b.traces = append(b.traces, row)
	}
	if in.Summary != nil {
		b.summaries = append(b.summaries, newSummaryRow(head, in.Summary))
	}
	if in.Shadow != nil {
		b.shadows = append(b.shadows, newShadowRow(head, in.Shadow))
	}
	b.current = append(b.current, currentRow{
		InteractionID: head.InteractionID, Revision: head.Revision, Channel: head.Channel, Started: head.Started,
	})
	return b
}

func newInteractionRow(head headColumns, in *models.Interaction) interactionRow {
	r := interactionRow{
		headColumns: head, Schema: uint16(in.Schema), Language: in.Language, Direction: in.Direction, Customer: in.Customer,
		Attributes: map[string]string{},
	}
	maps.Copy(r.Attributes, in.Attributes)
	if in.Ended != nil {
		r.Ended = new(in.Ended.UTC())
	}
	if m := in.Media; m != nil {
		r.MediaSHA256, r.MediaName, r.MediaBytes, r.MediaType, r.MediaFormat = m.SHA256, m.Name, m.Bytes, m.Type, m.Format
		for _, p := range m.Roles {
			r.MediaRoles = append(r.MediaRoles, string(p))
		}
	}
	for i := range in.Verdicts {
		if v := &in.Verdicts[i]; v.Outcome == models.Hit {
			r.Hits++
			r.Severity = max(r.Severity, int64(v.Severity))
		}
	}
	t := in.Transcript
	if t == nil {
		return r
	}
	r.HasTranscript, r.Spoken, r.Grade, r.Length, r.Notes = true, t.Language, string(t.Grade), int64(t.Length), slices.Clone(t.Notes)
	r.MadeName, r.MadeVersion, r.MadeHash = byLists(t.By)
	for _, e := range t.Events {
		r.EventKind = append(r.EventKind, e.Kind)
		r.EventParty = append(r.EventParty, string(e.Party))
		r.EventStart = append(r.EventStart, int64(e.Start))
		r.EventEnd = append(r.EventEnd, int64(e.End))
	}
	r.Span, r.Turns = int64(t.End()), uint32(len(t.Turns))
	for i := range t.Turns {
		switch turn := &t.Turns[i]; turn.Party {
		case models.Agent:
			r.AgentTurns++
			r.AgentTime += int64(turn.End - turn.Start)
		case models.Customer:
			r.CustomerTurns++
			r.CustomerTime += int64(turn.End - turn.Start)
		}
	}
	return r
}

func newTurnRow(head headColumns, i int, t *models.Turn) turnRow {
	r := turnRow{
		headColumns: head, Turn: uint32(i), Party: string(t.Party), Start: int64(t.Start), End: int64(t.End), Text: t.Text,
		Language: t.Language, Confidence: t.Confidence, NoSpeech: t.NoSpeech,
	}
	if t.Tone != nil {
		r.Loudness, r.Pitch, r.Voiced, r.Pace = new(t.Tone.Loudness), t.Tone.Pitch, t.Tone.Voiced, t.Tone.Pace
	}
	if n := len(t.Words); n > 0 {
		ints := make([]int64, 4*n)
		r.WordFrom, r.WordTo, r.WordStart, r.WordEnd = ints[:n:n], ints[n:2*n:2*n], ints[2*n:3*n:3*n], ints[3*n:]
		r.WordConfidence = make([]float64, n)
		for k, w := range t.Words {
			r.WordFrom[k], r.WordTo[k], r.WordStart[k], r.WordEnd[k] = int64(w.From), int64(w.To), int64(w.Start), int64(w.End)
			r.WordConfidence[k] = w.Confidence
		}
	}
	return r
}

func newVerdictRow(head headColumns, i int, v *models.Verdict, t *models.Transcript) verdictRow {
	searched := newEvidence(v.Searched)
	for k := range searched.EvidenceQuote {
		searched.EvidenceQuote[k] = shortQuote(v.Searched[k], t)
	}
	return verdictRow{
		headColumns: head, Position: uint32(i), Rule: v.Rule, Version: v.Version, Name: v.Name, Outcome: string(v.Outcome),
		Because: v.Because, Severity: int64(v.Severity), Tags: slices.Clone(v.Tags), byColumns: newBy(v.By), evidenceColumns: newEvidence(v.Evidence),
		SearchedTurn: searched.EvidenceTurn, SearchedFrom: searched.EvidenceFrom, SearchedTo: searched.EvidenceTo,
		SearchedQuote: searched.EvidenceQuote, SearchedStart: searched.EvidenceStart, SearchedEnd: searched.EvidenceEnd,
	}
}

func (b *batch) addScorecard(head headColumns, i int, c *models.Scorecard) {
	row := scorecardRow{
		headColumns: head, Position: uint32(i), Name: c.Name, Title: c.Title, Version: c.Version, Score: c.Score, Points: c.Points,
		Possible: c.Possible, AutoFail: c.AutoFail, Passed: c.Passed, Review: c.Review, Items: uint32(len(c.Items)), byColumns: newBy(c.By),
	}
	row.WithName, row.WithVersion, row.WithHash = byLists(c.With)
	b.scorecards = append(b.scorecards, row)
	for k := range c.Items {
		m := &c.Items[k]
		b.items = append(b.items, scoreItemRow{
			headColumns: head, ScorecardPosition: uint32(i), Position: uint32(k), Scorecard: c.Name, ScorecardVersion: c.Version,
			Question: m.Question, Section: m.Section, Text: m.Text, Rule: m.Rule, Answer: string(m.Answer), Points: m.Points,
			Possible: m.Possible, AutoFail: m.AutoFail, Because: m.Because, evidenceColumns: newEvidence(m.Evidence),
		})
	}
}

func newBy(by models.By) byColumns { return byColumns{by.Name, by.Version, by.Hash} }

func byLists(all []models.By) (names, versions, hashes []string) {
	for _, by := range all {
		names, versions, hashes = append(names, by.Name), append(versions, by.Version), append(hashes, by.Hash)
	}
	return names, versions, hashes
}

func newEvidence(all []models.Evidence) (c evidenceColumns) {
	n := len(all)
	if n == 0 {
		return c
	}
	ints := make([]int64, 5*n)
	c.EvidenceTurn, c.EvidenceFrom, c.EvidenceTo, c.EvidenceStart, c.EvidenceEnd = ints[:n:n], ints[n:2*n:2*n], ints[2*n:3*n:3*n], ints[3*n:4*n:4*n], ints[4*n:]
	c.EvidenceQuote = make([]string, n)
	for i, e := range all {
		c.EvidenceTurn[i], c.EvidenceFrom[i], c.EvidenceTo[i] = int64(e.Turn), int64(e.From), int64(e.To)
		c.EvidenceQuote[i], c.EvidenceStart[i], c.EvidenceEnd[i] = e.Quote, int64(e.Start), int64(e.End)
	}
	return c
}

// shortQuote saves writing the whole text again for every rule that searched
// it: what stands in the transcript is left out, and fullQuote takes it from
// there.
func shortQuote(e models.Evidence, t *models.Transcript) string {
	if text, ok := textAt(e, t); ok && text == e.Quote {
		return ""
	}
	return "=" + e.Quote
}

func fullQuote(e models.Evidence, short string, t *models.Transcript) string {
	if short != "" {
		return short[1:]
	}
	text, _ := textAt(e, t)
	return text
}

// textAt returns what t says at the place of e, if there is such a place.
func textAt(e models.Evidence, t *models.Transcript) (string, bool) {
	if e.From == 0 && e.To == 0 {
		return "", true // a stretch of time
	}
	if t == nil || e.Turn < 0 || e.Turn >= len(t.Turns) {
		return "", false
	}
	text := t.Turns[e.Turn].Text
	if e.From < 0 || e.To < e.From || e.To > len(text) {
		return "", false
	}
	return text[e.From:e.To], true
}

// Times outside this range cannot be stored; they occur only in records that
// are not ours. Shards are asked with times as seconds, of which ClickHouse
// reads nine or ten digits.
var firstTime, lastTime = time.Unix(600_000_000, 0).UTC(), time.Unix(9_999_999_999, 0).UTC()

// storable brings t into the range that the store knows.
func storable(t time.Time) time.Time {
	if t.Before(firstTime) {
		return firstTime
	}
	if t.After(lastTime) {
		return lastTime
	}
	return t.UTC()
}

// check returns an error that wraps models.ErrBadInput if in does not fit the
// tables. Whatever Interaction.Validate accepts does.
func check(in *models.Interaction) error {
	if err := in.ID.Validate(); err != nil {
		return err
	}
	if in.Schema < 0 || in.Schema > math.MaxUint16 {
		return models.BadInput("interaction %s: schema version %d", in.ID, in.Schema)
	}
	if in.Started.Before(firstTime) || in.Started.After(lastTime) || in.Ended != nil && (in.Ended.Before(firstTime) || in.Ended.After(lastTime)) {
		return models.BadInput("interaction %s: started and ended must lie between 1989 and 2286", in.ID)
	}
	return nil
}
