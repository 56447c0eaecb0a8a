package ask

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"earshot/models"
)

func TestReadEvents(t *testing.T) {
	chinese, err := simplifiedchinese.GB18030.NewEncoder().String("客户编号,状态,完成时间,订单号\nk1,退款成功,2026-05-01 14:30,O1\nk2,已签收,2026/5/2 09:00,O2\n,退款,2026-05-01,O3\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text  string
		want  string
		wrong []string
	}{
		"CSV": {"customer;kind;time;id\nk1;refund;2026-05-01T10:00:00Z;O1\nk2;technician visit;soon;O2\nk3;;2026-05-01;O3\n", "[k1 refund O1]",
			[]string{`f:3: time "soon"`, "f:4: no kind"}},
		"Chinese from Excel": {chinese, "[k1 refund O1 k2 delivery O2]", []string{"f:4: no customer"}},
		"JSON array":         {`[{"user_id": 17, "type": "delivered", "date": "2026-05-01", "order": "O1"}, {"user_id": 18}]`, "[17 delivery O1]", []string{"f: record 2: no kind"}},
		"JSON lines":         {"{\"customer\":\"k1\",\"kind\":\"call\",\"time\":\"2026-05-01T08:00:00+08:00\",\"id\":\"C1\"}\n{broken", "[k1 callback C1]", []string{"f: record 2"}},
	} {
		events, wrong, err := readEvents("f", []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, e := range events {
			got = append(got, e.Customer, e.Kind, e.ID)
		}
		if fmt.Sprint(got) != c.want || len(wrong) != len(c.wrong) {
			t.Errorf("%s: got %v and %v, want %s and %v", name, got, wrong, c.want, c.wrong)
			continue
		}
		for i, w := range wrong {
			if !strings.Contains(w.Error(), c.wrong[i]) || !errors.Is(w, models.ErrBadInput) {
				t.Errorf("%s: got %v, want %s", name, w, c.wrong[i])
			}
		}
	}
	if _, _, err := readEvents("f", []byte("a,b\n1,2\n")); !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), "customer, kind and time") {
		t.Errorf("got %v", err)
	}
	// Without an id the same record is the same event, another is another.
	events, _, err := readEvents("f", []byte("customer,kind,time\nk1,refund,2026-05-01\nk1,refund,2026-05-01\nk1,refund,2026-05-02\n"))
	if err != nil || len(events) != 3 || events[0].ID != events[1].ID || events[0].ID == events[2].ID {
		t.Errorf("got %+v, %v", events, err)
	}
}
