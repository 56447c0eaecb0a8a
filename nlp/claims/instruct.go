package claims

import (
	"regexp"
	"slices"
	"strings"

	"earshot/models"
	"earshot/models/fold"
	"earshot/models/needle"
)

var turnFolder = fold.New(fold.Search)

// instructions is how people speak to a machine that reads along: such turns
// are data like any other, but nothing may rest on them.
var instructions = siftAll(
	`(?:ignore|disregard|forget|override|bypass|overwrite|skip)\W.{0,60}(?:instruct|prompt|rule|previous|above|prior|earlier|system|context|everything|guideline|told)`,
	`(?:system|developer|admin|assistant|root)\s*(?:prompt|message|mode|instruction|override|command|note)`,
	`you(?:'re| are| must| will| shall| should)?\s+(?:now |only |an? |the |act as |pretend |to )*(?:chatgpt|gpt|dan\b|ai\b|assistant|language model|summari[sz]er|model|bot\b|machine|note ?taker)`,
	`(?:write|output|print|respond|reply|answer|state|summari[sz]e|conclude|record|put|include|add|mark|set|rate|score|give|replace)\W.{0,60}(?:summary|summaries|the (?:customer|agent|caller)|json|verbatim|score|rating|satisf|full marks|perfect|note|record|transcript|report)`,
	`(?:summary|report|score|rating|scorecard|transcript|evaluation|review)\W.{0,30}(?:should|must|has to|needs? to|is to|say|says|read|state|show)`,
	`as an? (?:ai|language model)|language model|\bprompt\b|new (?:task|instruction|rule)|jailbreak|</?\s*(?:system|data|transcript|turn|user|assistant)|(?:begin|end|start) of (?:the )?(?:transcript|data|conversation|prompt)|\bjson\b|base ?64|rot ?13|\bdecode\b|\bhex\b|reverse the|spell(?:ed)? backwards`,
	`[a-z0-9+/]{28,}={0,2}`,
	`the (?:customer|caller|agent|representative)(?:'s)? (?:is|was|were|has|had|did|feels?|felt|got|received|agreed|thanked|resolved|handled|offered|refunded|admitted|apologi[sz]ed|promised|deserves?|score|issue|problem)`,
	`(?:忽略|无视|忘记|忘掉|忘了|跳过|绕过|覆盖|不要理会|不用理会|别管|抛开|取代).{0,24}(?:指令|指示|提示|规则|要求|之前|上面|前面|以上|设定|内容|约束|命令)`,
	`(?:系统|开发者|管理员)(?:提示|消息|指令|模式|命令|设定|备注)`,
	`你(?:现在|从现在起|从此|必须|要|应该|只能)?(?:是|扮演|充当|作为|变成).{0,14}(?:模型|助手|机器人|ai|人工智能|总结|摘要|记录员|质检)`,
	`(?:总结|摘要|小结|纪要|评分|打分|质检)(?:里|中|上|时|的时候|结果|内容)?.{0,12}(?:写|输出|改|填|必须|应该|要|给|为|成|显示|说|注明|标|是)|(?:报告|工单|记录|评价|备注)(?:里|中|上|必须|应该|要).{0,10}(?:写|输出|改|填|显示|说|注明|标)`,
	`(?:写|输出|打印|生成|填|记|标记|标注|注明|回复|回答|改)(?:成|为|出|上|入|下)?.{0,16}(?:客户|坐席|客服|满意|满分|摘要|总结|小结|报告|评分|一百分|100分|json)`,
	`语言模型|大模型|人工智能|提示词|越狱|满分|(?:新的|以下)(?:指令|任务|规则)|解码|编码|倒过来|反过来念|拼起来|连起来(?:读|念)|字母(?:拼|连)`,
	`(?:该|这位|此|本次)?(?:客户|来电人|用户|坐席|客服)(?:已经|已|对|非常|很|十分|表示|完全|都|态度|服务|的问题|全部)?.{0,8}(?:满意|完美|优秀|圆满|解决|认错|道歉了|赔偿了|退款了|同意|承诺|表扬|好评)`,
	`(?:when|whenever|once|if|while) (?:you|they|it|someone|anybody|anyone|the system) (?:are |is )?(?:to )?(?:summari[sz]|transcrib|evaluat|review|scor|grad|read(?:ing)? this|listen|analy[sz]|writ(?:e|ing) (?:this|the|up))`,
	`\b(?:hey|dear|hello|attention|whatever|whoever|whichever|to the|to any|note to)\s.{0,24}\b(?:computer|machine|software|model|bot|robot|algorithm|reviewer|ai|transcriber|summari[sz]er)\b`,
	`\b(?:stop|start|begin|keep)\s+(?:analy[sz]ing|echoing|summari[sz]ing|writing|typing|evaluating|following)\b|\byour (?:guidelines|programming|instructions|training|real job|actual task)\b|\bthe (?:true|real|actual|official) (?:record|summary|transcript|outcome)\b`,
	`(?:不要|别|无需|停止|不必)(?:再)?(?:遵守|遵循|分析|总结|执行|按照)|真(?:正|实)的(?:记录|任务|总结|内容|结果)|(?:机器|软件|电脑|程序|算法|机器人|审核)(?:在听|听着|注意|请|来写|写出|记)|照(?:念|抄|写)`,
)

func siftAll(expressions ...string) []needle.Sifted {
	all := make([]needle.Sifted, len(expressions))
	for i, e := range expressions {
		all[i] = needle.Sift(e)
	}
	return all
}

// commands tell somebody what to put down, word by word. A colon is seldom
// spoken; in chats it follows what was found, not what to write.
var commands = siftAll(
	`(?:^|[.,;!?]\s*|\b(?:please|now|just|only|to|must|should|you)\s+)(?:write|type|print|output|echo|echoing|report|record|enter|note|put|repeat|mark|answer|reply|respond|include|add|state)\b[^.!?:]{0,60}:\s*\S`,
	`(?:请|必须|要|只|就|开始|应该|给我|务必)[^。！？，:：]{0,10}(?:写|念|读|打|标|输出|回复|记录|报告|重复|复述|填|注明|返回|显示)[^。！？，:：]{0,8}[:：]`,
	`(?:逐字|一字不差|原样)[^。！？，]{0,4}(?:写|念|读|重复|复述|照抄|输出|记录)|repeat after me|word for word|verbatim`,
)

// outsiders: customers speak of "the customer" as of somebody else only to
// whoever writes about them. Not so of the customer service or an old customer.
var (
	outsiderEN = regexp.MustCompile(`\bthe (?:customer|caller)(?:'s)?(?: (\w+))?`)
	outsiderZH = needle.Sift(`(?:^|[,.:;!?，。：；！？“" ]|(?:情况|结果|结论|内容|事实|任务)就?是|写|说明?|报告|记录|因为|念|回复|标成|重复|认为|表示)(?:该|这位|此)?(?:客户|来电人)(?:[^经端服名号群体关代]|$)|坐席|座席`)
	services   = map[string]bool{"service": true, "services": true, "support": true, "care": true, "relations": true, "account": true, "number": true, "portal": true, "id": true}
)

func ofOutsider(folded string) bool {
	if !strings.Contains(folded, "the c") {
		return outsiderZH.MatchString(folded)
	}
	for _, m := range outsiderEN.FindAllStringSubmatch(folded, -1) {
		if !services[m[1]] {
			return true
		}
	}
	return outsiderZH.MatchString(folded)
}

// spread is how many turns of one party in a row an instruction is looked for
// across.
const spread = 6

// instructing returns the turns that speak to a machine, alone or together
// with the turns of the same party before and after them.
func instructing(t *models.Transcript) map[int]bool {
	out := map[int]bool{}
	folded := make([]string, len(t.Turns))
	for i := range t.Turns {
		folded[i] = foldSpaces(t.Turns[i].Text)
		out[i] = speaksToMachine(folded[i], t.Turns[i].Party)
	}
	for i := range t.Turns {
		if t.Turns[i].Party == models.Agent {
			continue
		}
		together, parts := folded[i], []int{i}
		for k := i + 1; k < len(t.Turns) && len(parts) < spread; k++ {
			if t.Turns[k].Party != t.Turns[i].Party {
				continue
			}
			parts = append(parts, k)
			before := out[i] && out[k]
			together += " " + folded[k]
			if before || !spansParts(together, folded, parts) {
				continue
			}
			for _, p := range parts {
				out[p] = true
			}
		}
	}
	return out
}

func foldSpaces(text string) string {
	f := turnFolder.Fold(text)
	return strings.Join(strings.Fields(f.String()), " ")
}

// speaksToMachine reports whether what a party says, folded, speaks to a
// machine by itself.
func speaksToMachine(folded string, party models.Party) bool {
	matches := func(s needle.Sifted) bool { return s.MatchString(folded) }
	return slices.ContainsFunc(instructions, matches) || party != models.Agent && (slices.ContainsFunc(commands, matches) || ofOutsider(folded))
}

// spansParts reports whether an instruction runs over all of the parts: it
// begins in the first and ends in the last.
func spansParts(together string, folded []string, parts []int) bool {
	last := len(together) - len(folded[parts[len(parts)-1]])
	for _, one := range instructions {
		if !one.Worth(together) {
			continue
		}
		for _, m := range one.FindAllStringIndex(together, -1) {
			if m[0] < len(folded[parts[0]]) && m[1] > last {
				return true
			}
		}
	}
	return false
}
