package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// groupings are the attributes that hold one of a few values by which
// conversations are grouped, and no person: who sends them has named them.
var groupings = []string{
	"brand", "product", "model", "plan", "region", "area", "market", "country", "city", "province", "state", "site", "store", "shop", "branch", "department", "team",
	"queue", "skill", "tier", "level", "segment", "campaign", "channel", "source", "line", "category", "topic", "language", "version", "device", "platform", "vendor", "outsourcer",
	"品牌", "产品", "型号", "套餐", "地区", "区域", "大区", "市场", "国家", "城市", "省份", "站点", "门店", "网点", "部门", "班组", "团队", "队列", "技能组", "等级", "级别", "客群", "活动", "渠道", "来源", "业务线", "业务", "类别", "语言", "版本", "设备", "平台", "供应商",
}

// namesOfThings are the kinds of private data for which the value of such an
// attribute can be taken. Numbers and addresses in one stay private.
var namesOfThings = []Type{Name, Place, Organization, Group}

// isGrouping reports whether an attribute is one of groupings, by the last word
// of its name: product_line, homeRegion.
func isGrouping(attribute string) bool {
	words := strings.FieldsFunc(attribute, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	if i := strings.LastIndexFunc(last, unicode.IsUpper); i > 0 && unicode.IsLower(rune(last[i-1])) {
		last = last[i:]
	}
	last = strings.ToLower(last)
	return slices.ContainsFunc(groupings, func(g string) bool {
		return last == g || g[0] >= utf8.RuneSelf && strings.HasSuffix(last, g) // 所在城市
	})
}
