package nlp

import (
	"testing"

	"earshot/models"
)

func TestLetterFormulasSayNothing(t *testing.T) {
	letters := models.MustParse("C: Dear Helen, received, thank you. Kind regards, Robert Haines\nC: Dear Sir or Madam, this is my second email about claim 26051. 此致")
	said := sentences(letters, newWorths(letters))
	if len(said) != 1 || said[0].turn != 1 {
		t.Errorf("%d sentences: %+v", len(said), said)
	}
}
