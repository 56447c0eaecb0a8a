package redact

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

func masked(t *testing.T, channel models.Channel, dialogue string) *models.Interaction {
	t.Helper()
	s, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	in := &models.Interaction{ID: "t", Channel: channel, Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Transcript: models.MustParse(dialogue)}
	if _, err := s.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return in
}

func texts(in *models.Interaction) string {
	var out []string
	for _, turn := range in.Transcript.Turns {
		out = append(out, turn.Text)
	}
	return strings.Join(out, " / ")
}

// TestMasks holds what must go. Numbers of cards and persons are made up; they
// only carry right check digits.
func TestMasks(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		// Written.
		{"C: 我的卡号是6222021234567890128", "我的卡号是[银行卡1]"},
		{"C: my card is 4111 1111 1111 1111 thanks", "my card is [CARD_1] thanks"},
		{"C: 4111-1111-1111-1111", "[CARD_1]"},
		{"C: 卡号４１１１１１１１１１１１１１１１", "卡号[银行卡1]"},
		{"C: amex 378282246310005", "amex [CARD_1]"},
		{"C: 身份证11010519491231002X", "身份证[身份证1]"},
		{"C: 身份证号 440524188001010014，帮我查", "身份证号 [身份证1]，帮我查"},
		{"C: 手机13800138000", "手机[手机号1]"},
		{"C: 打138-0013-8000或者+86 13900139000", "打[手机号1]或者[手机号2]"},
		{"C: 座机010-62345678", "座机[座机1]"},
		{"C: 0755 8234 5678", "[PHONE_1]"},
		{"C: call me at (415) 555-2671", "call me at [MOBILE_1]"},
		{"C: 我的邮箱是zhang.san@example.com", "我的邮箱是[邮箱1]"},
		{"C: 车牌粤B12345和沪A·D12345", "车牌[车牌1]和[车牌2]"},
		{"C: 护照E12345678", "护照[护照1]"},
		{"C: IBAN GB29 NWBK 6016 1331 9268 19 please", "IBAN [IBAN_1] please"},
		{"C: my ssn is 536-90-4399", "my ssn is [SSN_1]"},
		{"C: 安全码是 123", "安全码是 [安全码1]"},
		{"C: the cvv is 9041", "the cvv is [CARD_CODE_1]"},
		{"C: 验证码是 482913", "验证码是 [验证码1]"},
		{"C: expires 09/27", "expires [CARD_EXPIRY_1]"},
		// Spoken.
		{"C: 我的电话是幺三八零零幺三八零零零", "我的电话是[手机号1]"},
		{"C: 幺三八，零零幺三，八零零零", "[手机号1]"},
		{"C: 卡号四一一一，一一一一，一一一一，一一一一", "卡号[银行卡1]"},
		{"C: four one one one, one one one one, one one one one, one one one one", "[CARD_1]"},
		{"C: it's four triple one double one double one one one one one double one double one", "it's [CARD_1]"},
		{"C: my number is four one five five five five two six seven one", "my number is [MOBILE_1]"},
		{"C: 身份证幺幺零幺零五幺九四九幺二三幺零零二叉", "身份证[身份证1]"},
		{"C: john dot smith at gmail dot com", "[EMAIL_1]"},
		{"C: 邮箱是 zhangsan 艾特 qq 点 com", "邮箱是 [邮箱1]"},
		{"C: 車牌京A幺二三四五", "車牌[车牌1]"},
		{"C: social security number five three six nine oh four three nine nine", "social security number [SSN_1]"},
		// Names and addresses.
		{"C: 我叫张伟，住在北京市朝阳区建国路88号3栋2单元501室", "我叫[姓名1]，住在[地址1]"},
		{"C: 收件人李小明，寄到廣東省深圳市南山區科技園南路12號", "收件人[姓名1]，寄到[地址1]"},
		{"A: 王先生您好，请问是张丽女士的订单吗", "[姓名1]先生您好，请问是[姓名2]女士的订单吗"},
		{"C: Hi, this is Anna Kowalska, I live at 12 Baker Street, London", "Hi, this is [NAME_1], I live at [ADDRESS_1]"},
		{"C: my name is john smith and i need help", "my name is [NAME_1] and i need help"},
		{"C: send it to 233 Elm Ave Apt 4, Springfield, IL 62704 please", "send it to [ADDRESS_1] please"},
		{"C: That's Kowalska, K-O-W-A-L-S-K-A", "That's [NAME_1], K-O-W-A-L-S-K-A"},
		// Other types.
		{"C: my date of birth is 3rd of May 1985 ok", "my date of birth is [BIRTH_DATE_1] ok"},
		{"C: dob 05/03/1985", "dob [BIRTH_DATE_1]"},
		{"C: 我的生日是1985年5月3号", "我的生日是[出生日期1]"},
		{"C: 出生日期：一九八五年五月三日，谢谢", "出生日期：[出生日期1]，谢谢"},
		{"C: the router is at 192.168.10.4 I think", "the router is at [IP_1] I think"},
		{"C: my zip code is 94110", "my zip code is [ADDRESS_1]"},
		{"C: driver's license number 69405790", "driver's license number [LICENSE_1]"},
		{"A: when does the card expire?\nC: September, twenty twenty nine.", "when does the card expire? / [CARD_EXPIRY_1]."},
		{"C: 有效期到二九年九月", "有效期到[有效期1]"},
		{"C: 护照号是E幺二三四五六七八", "护照号是[护照1]"},
		{"C: passport E one two three four five six seven eight", "passport [PASSPORT_1]"},
		{"C: my password is hunter22, thanks", "my password is [CODE_1], thanks"},
		{"C: QQ 123456789", "QQ [ACCOUNT_1]"},
		{"C: it is j o h n at gmail dot com", "it is [EMAIL_1]"},
		{"C: one three eight zero zero one three eight, three zeros", "[MOBILE_1]"},
		{"C: 幺三八零零幺三八三个零", "[手机号1]"},
		// Corrected by an unknown number of digits; said again by the other party.
		{"C: 你打幺九一六 三三八零，哦不，五六零幺 六四两", "你打[手机号1]"},
		{"C: my social is three eight five zero three, I mean nine zero eight three five zero", "my social is [SSN_1]"},
		{"C: my social is seven two one\nA: seven two one\nC: five zero\nA: five zero\nC: eight two four eight", "my social is [SSN_1] / [SSN_1] / [SSN_1] / [SSN_1] / [SSN_1]"},
		{"C: visa fifty-one fifty three double one one nine zero eight zero two seven six seven", "visa [CARD_1]"},
		// Corrected, with fillers.
		{"C: 幺三八，呃，零零幺三，八零零零", "[手机号1]"},
		{"C: 幺三七，不对，幺三八零零幺三八零零零", "[手机号1]"},
		{"C: four one one two, sorry, four one one one one one one one one one one one one one one one", "[CARD_1]"},
		{"C: four one one one, one one two two, no sorry, one one one one, one one one one, one one one one", "[CARD_1]"},
		// Split over turns.
		{"C: 卡号6222 0212\nC: 3456 7890 128", "卡号[银行卡1] / [银行卡1]"},
		{"C: four one one one one one one one\nA: mhm\nC: one one one one\nA: okay\nC: one one one one", "[CARD_1] / mhm / [CARD_1] / okay / [CARD_1]"},
		{"C: 幺三八零零幺\nA: 幺三八零零幺\nC: 三八零零零\nA: 三八零零零", "[手机号1] / [手机号1] / [手机号1] / [手机号1]"},
		{"A: 请报一下安全码\nC: 四五六", "请报一下安全码 / [安全码1]"},
		{"A: What is the security code?\nC: four five six", "What is the security code? / [CARD_CODE_1]"},
		// Recognised with a slip, and said to be what it is.
		{"C: 我的银行卡号是六二二二零二幺二三四五六七八九零幺二", "我的银行卡号是[银行卡1]"},
		// The same number is the same placeholder.
		{"C: 13800138000\nA: 是13800138000吗\nC: 还有13900139000", "[手机号1] / 是[手机号1]吗 / 还有[手机号2]"},
		{"C: 幺三八零零幺三八零零零\nA: 13800138000", "[手机号1] / [手机号1]"},
	} {
		if got := texts(masked(t, models.Phone, c.in)); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// TestKeeps holds near misses: what looks like private data and is none.
func TestKeeps(t *testing.T) {
	for _, in := range []string{
		"C: 订单号 4111111111111112",
		"C: 卡号4111111111111112",
		"C: 身份证110105194912310021",
		"C: 11010519491331002X",
		"C: 订单总额 4111111111111111 元",
		"C: the total is $4111111111111111",
		"C: my order number is 8812315",
		"C: 运单号 13800138000123",
		"C: 快递单号13912345678",
		"C: 我买了三个，一共一百二十三块",
		"C: I paid 1,299.00 on 2026-01-15 for 2 items",
		"C: 2026年1月15日下午3点20分",
		"C: it takes one or two days",
		"C: 一二三四五六七",
		"C: 400-820-8820",
		"C: 1-800-555-0199",
		"C: order 5551234567",
		"C: 12345678901234567890",
		"C: GB29 NWBK 6016 1331 9268 18",
		"C: 666-45-6789 is the part",
		"C: version 1.2.3.4",
		"C: 24小时内回电",
		"C: in May 2026 I bought it, the warranty is until 2028",
		"C: my password is not working",
		"C: 密码是错的",
		"C: 买了三个一共三十块",
		"C: the firmware is version 10.4.2.118",
		"C: 我们九点开门，1985年成立的公司",
		"C: it was born out of necessity in the warehouse",
		"C: call your hotline 1-800-555-0199 or 400-820-8820",
		"C: 房间号 1203",
		"C: meet at noon dot the i",
		"C: imei 356938035643809",
		"C: 我是来投诉的，叫你们经理来",
		"C: 去南京路怎么走，从北京到上海的航班",
		"C: 任何时候都行，方便问一下吗",
		"C: I bought a Samsung TV from Amazon in California on Monday",
		"C: Please Help Me With My Order",
		"C: THIS IS UNACCEPTABLE",
	} {
		if got := texts(masked(t, models.WebChat, in)); got != strings.TrimPrefix(in, "C: ") {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestFindingsQuoteThePlaceholders(t *testing.T) {
	in := masked(t, models.Phone, "C: 卡号4111111111111111\nA: what is the cvv\nC: 123")
	var got []string
	for _, f := range in.Findings {
		if err := f.Evidence[0].Check(in.Transcript); err != nil {
			t.Error(err)
		}
		got = append(got, f.Kind+" "+f.Evidence[0].Quote+" "+string(f.Party))
	}
	if want := []string{"private.card [银行卡1] customer", "private.card_code [安全码1] customer"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestKeypadTonesArePrivate(t *testing.T) {
	in := &models.Interaction{ID: "t", Channel: models.Phone, Transcript: models.MustParse("A: please enter the number\nC: done")}
	end := in.Transcript.End()
	in.Transcript.Events = []models.Event{{Kind: "ringing", Start: 0, End: 100}, {Kind: "beep", Party: models.Customer, Start: end - 500, End: end + 200}}
	in.Transcript.Length = end
	Interaction(in)
	if len(in.Findings) != 1 || in.Findings[0].Kind != KindKeypad || in.Findings[0].Party != models.Customer {
		t.Fatalf("got %+v", in.Findings)
	}
	if e := in.Findings[0].Evidence[0]; e.Check(in.Transcript) != nil || e.Start != end-500 || e.End != end {
		t.Errorf("evidence %+v: %v", e, e.Check(in.Transcript))
	}
}

// TestAgentsOwnName: the name an agent gives stays wherever it is said, unless
// it is configured otherwise; the customer's never does.
func TestAgentsOwnName(t *testing.T) {
	const dialogue = "A: Hello, my name is Anna Kowalska, may I have your name?\nC: Hi Anna, this is John Mercer\nA: 我是张丽，请问是王强先生吗"
	for agents, want := range map[bool]string{
		false: "Hello, my name is Anna Kowalska, may I have your name? / Hi Anna, this is [NAME_1] / 我是张丽，请问是[姓名2]先生吗",
		true:  "Hello, my name is [NAME_1], may I have your name? / Hi [NAME_1], this is [NAME_2] / 我是[姓名3]，请问是[姓名4]先生吗",
	} {
		s, err := New(Config{Agents: agents})
		if err != nil {
			t.Fatal(err)
		}
		in := &models.Interaction{ID: "t", Channel: models.Phone, Transcript: models.MustParse(dialogue)}
		if _, err := s.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if got := texts(in); got != want {
			t.Errorf("agents %v:\n got %s\nwant %s", agents, got, want)
		}
	}
}

// TestPseudonyms: keys that are numbers become names that are always the same,
// and tell nothing to who has not the key.
func TestPseudonyms(t *testing.T) {
	a, err := New(Config{PseudonymKey: "one key of some length"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(Config{PseudonymKey: "and another of its kind"})
	if err != nil {
		t.Fatal(err)
	}
	in := &models.Interaction{ID: "call-13800138000", Customer: "+8613800138000", Channel: models.Phone, Transcript: models.MustParse("C: hi")}
	a.Open().Mask(in)
	if in.Customer != a.Pseudonym("+8613800138000") || in.ID.Validate() != nil || strings.ContainsAny(in.Customer+string(in.ID), "0123456789") {
		t.Errorf("customer %s, id %s", in.Customer, in.ID)
	}
	once := *in
	a.Open().Mask(in)
	if in.ID != once.ID || in.Customer != once.Customer {
		t.Errorf("masked again, %s and %s became %s and %s", once.ID, once.Customer, in.ID, in.Customer)
	}
	if a.Pseudonym("13800138000") == b.Pseudonym("13800138000") || a.Pseudonym("13800138000") == a.Pseudonym("13800138001") {
		t.Error("pseudonyms of other keys or customers are equal")
	}
	for _, plain := range []string{"C-10023", "demo-zh-refund-threat", "550e8400-e29b-41d4-a716-446655440000", "20260102-130405-0007", ""} {
		if got := a.Pseudonym(plain); got != plain {
			t.Errorf("%s became %s", plain, got)
		}
	}
}

func TestMaskingTwiceIsMaskingOnce(t *testing.T) {
	in := masked(t, models.Phone, "C: 13800138000 zhang@example.com\nA: 卡号 6222 0212\nA: 3456 7890 128\nC: hi")
	once, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	twice, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if string(once) != string(twice) {
		t.Errorf("changed:\n%s\n%s", once, twice)
	}
	in.Transcript.Turns = append(in.Transcript.Turns, models.Turn{Party: models.Customer, Text: "13900139000", Start: in.Transcript.Length, End: in.Transcript.Length})
	if _, err := s.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if got := in.Transcript.Turns[4].Text; got != "[手机号2]" {
		t.Errorf("a new number beside an old placeholder became %s", got)
	}
}

func TestWordsMoveAlong(t *testing.T) {
	turn := models.Turn{Party: models.Customer, End: 9000, Text: "call one three eight 0013 8000 now", Words: []models.Word{
		{From: 0, To: 4, Start: 0, End: 500, Confidence: 0.9}, {From: 5, To: 8, Start: 1000, End: 1500, Confidence: 0.8},
		{From: 9, To: 14, Start: 1500, End: 2000, Confidence: 0.7}, {From: 15, To: 20, Start: 2000, End: 2500, Confidence: 0.9},
		{From: 21, To: 25, Start: 2500, End: 3500, Confidence: 0.9}, {From: 26, To: 30, Start: 3500, End: 4500, Confidence: 0.9},
		{From: 31, To: 34, Start: 5000, End: 5500, Confidence: 0.9},
	}}
	in := &models.Interaction{ID: "t", Channel: models.Phone, Transcript: &models.Transcript{Turns: []models.Turn{turn}}}
	Interaction(in)
	got := in.Transcript.Turns[0]
	if got.Text != "call [MOBILE_1] now" {
		t.Fatalf("got %q", got.Text)
	}
	want := []models.Word{{From: 0, To: 4, End: 500, Confidence: 0.9}, {From: 5, To: 15, Start: 1000, End: 4500, Confidence: 0.7}, {From: 16, To: 19, Start: 5000, End: 5500, Confidence: 0.9}}
	if !slices.Equal(got.Words, want) {
		t.Errorf("got %+v, want %+v", got.Words, want)
	}
	if e := in.Findings[0].Evidence[0]; e.Start != 1000 || e.End != 4500 {
		t.Errorf("the muted stretch is %d to %d, want 1000 to 4500", e.Start, e.End)
	}
	if err := in.Transcript.Validate(); err != nil {
		t.Error(err)
	}
}

// A brand is no person, whatever it is called; a number in its place is private
// all the same, and so is a name anywhere else.
func TestGroupingAttributes(t *testing.T) {
	in := &models.Interaction{ID: "x", Attributes: map[string]string{
		"brand": "Larkfield Bank", "homeRegion": "Li Lei", "product_line": "Anna Smith", "所在城市": "张家口",
		"store": "call 13800138000", "note": "my name is Anna Smith",
	}}
	Interaction(in)
	for _, k := range []string{"brand", "homeRegion", "product_line", "所在城市"} {
		if v := in.Attributes[k]; strings.Contains(v, "[") {
			t.Errorf("%s: %q", k, v)
		}
	}
	for k, private := range map[string]string{"store": "13800138000", "note": "Anna"} {
		if v := in.Attributes[k]; strings.Contains(v, private) {
			t.Errorf("%s: %q", k, v)
		}
	}
}

func TestAttributesAndFileName(t *testing.T) {
	in := &models.Interaction{ID: "t", Channel: models.Phone, Transcript: models.MustParse("C: hi"),
		Attributes: map[string]string{"phone": "13800138000", "tier": "gold", "卡号": "4111111111111111", "order_total": "1299.00"},
		Media:      &models.Media{Name: "13800138000_20260102.wav"}}
	Interaction(in)
	want := map[string]string{"phone": "[MOBILE_1]", "tier": "gold", "卡号": "[银行卡1]", "order_total": "1299.00"}
	for k, v := range want {
		if in.Attributes[k] != v {
			t.Errorf("%s: got %q, want %q", k, in.Attributes[k], v)
		}
	}
	if in.Media.Name != "[MOBILE_1]_20260102.wav" {
		t.Errorf("got file name %q", in.Media.Name)
	}
}

func TestKeepTypes(t *testing.T) {
	if err := (Config{Keep: []string{"shoe size"}}).Validate(); err == nil {
		t.Error("an unknown type is accepted")
	}
	s, err := New(Config{Keep: []string{"mobile"}})
	if err != nil {
		t.Fatal(err)
	}
	in := &models.Interaction{ID: "t", Channel: models.WebChat, Transcript: models.MustParse("C: 13800138000, order number 1234567890")}
	if _, err := s.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if got := texts(in); got != "13800138000, order number [ORDER_1]" {
		t.Errorf("got %q", got)
	}
}

func FuzzMask(f *testing.F) {
	for _, s := range []string{"卡号6222 0212 3456 7890 128", "four one one one", "john at gmail dot com", "粤B12345", "[银行卡1]", "GB29 NWBK 6016 1331 9268 19", "double double one", "１３８-x"} {
		f.Add(s, s)
	}
	s, err := New(Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		in := &models.Interaction{ID: "t", Channel: models.Phone, Transcript: &models.Transcript{Turns: []models.Turn{
			{Party: models.Customer, Text: strings.ToValidUTF8(a, "?")}, {Party: models.Agent, Text: strings.ToValidUTF8(b, "?")}, {Party: models.Customer, Text: strings.ToValidUTF8(b, "?")}}}}
		for i := range in.Transcript.Turns {
			turn := &in.Transcript.Turns[i]
			for at := 0; at < len(turn.Text); at += 3 {
				turn.Words = append(turn.Words, models.Word{From: at, To: min(at+3, len(turn.Text))})
			}
		}
		if _, err := s.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if err := in.Transcript.Validate(); err != nil {
			t.Fatal(err)
		}
		for _, finding := range in.Findings {
			if err := finding.Evidence[0].Check(in.Transcript); err != nil {
				t.Fatal(err)
			}
		}
		once := texts(in)
		if _, err := s.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if twice := texts(in); twice != once {
			t.Fatalf("%q, then %q", once, twice)
		}
	})
}
