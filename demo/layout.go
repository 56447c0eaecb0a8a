package demo

import (
	"context"
	"os"
	"strings"

	"earshot/models"
)

// performance is a call as it sounds: a channel a party, equally long.
type performance struct {
	agent, customer samples
	turns           []models.Turn // with the times they are really said at
}

// How a call is laid out in time.
const (
	leadIn       = models.Millis(700)
	tail         = models.Millis(900)
	shortestGap  = 320 // milliseconds between turns; people answer after 0.2 to 1 s
	gapSpread    = 480
	betweenParts = models.Millis(260) // sentences of one turn
	talkOver     = models.Millis(1700)
)

// perform makes the sound of a call.
func (t toolset) perform(ctx context.Context, s *Script) (*performance, error) {
	dir, err := os.MkdirTemp("", "earshot-speak-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if m := espeakFolder.FindStringSubmatch(t[espeak]); m != nil {
		if err := espeakData(dir, m[1]); err != nil {
			return nil, err
		}
	}

	rng := seeded(string(s.ID))
	p := &performance{}
	at, written, over := leadIn, models.Millis(0), models.Millis(0)
	for i, turn := range s.Dialogue.Turns {
		name, channel := s.Voices.Customer, &p.customer
		if turn.Party == models.Agent {
			name, channel = s.Voices.Agent, &p.agent
		}
		sound, err := voices[name].sayTurn(ctx, dir, turn.Text)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			gap := models.Millis(shortestGap + rng.IntN(gapSpread))
			if stated := turn.Start - written; stated > standardGap {
				gap = stated
			}
			at += gap
			if over > 0 {
				at -= gap + over
			}
		}
		// Nobody speaks over himself.
		at = max(at, channel.length())
		turn.Start = at
		channel.add(at, sound)
		written = turn.End // as the script's own clock has it
		turn.End = at + sound.length()
		p.turns = append(p.turns, turn)
		over = 0
		if talkedOver(turn.Text) {
			over = min(talkOver, sound.length()/2)
		}
		at = max(at, turn.End)
	}
	end := max(p.agent.length(), p.customer.length()) + tail
	p.agent.add(end, nil)
	p.customer.add(end, nil)
	p.agent.comfortNoise(rng)
	p.customer.comfortNoise(rng)
	return p, nil
}

// talkedOver says whether the next turn begins before this one ends.
func talkedOver(text string) bool {
	return strings.HasSuffix(text, "—") || strings.HasSuffix(text, "--")
}

// add puts sound at a time, with silence before it.
func (s *samples) add(at models.Millis, sound samples) {
	from := int(at) * sampleRate / 1000
	if grow := from - len(*s); grow > 0 {
		*s = append(*s, make(samples, grow)...)
	}
	*s = append(*s, sound...)
}

// sayTurn says a turn sentence by sentence.
func (v voice) sayTurn(ctx context.Context, dir, text string) (samples, error) {
	var out samples
	for _, part := range sentence.FindAllString(text, -1) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		sound, err := v.say(ctx, dir, part, strings.ContainsAny(part, "!！"))
		if err != nil {
			return nil, err
		}
		if len(out) > 0 {
			out.add(out.length()+betweenParts, nil)
		}
		out = append(out, sound...)
	}
	return out, nil
}
