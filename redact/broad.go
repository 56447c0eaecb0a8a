package redact

import (
	"regexp"
	"strings"
)

var (
	dateTimes = regexp.MustCompile(`(?i)\b(?:` + dateEN + `|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:in|since|during|of|by|from|until|before|after) ((?:19|20)[0-9]{2}))\b(?:[ T,]+(?:at )?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[ap]\.?m\b)?)?|\b[0-9]{1,2}(?::[0-9]{2}(?::[0-9]{2})?(?: ?[ap]\.?m\b)?| ?[ap]m\b)|` + dateZH)
	ages      = regexp.MustCompile(`(?i)\b([0-9]{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -][a-z]+)?)(?:[ -]years?[ -]olds?\b| ?y/?o\b| years of age)|\b(?:aged?|turn(?:s|ed|ing)?)(?: is|:| just)? ([0-9]{1,3})\b|([0-9]{1,3}|[一二三四五六七八九十百零两]{1,4})\s?(?:周岁|岁|歲)`)
	titles    = regexp.MustCompile(`(?i)\b(?:mr|mrs|ms|mx|dr|prof|sir|madam|miss|reverend|rev|hon|professor|doctor|capt|captain)\b\.?|先生|女士|小姐|太太|阿姨|老师|师傅|经理`)
	urls      = regexp.MustCompile(`(?i)\b(?:https?://[^\s<>"'，。）]+|www\.[^\s<>"'，。）]+|(?:[a-z0-9][a-z0-9-]*\.)+(?:com|net|org|edu|gov|io|info|biz|co|cn|uk|de|fr|es|it|nl|se|ch|be|at|pl|jp|ru|br|in|au|ca)\b(?:/[^\s<>"'，。）]*)?)`)
	companyZH = regexp.MustCompile(`\p{Han}{2,12}?(?:有限公司|公司|集团|银行|保险|大学|医院)`)
	ips       = regexp.MustCompile(`\b(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\b|\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b`)
	notIP     = regexp.MustCompile(`(?i)(?:version|release|firmware|build|section|\bv|版本|固件)\s*:?\s*$`)
	zips      = regexp.MustCompile(`(?i)\b(?:zip|zip ?code|post ?code|postal code)(?: is|:|,| number)*\s+([0-9][0-9 -]{2,8}[0-9]|[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2})\b|邮编(?:是|为|：|:)?\s*([0-9]{6})`)
)

// broadIn returns what is of the broad types in a text. What is the beginning
// of a finer type counts as that.
func broadIn(text, small string, signs sign) []found {
	var out []found
	add := func(t Type, re *regexp.Regexp) {
		for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
			from, to := m[0], m[1]
			for g := 2; g < len(m); g += 2 {
				if m[g] >= 0 {
					from, to = m[g], m[g+1]
				}
			}
			out = append(out, found{t, from, to})
		}
	}
	add(Date, dateTimes)
	if signs&signNumber != 0 || strings.Contains(small, "ty") {
		add(Age, ages)
	}
	add(Title, titles)
	if signs&signDot != 0 || strings.Contains(text, "://") {
		add(URL, urls)
	}
	if signs&signHan != 0 {
		add(Organization, companyZH)
		out = append(out, properIn(text, properZH)...)
	}
	return append(out, properWordsIn(text)...)
}

// networkIn returns addresses of computers, and postal codes that stand apart
// from an address.
func networkIn(text, small string, signs sign) []found {
	var out []found
	if signs&signDigit != 0 && (signs&signDot != 0 && dotsInNumbers(text, 3) || strings.Contains(text, "::") || strings.Count(text, ":") >= 7) {
		for _, m := range ips.FindAllStringIndex(text, -1) {
			if !notIP.MatchString(lastRunes(text[:m[0]], 12)) {
				out = append(out, found{IP, m[0], m[1]})
			}
		}
	}
	if strings.Contains(small, "zip") || strings.Contains(small, "post") || signs&signHan != 0 && strings.Contains(text, "邮编") {
		for _, m := range zips.FindAllStringSubmatchIndex(text, -1) {
			for g := 2; g < len(m); g += 2 {
				if m[g] >= 0 {
					out = append(out, found{Address, m[g], m[g+1]})
				}
			}
		}
	}
	return out
}

// properWordsIn returns the places, peoples, days and companies named in a
// text. Peoples may be written small; the others have a capital.
func properWordsIn(text string) []found {
	var out []found
	for at := 0; at < len(text); {
		if !latin(rune(text[at])) {
			at++
			continue
		}
		from := at
		for at < len(text) && (latin(rune(text[at])) || text[at] == '-') {
			at++
		}
		t, ok := proper(text[from:at])
		if !ok || t == "" || t != Group && text[from] > 'Z' || t == Date && at-from < 4 || len(text[from:at]) < 3 && text[from:at] != "US" && text[from:at] != "UK" {
			continue
		}
		if n := len(out); n > 0 && out[n-1].kind == t && text[out[n-1].to:from] == " " {
			out[n-1].to = at // New York, Hong Kong
			continue
		}
		if t == Place {
			for _, first := range []string{"New ", "San ", "Los ", "Las ", "Saint ", "St ", "North ", "South ", "United ", "Saudi "} {
				if strings.HasSuffix(text[:from], first) {
					from -= len(first)
				}
			}
		}
		out = append(out, found{t, from, at})
	}
	return out
}

// properZH are the Chinese names of places and peoples.
var properZH = func() map[Type][]string {
	return map[Type][]string{
		Place: strings.Fields(`北京 上海 天津 重庆 广州 深圳 杭州 南京 武汉 成都 西安 苏州 长沙 郑州 青岛 大连 厦门 宁波 无锡 福州 济南 合肥 昆明 哈尔滨 沈阳 长春 石家庄 太原 南昌 贵阳 南宁 海口 兰州 银川 西宁 乌鲁木齐 拉萨 呼和浩特
 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 中国 美国 英国 法国 德国 日本 韩国 加拿大 澳大利亚 新加坡 俄罗斯 意大利 西班牙`),
		Group: strings.Fields(`汉族 回族 满族 藏族 维吾尔族 壮族 苗族 彝族 蒙古族 中国人 美国人 日本人 韩国人 英国人 佛教 基督教 伊斯兰教 天主教 穆斯林`),
	}
}()

func properIn(text string, words map[Type][]string) []found {
	var out []found
	for _, t := range []Type{Group, Place} {
		for _, w := range words[t] {
			for at := 0; ; {
				n := strings.Index(text[at:], w)
				if n < 0 {
					break
				}
				out = append(out, found{t, at + n, at + n + len(w)})
				at += n + len(w)
			}
		}
	}
	return out
}
