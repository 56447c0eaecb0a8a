package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// besideName is what stands beside a name in a line of a list: a mobile number,
// or the word for one.
var besideName = regexp.MustCompile(`1[3-9]\d{9}|(?:联系)?(?:电话|手机)号?码?[:：]`)

// namesByNumbers returns the names that stand beside a mobile number in Chinese
// text, which is s in simplified characters, with nothing else: 陈建国13212345678.
func namesByNumbers(s string) []found {
	if !strings.Contains(s, "1") && !strings.Contains(s, "电话") && !strings.Contains(s, "手机") {
		return nil
	}
	var out []found
	for _, m := range besideName.FindAllStringIndex(s, -1) {
		before := len(strings.TrimRight(s[:m[0]], " ,，、/"))
		from := before
		for from > 0 && before-from < 5*utf8.UTFMax {
			r, size := utf8.DecodeLastRuneInString(s[:from])
			if !unicode.Is(unicode.Han, r) {
				break
			}
			from -= size
		}
		if soleName(s[from:before]) {
			out = append(out, found{Name, from, before})
		}
		if s[m[0]] != '1' {
			continue
		}
		after := m[1] + len(s[m[1]:]) - len(strings.TrimLeft(s[m[1]:], " ,，、/"))
		to := after + strings.IndexFunc(s[after:]+" ", func(r rune) bool { return !unicode.Is(unicode.Han, r) })
		if soleName(s[after:to]) {
			out = append(out, found{Name, after, to})
		}
	}
	return out
}

// soleName reports whether characters on their own are a name and no word that
// begins like one.
func soleName(s string) bool {
	given := s[surnameEnd(s, 0):]
	n := utf8.RuneCountInString(given)
	return len(given) < len(s) && n >= 1 && n <= 2 && !strings.ContainsAny(given, notGiven) && !notNames[s]
}

// notNames are words that stand beside numbers and begin like a name.
var notNames = set(`谢谢 马上 白天 常用 安装 单位 时间 查询 查一下 解绑 解除 解冻 应该 全部 包裹 于今 金额 经办 边上 成功 安排 方式 方案 文字 华为 万一 牛奶 高级 高速 常见 强制 安全 温馨 管理 管家 江苏 江西 安徽 温州 徐州 常州 沈阳 洛阳 成都 郑州 邵阳 岳阳 石家庄 张家口 马鞍山 景德镇 连云港 金华 宁波 宁夏 海南 吉林 辽宁 广州 苏州 杭州 柳州 梅州 桂林 秦皇岛 葫芦岛 白条 金条 明天 明早 申请 申诉 祝好 连接 连号 连续 席位 金卡 金融 边境 关闭 关机 车主 车牌 房间 房号 门卫 向下 向上 成交 平台 高峰 尚未 都是 庄园 田园`)
