package models

// Fact is something about many conversations that was counted, or something
// said in one of them. Texts about a period are made of facts.
type Fact struct {
	Text  string `json:"text"`
	Party Party  `json:"party,omitempty"` // who said Text, word by word; empty: it was counted
	Calls []ID   `json:"calls"`           // conversations that show it, not all there are
}
