package demo

import (
	"strings"
	"testing"

	"earshot/models"
)

func TestPinyinOf(t *testing.T) {
	for text, want := range map[string]string{
		"您好，请问有什么可以帮您？": "nin2hao3, qing3wen4 you3 shen2me5 ke3yi3 bang1 nin2?",
		"银行重新还款":        "yin2hang2 chong2xin1 huan2kuan3",
		"不是不能":          "bu2 shi4 bu4neng2",
		"一个，一天，一直":      "yi2ge5, yi4tian1, yi4zhi2",
		"一三五，十一，一百":     "yi1 san1 wu3, shi2 yi1, yi4 bai3",
		"12315":         "yi1 er4 san1 yi1 wu3",
		"24小时":          "er4shi2si4 xiao3shi2",
		"1005元":         "yi4 qian1 ling2 wu3 yuan2",
		"VIP":           "wei1 ai4 pi1",
		"我要退款！":         "wo3 yao4 tui4kuan3!",
	} {
		got, err := pinyinOf(text)
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", text, got, err, want)
		}
	}
	if _, err := pinyinOf("退款✓"); err == nil {
		t.Error("a character without a reading was passed over")
	}
}

func TestSpellNumbers(t *testing.T) {
	for digits, want := range map[string]string{
		"0": "零", "7": "七", "10": "十", "15": "十五", "20": "二十", "110": "一百一十", "105": "一百零五", "3007": "三千零七", "1300": "一千三百",
		"007": "零零七", "13800": "一三八零零",
	} {
		if got := spellNumbers(digits); got != want {
			t.Errorf("%s: got %s, want %s", digits, got, want)
		}
	}
}

// Every Chinese call can be read out.
func TestCallsHaveReadings(t *testing.T) {
	for _, s := range Scripts() {
		if s.Channel != models.Phone || s.Language != "zh" {
			continue
		}
		for _, turn := range s.Dialogue.Turns {
			if p, err := pinyinOf(turn.Text); err != nil || len(strings.Fields(p)) == 0 {
				t.Errorf("%s: %s: %q, %v", s.ID, turn.Text, p, err)
			}
		}
	}
}
