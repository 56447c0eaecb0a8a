package fold

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for _, c := range []struct {
		name    string
		options Options
		in      string
		want    string
	}{
		{"width", Width, "ＡＢ１２！　ok don’t “a”", "AB12! ok don't \"a\""},
		{"case", Case, "Go To The PRESS É", "go to the press é"},
		{"traditional", Traditional, "我要投訴，請給我退款，甚麼態度，沒關係，裡面著急", "我要投诉，请给我退款，甚么态度，没关系，里面着急"},
		{"digits", Digits, "①②⓪ ⑴ ⒈ ٣ 𝟕 ²", "120 1 1 3 7 2"},
		{"numerals", Numerals, "幺三八〇零两壹贰", "13800212"},
		{"accents", Accents, "café ѕсаm рrоmise", "cafe scam promise"},
		{"invisible", Invisible, "退\u200b款\ufeff e\u0301 \U000E0061x", "退款 e x"},
		{"gaps", Gaps, "退*款 f.u-c_k，好", "退款fuck好"},
		{"repeats", Repeats, "退退退款 fuuuck", "退款 fuck"},
		{"leet", Leet, "sh1t b@st@rd f!ne he1l 退!款", "shit bastard fine heii 退!款"},
		{"search keeps the words apart", Search, "ＧＯ to①", "go to1"},
		{"tight", Tight, "【退】—【款】 Ｓ.Ｈ.１.Ｔ", "退款shit"},
		{"nothing", 0, "Ａ a①", "Ａ a①"},
		{"broken bytes", Search, "a\xff\xfeb", "a\uFFFD\uFFFDb"},
	} {
		got := New(c.options).Fold(c.in)
		if got.String() != c.want {
			t.Errorf("%s: %q folds to %q, want %q", c.name, c.in, got.String(), c.want)
		}
	}
}

func TestSpanQuotesTheOriginal(t *testing.T) {
	f := New(Tight)
	for in, want := range map[string]string{
		"我要 退**款 了":         "退**款",
		"我要退\u200b\u200b款了": "退\u200b\u200b款",
		"我要【退】款了":           "退】款",
		"我要退退退款款了":          "退退退款款",
		"我要「ＴＵＩ」退款":         "退款",
	} {
		text := f.Fold(in)
		at := strings.Index(text.String(), "退款")
		at = utf8.RuneCountInString(text.String()[:at])
		from, to := text.Span(at, at+2)
		if got := in[from:to]; got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestSimplify(t *testing.T) {
	if got, want := Simplify("處理投訴時，現場說話要客氣 hello"), "处理投诉时，现场说话要客气 hello"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, r := range simplifiedPairs {
		if once := simplified(r); simplified(once) != once {
			t.Errorf("%c goes to %c goes to %c", r, once, simplified(once))
		}
	}
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	for _, o := range []Options{Search, Tight, Search | Numerals} {
		f := New(o)
		for r := rune(1); r < 0x20000; r++ {
			once, ok := f.Rune(r)
			if !ok {
				continue
			}
			if twice, ok := f.Rune(once); !ok || twice != once {
				t.Errorf("options %b: %c (%U) goes to %c goes to %c", o, r, r, once, twice)
			}
		}
	}
}

func TestFoldIntoReusesMemory(t *testing.T) {
	f := New(Tight)
	var text Text
	s := strings.Repeat("我要退款 I want my money back ", 20)
	f.FoldInto(&text, s)
	if n := testing.AllocsPerRun(20, func() { f.FoldInto(&text, s) }); n != 0 {
		t.Errorf("%v allocations a text, want 0", n)
	}
}

func FuzzFold(f *testing.F) {
	f.Add("退\u200b*款 Ｓh１t \xff\uFFFD①é", uint16(Tight))
	folders := []*Folder{New(0), New(Width | Case), New(Search), New(Tight), New(Tight | Numerals)}
	f.Fuzz(func(t *testing.T, s string, o uint16) {
		text := folders[int(o)%len(folders)].Fold(s)
		last := 0
		for i := range text.Runes {
			from, to := text.Span(i, i+1)
			if from < last || to <= from || to > len(s) {
				t.Fatalf("rune %d of %q: bytes %d to %d after %d", i, s, from, to, last)
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[from:to]) {
				t.Fatalf("rune %d of %q: bytes %d to %d split a character", i, s, from, to)
			}
			last = to
		}
	})
}

func BenchmarkFold(b *testing.B) {
	s := strings.Repeat("您好，我想查一下我的订单為什麼還沒有發貨，I have been waiting for 3 days。", 50)
	for name, o := range map[string]Options{"search": Search, "tight": Tight} {
		b.Run(name, func(b *testing.B) {
			f := New(o)
			var text Text
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				f.FoldInto(&text, s)
			}
		})
	}
}
