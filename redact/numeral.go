package redact

// weakDigits are characters that speech recognition writes for a digit now and
// then: they sound alike.
var weakDigits = map[byte]string{
	'1': "要腰夭妖邀依衣医药摇咬", '2': "而儿耳尔俩饵", '3': "散伞山叁", '4': "是似死寺司事思斯私", '5': "无舞武屋午吴物误", '6': "流刘留柳溜",
	'7': "期其起妻齐奇骑漆怪乖", '8': "把吧爸巴扒拔霸罢", '9': "就酒久旧救舅", '0': "灵林凌令另玲领伶铃龄岭陵懂冻",
}

// numeralTable holds what a Chinese character is the numeral of, or sounds like:
// then with soundsLike.
var numeralTable = func() *hanTable {
	t := new(hanTable)
	for i := range t {
		r := rune(i + hanTableBegin)
		if folded, ok := numeralFolder.Rune(r); ok && folded >= '0' && folded <= '9' {
			t[i] = byte(folded)
		}
	}
	for d, all := range weakDigits {
		for _, r := range all {
			if at := &t[r-hanTableBegin]; *at == 0 {
				*at = d | soundsLike
			}
		}
	}
	return t
}()

const soundsLike = 0x80

// numeralOf returns the digit that a character other than a digit is the numeral
// of, or that speech recognition writes it for: weak; 0: there is none.
func numeralOf(r rune) (digit byte, weak bool) {
	if r >= hanTableBegin && r < hanTableEnd {
		d := numeralTable.of(r)
		return d &^ soundsLike, d&soundsLike != 0
	}
	if folded, ok := numeralFolder.Rune(r); ok && folded >= '0' && folded <= '9' {
		return byte(folded), false
	}
	return 0, false
}
