package warehouse

import (
	"time"

	"earshot/models"
)

// interaction puts the row's part of an interaction together again. The
// sections follow. Times come back to the millisecond; empty lists come back
// empty, or absent where JSON leaves them out.
func (r *interactionRow) interaction() *models.Interaction {
	zone := time.UTC
	if r.UTCOffset != 0 {
		zone = time.FixedZone("", int(r.UTCOffset))
	}
	in := &models.Interaction{
		Schema: int(r.Schema), ID: models.ID(r.InteractionID), Channel: models.Channel(r.Channel), Language: r.Language,
		Direction: r.Direction, Queue: r.Queue, Team: r.Team, Agent: r.Agent, Customer: r.Customer, Started: r.Started.In(zone),
	}
	if len(r.Attributes) > 0 {
		in.Attributes = r.Attributes
	}
	if r.Ended != nil {
		in.Ended = new(r.Ended.In(zone))
	}
	if r.MediaSHA256 != "" {
		in.Media = &models.Media{SHA256: r.MediaSHA256, Name: r.MediaName, Bytes: r.MediaBytes, Type: r.MediaType, Format: r.MediaFormat}
		for _, p := range r.MediaRoles {
			in.Media.Roles = append(in.Media.Roles, models.Party(p))
		}
	}
	if r.HasTranscript {
		in.Transcript = &models.Transcript{
			Language: r.Spoken, Grade: models.Grade(r.Grade), Length: models.Millis(r.Length),
			By: listBy(r.MadeName, r.MadeVersion, r.MadeHash), Turns: make([]models.Turn, 0, r.Turns),
		}
		if len(r.Notes) > 0 {
			in.Transcript.Notes = r.Notes
		}
		for i := range r.EventKind {
			in.Transcript.Events = append(in.Transcript.Events, models.Event{
				Kind: r.EventKind[i], Party: models.Party(r.EventParty[i]), Start: models.Millis(r.EventStart[i]), End: models.Millis(r.EventEnd[i]),
			})
		}
	}
	return in
}

func (r *turnRow) addTo(in *models.Interaction) {
	if in.Transcript == nil {
		return
	}
	t := models.Turn{
		Party: models.Party(r.Party), Start: models.Millis(r.Start), End: models.Millis(r.End), Text: r.Text, Language: r.Language,
		Confidence: r.Confidence, NoSpeech: r.NoSpeech,
	}
	for i := range r.WordFrom {
		t.Words = append(t.Words, models.Word{
			From: int(r.WordFrom[i]), To: int(r.WordTo[i]), Start: models.Millis(r.WordStart[i]), End: models.Millis(r.WordEnd[i]),
			Confidence: r.WordConfidence[i],
		})
	}
	if r.Loudness != nil {
		t.Tone = &models.Tone{Loudness: *r.Loudness, Pitch: r.Pitch, Voiced: r.Voiced, Pace: r.Pace}
	}
	in.Transcript.Turns = append(in.Transcript.Turns, t)
}

func (r *findingRow) addTo(in *models.Interaction) {
	f := models.Finding{
		Kind: r.Kind, Party: models.Party(r.Party), Score: r.Score, Value: r.Value, Label: r.Label, Severity: int(r.Severity),
		By: r.by(), Evidence: r.evidence(),
	}
	if f.Evidence == nil {
		f.Evidence = []models.Evidence{}
	}
	in.Findings = append(in.Findings, f)
}

// addTo needs the turns to be there: quotes are taken from them.
func (r *verdictRow) addTo(in *models.Interaction) {
	v := models.Verdict{
		Rule: r.Rule, Version: r.Version, Name: r.Name, Outcome: models.Outcome(r.Outcome), Because: r.Because,
		Severity: int(r.Severity), By: r.by(), Evidence: r.evidence(),
	}
	if len(r.Tags) > 0 {
		v.Tags = r.Tags
	}
	for i := range r.SearchedTurn {
		e := models.Evidence{
			Turn: int(r.SearchedTurn[i]), From: int(r.SearchedFrom[i]), To: int(r.SearchedTo[i]),
			Start: models.Millis(r.SearchedStart[i]), End: models.Millis(r.SearchedEnd[i]),
		}
		e.Quote = fullQuote(e, r.SearchedQuote[i], in.Transcript)
		v.Searched = append(v.Searched, e)
	}
	in.Verdicts = append(in.Verdicts, v)
}

func (r *scorecardRow) addTo(in *models.Interaction) {
	in.Scorecards = append(in.Scorecards, models.Scorecard{
		Name: r.Name, Title: r.Title, Version: r.Version, Score: r.Score, Points: r.Points, Possible: r.Possible, AutoFail: r.AutoFail,
		Passed: r.Passed, Review: r.Review, Items: make([]models.Item, 0, r.Items), By: r.by(),
		With: listBy(r.WithName, r.WithVersion, r.WithHash),
	})
}

// addTo needs the scorecards to be there.
func (r *scoreItemRow) addTo(in *models.Interaction) {
	if int(r.ScorecardPosition) >= len(in.Scorecards) {
		return
	}
	c := &in.Scorecards[r.ScorecardPosition]
	c.Items = append(c.Items, models.Item{
		Question: r.Question, Section: r.Section, Text: r.Text, Rule: r.Rule, Answer: models.Answer(r.Answer), Points: r.Points,
		Possible: r.Possible, AutoFail: r.AutoFail, Because: r.Because, Evidence: r.evidence(),
	})
}

func (r *traceRow) addTo(in *models.Interaction) {
	in.Trace = append(in.Trace, models.Trace{
		Step: r.Step, Started: r.StepStarted, Millis: models.Millis(r.Millis), By: listBy(r.ByName, r.ByVersion, r.ByHash), Error: r.Error,
	})
}

func (c byColumns) by() models.By {
	return models.By{Name: c.ByName, Version: c.ByVersion, Hash: c.ByHash}
}

func (c evidenceColumns) evidence() []models.Evidence {
	var all []models.Evidence
	for i := range c.EvidenceTurn {
		all = append(all, models.Evidence{
			Turn: int(c.EvidenceTurn[i]), From: int(c.EvidenceFrom[i]), To: int(c.EvidenceTo[i]), Quote: c.EvidenceQuote[i],
			Start: models.Millis(c.EvidenceStart[i]), End: models.Millis(c.EvidenceEnd[i]),
		})
	}
	return all
}

func listBy(names, versions, hashes []string) []models.By {
	var all []models.By
	for i := range names {
		all = append(all, models.By{Name: names[i], Version: versions[i], Hash: hashes[i]})
	}
	return all
}
