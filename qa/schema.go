package qa

import "earshot/rules"

//go:generate go test -run TestReference -update .

// Schema returns the JSON Schema (draft 2020-12) of scorecard files.
func Schema() []byte {
	return rules.JSONSchema(Card{}, "Earshot scorecard", "https://earshot.invalid/scorecard.schema.json")
}
