package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/models"
)

// chatLog returns the n-th of any number of different chat logs.
func chatLog(n int) *models.Interaction {
	lines := []string{
		"C: 你好，我的订单一直没有发货", "A: 您好，非常抱歉，我马上为您查询", "C: 再不处理我就投诉", "C: I want a refund for order",
		"A: I am sorry about that, let me check", "A: 已经为您加急，24小时内回复您", "C: 谢谢", "A: Is there anything else I can help with?",
	}
	var dialogue strings.Builder
	for i := range 2 + n%7 {
		fmt.Fprintf(&dialogue, "%s %d\n", lines[(n*3+i*5)%len(lines)], n)
	}
	return &models.Interaction{
		Schema: models.SchemaVersion, ID: models.ID(fmt.Sprintf("chat-%06d", n)), Channel: models.Channels()[1+n%8], Agent: fmt.Sprintf("agent-%d", n%11),
		Started:    time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(n) * 7 * time.Minute),
		Transcript: models.MustParse(dialogue.String()),
	}
}

// TestKill sends chat logs while the service is killed again and again at
// random moments. At the end each chat log that was acknowledged, and each
// that was sent without an answer and sent again, is exactly one result.
func TestKill(t *testing.T) {
	kills, batch := 20, 8
	if testing.Short() {
		kills = 3
	}
	s := newService(t)
	s.start()
	var address atomic.Value
	address.Store(s.at.HTTP)

	stop := make(chan struct{})
	var sent, refusals atomic.Int64
	var sender sync.WaitGroup
	sender.Go(func() {
		client := &http.Client{Timeout: 10 * time.Second}
		for n := 0; ; n++ {
			var body bytes.Buffer
			encode := json.NewEncoder(&body)
			for i := range batch {
				in := chatLog(n*batch + i)
				if err := encode.Encode(in); err != nil {
					t.Error(err)
					return
				}
			}
			for {
				response, err := client.Post("http://"+address.Load().(string)+"/v1/interactions", "application/x-ndjson", bytes.NewReader(body.Bytes()))
				if err == nil {
					response.Body.Close()
					if response.StatusCode == http.StatusAccepted {
						break
					}
					if response.StatusCode < 500 {
						t.Errorf("batch %d: answer %s", n, response.Status)
						return
					}
				}
				refusals.Add(1)
				time.Sleep(20 * time.Millisecond)
			}
			sent.Add(int64(batch))
			time.Sleep(40 * time.Millisecond) // enough to do for 20 kills, not for an hour
			select {
			case <-stop:
				return
			default:
			}
		}
	})

	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	for n := range kills {
		time.Sleep(time.Duration(random.IntN(1500)) * time.Millisecond)
		s.kill()
		s.start()
		address.Store(s.at.HTTP)
		t.Logf("kill %d: %d acknowledged so far", n+1, sent.Load())
	}
	close(stop)
	sender.Wait()
	if t.Failed() {
		return
	}

	total := int(sent.Load())
	s.settle(total, 3*time.Minute)
	accepted, scored, failed, _ := s.coverage()
	t.Logf("%d kills, %d chat logs, %d unanswered tries sent again", kills, total, refusals.Load())
	if accepted != total || scored != total || failed != 0 {
		t.Errorf("accepted %d, scored %d, failed %d, want %d, %d, 0", accepted, scored, failed, total, total)
	}
	turns := 0
	for i := range total {
		turns += len(chatLog(i).Transcript.Turns)
	}
	for query, want := range map[string]int{
		"SELECT count() AS n FROM interactions":                                 total,
		"SELECT uniqExact(interaction_id) AS n FROM interactions":               total,
		"SELECT count() AS n FROM turns":                                        turns,
		"SELECT uniqExact(interaction_id, turn) AS n FROM turns":                turns,
		"SELECT uniqExact(interaction_id) AS n FROM scorecards":                 total,
		"SELECT count() - uniqExact(interaction_id, name) AS n FROM scorecards": 0,
	} {
		rows := s.rows("sql", query, "--format", "json")
		if got := fmt.Sprint(rows[0]["n"]); got != fmt.Sprint(want) {
			t.Errorf("%s: %s, want %d", query, got, want)
		}
	}
	if err := s.stop(); err != nil {
		t.Errorf("serve did not end cleanly: %v", err)
	}
}
