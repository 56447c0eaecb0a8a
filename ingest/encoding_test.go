package ingest

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

const (
	simplified  = `{"text":"您好，我上周买的手机屏幕坏了，要求退款，否则我就去投诉你们。"}` + "\n"
	traditional = `{"text":"您好，我上週買的手機螢幕壞了，要求退款，否則我就去投訴你們。"}` + "\n"
)

func TestDecodeText(t *testing.T) {
	encode := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ascii := strings.Repeat(`{"text":"plain ASCII for a long while"}`+"\n", 5000)
	for name, c := range map[string]struct{ in, want string }{
		"utf-8":                       {simplified, simplified},
		"utf-8 with a damaged byte":   {simplified + "\xff\n" + simplified, simplified + "\xff\n" + simplified},
		"utf-16le with mark":          {encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), simplified), simplified},
		"utf-16be with mark":          {encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), simplified), simplified},
		"utf-16le":                    {encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), simplified), simplified},
		"utf-16be":                    {encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), simplified), simplified},
		"gbk":                         {encode(simplifiedchinese.GBK, simplified), simplified},
		"gbk of traditional text":     {encode(simplifiedchinese.GBK, traditional), traditional},
		"gb18030":                     {encode(simplifiedchinese.GB18030, simplified+"😀"), simplified + "😀"},
		"big5":                        {encode(traditionalchinese.Big5, traditional), traditional},
		"gbk after much ASCII":        {ascii + encode(simplifiedchinese.GBK, simplified), ascii + simplified},
		"utf-8 after much ASCII":      {ascii + simplified, ascii + simplified},
		"ASCII":                       {ascii, ascii},
		"empty":                       {"", ""},
		"neither":                     {"\xff\xff\xff\xff text", "\xff\xff\xff\xff text"},
		"much gbk, cut in the middle": {strings.Repeat(encode(simplifiedchinese.GBK, simplified), 3000), strings.Repeat(simplified, 3000)},
	} {
		for how, r := range map[string]io.Reader{"whole": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in))} {
			text, err := decodeText(r, "auto")
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(text)
			if err != nil {
				t.Fatal(err)
			}
			if s := strings.TrimPrefix(string(got), bom); s != c.want {
				t.Errorf("%s, %s: got %.80q, want %.80q", name, how, s, c.want)
			}
		}
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte(simplified))
	f.Add([]byte("\xff\xfe{\x00"))
	f.Add([]byte("plain \xb0\xa1\xb0\xa2"))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := decodeText(strings.NewReader(string(b)), "auto")
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(text)
		if err != nil {
			t.Fatal(err)
		}
		if len(out) > 4*len(b)+8 {
			t.Fatalf("%d bytes became %d", len(b), len(out))
		}
	})
}
