package rules

import (
	"earshot/models"
)

// party is a set of parties as bits.
type party uint8

const (
	agentBit party = 1 << iota
	customerBit
	systemBit
	unknownBit
	everybody party = 15
)

func bit(p models.Party) party {
	switch p {
	case models.Agent:
		return agentBit
	case models.Customer:
		return customerBit
	case models.System:
		return systemBit
	}
	return unknownBit
}

func partyMask(list []models.Party) party {
	m := party(0)
	for _, p := range list {
		m |= bit(p)
	}
	if m == 0 {
		return everybody
	}
	return m
}

func (p party) name() models.Party {
	switch p {
	case agentBit:
		return models.Agent
	case customerBit:
		return models.Customer
	case systemBit:
		return models.System
	case unknownBit:
		return models.Unknown
	}
	return ""
}
