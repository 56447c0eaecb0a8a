package redact

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"earshot/models"
)

// maker makes private numbers with right check digits, says them in the ways
// people do, and makes numbers that miss by a little.
type maker struct{ *rand.Rand }

func (m maker) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(m.IntN(10))
	}
	return string(b)
}

func (m maker) pick(from ...string) string { return from[m.IntN(len(from))] }

func (m maker) card() string {
	prefix := m.pick("4", "51", "53", "55", "2221", "6222", "6228", "6217", "621", "37", "34")
	n := 16
	switch {
	case prefix[0] == '3':
		n = 15
	case prefix[0] == '6' && m.IntN(2) == 0:
		n = 19
	}
	for {
		d := prefix + m.digits(n-len(prefix))
		for c := byte('0'); c <= '9'; c++ {
			if full := d[:n-1] + string(c); isCard(full) {
				return full
			}
		}
	}
}

func (m maker) id() string {
	d := m.pick("11", "31", "44", "51", "33", "42") + m.digits(4) + fmt.Sprintf("%04d%02d%02d", 1950+m.IntN(60), 1+m.IntN(12), 1+m.IntN(28)) + m.digits(3)
	for _, c := range "0123456789X" {
		if full := d + string(c); isID(full) {
			return full
		}
	}
	panic("no check digit fits")
}

func (m maker) mobile() string { return "1" + m.pick("3", "5", "7", "8", "9") + m.digits(9) }

func (m maker) nanp() string {
	for {
		if d := m.pick("2", "3", "4", "5", "6", "7", "9") + m.digits(2) + m.pick("2", "3", "4", "5", "6", "7", "9") + m.digits(6); isNANP(d) {
			return d
		}
	}
}

func (m maker) ssn() string {
	for {
		if d := m.digits(9); isSSN(d) {
			return d
		}
	}
}

// grouped splits digits as people write or say them.
func (m maker) grouped(d string) []string {
	var sizes []int
	switch len(d) {
	case 11:
		sizes = [][]int{{3, 4, 4}, {11}, {3, 8}, {4, 4, 3}}[m.IntN(4)]
	case 10:
		sizes = []int{3, 3, 4}
	case 9:
		sizes = []int{3, 2, 4}
	case 15:
		sizes = []int{4, 6, 5}
	case 18:
		sizes = [][]int{{18}, {6, 8, 4}}[m.IntN(2)]
	default:
		for rest := len(d); rest > 0; rest -= 4 {
			sizes = append(sizes, min(4, rest))
		}
	}
	var out []string
	for _, n := range sizes {
		out, d = append(out, d[:n]), d[n:]
	}
	return out
}

func (m maker) written(d string) string {
	if m.IntN(3) == 0 {
		return d
	}
	return strings.Join(m.grouped(d), m.pick(" ", "-"))
}

func (m maker) spokenZH(d string) string {
	say := func(s string) string {
		var b strings.Builder
		for _, c := range s {
			switch c {
			case '1':
				b.WriteString(m.pick("幺", "一"))
			case 'X':
				b.WriteString(m.pick("X", "叉"))
			default:
				b.WriteString(string([]rune("零一二三四五六七八九")[c-'0']))
			}
		}
		return b.String()
	}
	groups := m.grouped(d)
	for i, g := range groups {
		groups[i] = say(g)
	}
	switch m.IntN(4) {
	case 0:
		return strings.Join(groups, "")
	case 1:
		return strings.Join(groups, "，呃，")
	case 2: // taken back and said again
		return groups[0] + "，不对，" + strings.Join(groups, "，")
	}
	return strings.Join(groups, "，")
}

func (m maker) spokenEN(d string) string {
	names := []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	say := func(s string) string {
		var said []string
		for i := 0; i < len(s); i++ {
			switch {
			case i+1 < len(s) && s[i] == s[i+1] && m.IntN(2) == 0:
				said = append(said, "double "+names[s[i]-'0'])
				i++
			case s[i] == '0' && m.IntN(3) == 0 && i > 0 && i+1 < len(s):
				said = append(said, "oh")
			default:
				said = append(said, names[s[i]-'0'])
			}
		}
		return strings.Join(said, " ")
	}
	groups := m.grouped(d)
	for i, g := range groups {
		groups[i] = say(g)
	}
	switch m.IntN(4) {
	case 0:
		return strings.Join(groups, " ")
	case 1:
		return strings.Join(groups, ", uh, ")
	case 2:
		return groups[0] + ", no sorry, " + strings.Join(groups, ", ")
	}
	return strings.Join(groups, ", ")
}

// private is one made conversation: the type and number in it, and the turns.
type private struct {
	kind     Type
	value    string
	dialogue string
	channel  models.Channel
}

func (m maker) private() private {
	zh := m.IntN(2) == 0
	var p private
	switch m.IntN(4) {
	case 0:
		p.kind, p.value = ID, m.id()
		zh = true
	case 1:
		p.kind, p.value = Mobile, m.mobile()
		if !zh {
			p.value = m.nanp()
		}
	case 2:
		p.kind, p.value = SSN, m.ssn()
		zh = false
	default:
		p.kind, p.value = Card, m.card()
	}
	p.channel = models.Phone
	lead := map[Type][]string{
		ID: {"我的身份证号是", "身份证", "证件号码", ""}, Mobile: {"我的电话是", "手机号", "你打", ""}, Card: {"卡号是", "银行卡号", "我念一下", ""},
	}[p.kind]
	if !zh {
		lead = map[Type][]string{Mobile: {"my number is ", "call me at ", "the phone number is "}, Card: {"my card number is ", "it's ", "the card is ", ""}, SSN: {"my social security number is ", "my social is "}}[p.kind]
	}
	said := m.written(p.value)
	spoken := m.IntN(2) == 0
	switch {
	case spoken && zh:
		said = m.spokenZH(p.value)
	case spoken:
		said = m.spokenEN(p.value)
	case m.IntN(2) == 0:
		p.channel = models.WebChat
	}
	p.dialogue = "C: " + lead[m.IntN(len(lead))] + said
	if m.IntN(4) == 0 { // split over turns
		for _, pause := range []string{"，", ", ", " "} {
			if at := strings.Index(said, pause); at > 0 && !strings.Contains(said, "不对") && !strings.Contains(said, "sorry") && !strings.Contains(said, "呃") && !strings.Contains(said, "uh") {
				if !zh && strings.Count(said[:at], " ") < 2 {
					break
				}
				p.dialogue = "C: " + lead[0] + said[:at] + "\nA: " + m.pick("嗯", "好的", "okay", "mhm") + "\nC: " + said[at+len(pause):]
				break
			}
		}
	}
	return p
}

// nearMiss is a number that looks private and is not.
func (m maker) nearMiss() string {
	bump := func(d string, at int) string {
		b := []byte(d)
		b[at] = '0' + (b[at]-'0'+1+byte(m.IntN(8)))%10
		return string(b)
	}
	switch m.IntN(8) {
	case 0:
		d := m.card()
		return m.pick("卡号 ", "my card is ", "流水 ", "") + bump(d, len(d)-1)
	case 1:
		d := m.id()
		if d[17] == 'X' {
			d = d[:17] + "0"
			if isID(d) {
				return ""
			}
			return m.pick("身份证 ", "") + d
		}
		return m.pick("身份证 ", "") + bump(d, 17)
	case 2:
		return m.pick("订单总额 ", "一共 ", "the total is ", "balance ") + m.card()[:8] + "." + m.digits(2) + m.pick(" 元", " dollars")
	case 3:
		return m.pick("订单号", "运单号 ", "order number ", "tracking number ") + m.card()
	case 4:
		return m.pick("¥", "$", "€") + m.digits(3) + "," + m.digits(3) + "," + m.digits(3)
	case 5:
		return fmt.Sprintf("%d年%d月%d日 %02d:%02d", 2020+m.IntN(8), 1+m.IntN(12), 1+m.IntN(28), m.IntN(24), m.IntN(60))
	case 6:
		return m.pick("编号 ", "serial ", "型号") + m.digits(20+m.IntN(4))
	}
	return m.pick("快递单号", "单号 ", "reference ") + m.mobile() + m.digits(3)
}

// TestGeneratedPrivateData is the measure of recall: written and spoken,
// Chinese and English, grouped, corrected, split. Nothing of the number may be
// left.
func TestGeneratedPrivateData(t *testing.T) {
	const n, goal = 10_000, 0.998
	m := maker{rand.New(rand.NewPCG(1, 2))}
	s, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	missed := map[Type]int{}
	total, all := 0, map[Type]int{}
	for range n {
		p := m.private()
		in := &models.Interaction{ID: "g", Channel: p.channel, Transcript: models.MustParse(p.dialogue)}
		s.Open().Mask(in)
		all[p.kind]++
		if !hidden(in, p.kind) {
			missed[p.kind]++
			if total++; total <= 15 {
				t.Logf("%s %s:\n%s\n%s", p.kind, p.value, p.dialogue, texts(in))
			}
		}
	}
	recall := 1 - float64(total)/n
	t.Logf("recall %.4f over %d; missed %v of %v", recall, n, missed, all)
	if recall < goal {
		t.Errorf("recall %.4f, want at least %.3f", recall, goal)
	}
}

// hidden reports whether a placeholder of the type is there and no more than
// a few of the digits are left: a group that was taken back may stay.
func hidden(in *models.Interaction, kind Type) bool {
	found, left := false, 0
	for i := range in.Transcript.Turns {
		text := in.Transcript.Turns[i].Text
		for _, p := range placeholders(text) {
			found = found || p.kind == kind
		}
		rest := placeholder.ReplaceAllString(text, "")
		for _, t := range digitsOf(nil, rest, 0) {
			if !t.weak {
				left += len(t.digits)
			}
		}
	}
	return found && left <= 6
}

// TestGeneratedNearMisses: nothing of what is not private is masked.
func TestGeneratedNearMisses(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(3, 4))}
	s, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for range 10_000 {
		text := m.nearMiss()
		for _, channel := range []models.Channel{models.WebChat} {
			in := &models.Interaction{ID: "g", Channel: channel, Transcript: &models.Transcript{Turns: []models.Turn{{Party: models.Customer, Text: text}}}}
			s.Open().Mask(in)
			if in.Transcript.Turns[0].Text != text {
				if wrong++; wrong <= 10 {
					t.Errorf("%q became %q", text, in.Transcript.Turns[0].Text)
				}
			}
		}
	}
}

// TestGeneratedChineseNamesAndAddresses: recall and precision over made
// sentences of the kind customers say.
func TestGeneratedChineseNamesAndAddresses(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(5, 6))}
	s, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	sur := strings.Fields("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 马 朱 胡 林 郭 何 高 罗 郑 梁 谢 宋 唐 许 邓 韩 冯 曹 欧阳 司马")
	given := strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 建国 子涵 浩然 雨桐 志强 晓东 海燕 文博 思琪 佳怡 春梅 国庆 丹丹 俊杰")
	places := strings.Fields("北京市朝阳区 上海市浦东新区 广东省广州市天河区 浙江省杭州市西湖区 四川省成都市武侯区 江苏省南京市鼓楼区 湖北省武汉市洪山区 陕西省西安市雁塔区 成都市高新区")
	roads := strings.Fields("建国路 文三路 天府大道 中山北路 科技园南路 人民东路 解放大街 长江路 学院路 和平里")
	right, missed, wrong := 0, 0, 0
	for range 2000 {
		name := sur[m.IntN(len(sur))] + given[m.IntN(len(given))]
		address := places[m.IntN(len(places))] + roads[m.IntN(len(roads))] + fmt.Sprintf("%d号", 1+m.IntN(300))
		if m.IntN(2) == 0 {
			address += fmt.Sprintf("%d栋%d单元%d室", 1+m.IntN(30), 1+m.IntN(5), 101+m.IntN(1800))
		}
		for _, c := range []struct{ text, secret string }{
			{m.pick("我叫", "收件人是", "姓名：", "我是") + name + m.pick("，", "。", "，帮我查一下订单"), name},
			{m.pick("请问是", "您好，", "麻烦找一下") + name + m.pick("先生", "女士") + m.pick("吗", "在吗", "的快递"), name},
			{m.pick("我住在", "地址是", "寄到", "收货地址：", "请送到") + address + m.pick("", "，谢谢", "可以吗"), address},
			{m.pick("我的订单什么时候发货", "你们客服电话打不通", "路由器坏了", "从北京到上海多少钱", "我要退货，质量太差", "周一下午三点方便吗", "在高新区有没有门店"), ""},
		} {
			found := s.Find(c.text, false)
			hit := false
			for _, f := range found {
				if c.secret != "" && strings.Contains(c.secret, c.text[f.From:f.To]) || c.secret != "" && strings.Contains(c.text[f.From:f.To], c.secret) {
					hit = hit || len(c.text[f.From:f.To])*2 >= len(c.secret)
					continue
				}
				if wrong++; wrong <= 5 {
					t.Logf("%s in %q", c.text[f.From:f.To], c.text)
				}
			}
			switch {
			case c.secret == "":
			case hit:
				right++
			default:
				if missed++; missed <= 5 {
					t.Logf("missed %s in %q", c.secret, c.text)
				}
			}
		}
	}
	recall, precision := float64(right)/float64(right+missed), float64(right)/float64(right+wrong)
	t.Logf("recall %.3f, precision %.3f", recall, precision)
	if recall < 0.95 || precision < 0.95 {
		t.Errorf("recall %.3f, precision %.3f: want 0.95 of both", recall, precision)
	}
}
