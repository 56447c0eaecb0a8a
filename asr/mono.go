package asr

import "earshot/models"

// attribute says who speaks each phrase of a recording that has all parties
// on one channel, and how that was decided.
func attribute(t *models.Transcript, phrases []phrase, roles []models.Party) func(channel, phrase int) models.Party {
	t.Grade = models.GradeMono
	if roles[0] == models.Agent && len(roles) == 1 {
		roles[0] = models.Unknown
	}
	t.Notes = append(t.Notes, "one channel: the parties were not told apart")
	return func(int, int) models.Party { return models.Unknown }
}
