package nlp

import (
	"strings"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/search"
)

// nothing is a set of what a clause has that says nothing to a reader.
type nothing uint8

const (
	sayHello  nothing = 1 << iota // whoever says it
	sayPlease                     // of an agent: thanks, wishes, requests for a rating
	sayWait                       // of an agent, unless a number tells how long
	sayGive                       // of an agent: a request for something
	sayWho                        // what tells who it is
)

// nothings are the words of clauses that say nothing, as they are written in
// small letters.
var nothings = func() (all struct {
	words *search.Exact
	of    []nothing
}) {
	var words []string
	for kind, list := range map[nothing]string{
		sayHello: `在线吗 有人吗 在不在 有客服 人工客服在`,
		sayPlease: `包涵 包含哦 多多谅解 见谅 敬请谅解 不便之处 带来不便 带来的不便 添麻烦了 怠慢 照顾不周 招待不周 服务不周 评价 好评 五星好评 五星评价 打五星 给五星 满意度 打个分 打分 小桃心 小红心 点个赞
			感谢您的 感谢您对 感谢您选择 感谢您一直 感谢您耐心 感谢理解 感谢支持 感谢配合 感谢您 谢谢您的 谢谢理解 谢谢支持 祝您 祝你 生活愉快 天天开心 开心每一天 好运 么么哒 善解人意 遇到您这 通情达理
			为您服务 为您效劳 为您解答 为您解释一下 应该做的 应该的 您太客气 您客气 不用客气 恭候 欢迎下次 欢迎再次 期待再次 期待您的 再次光临
			能为您做 可以帮您的 可以帮到 能帮到 能帮您什么 帮您的吗 有什么可以 有什么能 有什么需要 还有其他 还有别的 还有什么问题 还有什么其他 其他问题吗 其他需要 理解您 非常理解 能理解 感同身受 换成是我 十分抱歉 深感抱歉 十分的抱歉 真的抱歉 真的很抱歉 是很抱歉 很抱歉的 心情 别着急 不要着急 请放心 您放心 您别急 您消消气 是这个商品吗 是这款吗 是这件吗
			happy_to_help glad_to_help here_to_help happy_to_assist glad_to_assist here_to_assist love_to_help like_to_help pleasure_to happy_to_be_helping happy_to_look glad_to_look be_able_to_help_you
			for_reaching_out for_contacting for_getting_in_touch for_choosing for_being_a for_your_patience for_your_understanding for_bearing for_chatting for_your_business for_your_call for_shopping for_flying your_patience your_loyalty your_business thank_you_for_calling thanks_for_calling thank_you_for_your thanks_for_your
			have_a_great have_a_good have_a_nice have_a_wonderful have_a_lovely enjoy_the_rest enjoy_your_day enjoy_your_evening sorry_to_hear sorry_for_the sorry_about_the sorry_for_any apologize_for apologise_for apologies_for my_apologies our_apologies i_understand_your understand_how understand_the_frustration i_can_imagine i_hear_you
			hesitate_to any_other_questions any_further_questions anything_else further_assistance of_further_assist if_you_need_anything if_you_have_any how_can_i_help how_may_i how_can_we_help how_could_i what_can_i_do_for short_survey quick_survey brief_survey take_a_survey a_survey rate_your rate_us rate_my rate_the_chat five_stars leave_a_review leave_us_a_review feedback_is_important value_your_feedback let_me_know_if_you_need take_care_and
			see_what_we_can_do see_what_i_can_do see_what_we_can_find see_what_i_can_find get_that_taken_care do_my_best_to do_our_best_to`,
		sayWait: `稍等 稍候 稍后哦 等一下 等待一小会 稍作休息 喝杯水 喝口水 耐心等 再等等 火速 马上为您查 马上帮您查 为您查询 帮您查询 帮您查一下 为您查一下 为您查看 帮您查看 帮您看 为您核实 正在查 正在核实 正在为您 这边看一下 看下哦 看看哈 查看一下哦 别走开 不要离开 等待下
			one_moment a_moment one_second just_a_sec a_few_seconds bear_with hang_tight hold_on_a hold_on_for hold_on_please hold_on_one please_wait please_hold give_me_a give_us_a give_me_one let_me_check let_me_see let_me_look let_me_take_a_look let_me_pull let's_see let_me_find let_me_get_that look_into_this look_into_that look_into_it look_into_your take_a_look take_a_closer_look check_this_for_you check_that_for_you check_on_that pulling_up pull_up_your pull_that_up i'll_check i'll_look i_will_check i_will_look we'll_check we'll_look we_will_look be_right_with be_right_back has_been_pulled_up in_progress
			know_if_you`,
		sayGive: `提供 报一下 报下 留下 留一下 发一下 发下 发我 发给我 发过来 发来 复制 告诉我 告知 点击 选择 输入 截图 说一下 补充下
			may_i_have can_i_have could_i_have can_i_get could_i_get may_i_get can_you_provide could_you_provide please_provide provide_me provide_us can_you_give could_you_give give_me_your what's_your what_is_your can_you_share please_share please_confirm can_you_confirm could_you_confirm please_verify can_you_verify could_you_verify dm_us dm_me send_us_a_dm send_me_a_dm pm_us message_us i'd_just_need i_need_your i'll_need_your we'll_need_your i_just_need`,
		sayWho: `单号 订单号 订单编号 咨询的订单 联系方式 联系电话 电话号 手机号 姓名 名字 贵姓 账号 帐号 会员号 卡号 身份证 验证码 链接 对话框 聊天框 表情栏 屏幕
			your_name full_name last_name first_name the_name phone_number contact_number telephone_number account_number order_number order_id account_id username user_name email_address your_email zip_code postcode post_code date_of_birth booking_reference confirmation_number security_question pin_number`,
	} {
		for _, w := range strings.Fields(list) {
			w = strings.ReplaceAll(w, "_", " ")
			words, all.of = append(words, w), append(all.of, kind)
			if isLetter(w[0]) {
				words, all.of = append(words, strings.ToUpper(w[:1])+w[1:]), append(all.of, kind)
			}
			if strings.Contains(w, " i ") || strings.HasPrefix(w, "dm ") || strings.HasPrefix(w, "pm ") {
				other := strings.ReplaceAll(w, " i ", " I ")
				if w[1] == 'm' {
					other = strings.ToUpper(w[:2]) + w[2:]
				}
				words, all.of = append(words, other, strings.ToUpper(other[:1])+other[1:]), append(all.of, kind, kind)
			}
		}
	}
	all.words = search.NewExact(words)
	return all
}()

// saysNothing reports whether a clause of s, bytes from to to of a text, is a
// pleasantry, a request for who it is or to wait or a number that an order is known
// by, or goes on with one: behind tells that the clause before was. found are the words of nothings in s.
func (s *sentence) saysNothing(text string, from, to int, found []search.Match, behind bool) bool {
	clause := text[from:to]
	if isLabelled(clause) {
		return true
	}
	if len(found) == 0 {
		return false
	}
	has, covered := nothing(0), 0
	for _, m := range found {
		if first, last := s.from+int(m.From), s.from+int(m.To); from <= first && last <= to {
			has |= nothings.of[m.Word]
			covered += last - first
		}
	}
	switch {
	case has == 0:
		return false
	case has&sayHello != 0:
		return len(clause) < longGreets
	case s.party != models.Agent:
		return false
	case has&sayPlease != 0:
		return len(clause)-covered < longPleasantry || !strings.ContainsAny(clause, numbers)
	case strings.ContainsAny(clause, numbers):
		return false
	case has&sayWait != 0:
		return len(clause)-covered < longPleasantry
	}
	return has&sayWho != 0 && (behind || has&sayGive != 0) && len(clause)-covered < longRequest
}

// numbers are characters of numbers; 一 is not: 等一下.
const numbers = "0123456789两二三四五六七八九十百千半"

const (
	longGreets     = 36 // bytes
	longPleasantry = 40 // bytes beside the words that say nothing
	longRequest    = 50 // the same
)

// labels stand before what an order or a customer is known by.
var labels = wordSet(`订单编号 订单号 订单 订单金额 下单时间 商品ID 商品id 商品编号 商品名称 运单号 快递单号 物流单号 服务单号 工单号 会员号 账号 姓名 手机 手机号 电话 联系电话 联系方式 收货地址 地址 实付 付款时间
	order_id order_number order_no order account_number account_id account username user_name email e-mail email_address phone phone_number name full_name contact contact_number tracking_number booking_reference confirmation_number zip zip_code`)

// isLabelled reports whether a clause begins with a label and a colon: the card of
// an order, or what a customer types of it.
func isLabelled(clause string) bool {
	end := strings.IndexByte(clause[:min(len(clause), longLabel)], ':')
	if end < 0 {
		end = strings.Index(clause[:min(len(clause), longLabel)], "：")
	}
	if end <= 0 {
		return false
	}
	label := strings.TrimPrefix(strings.TrimLeft(clause[:end], "[【( "), "咨询")
	return labels[strings.ToLower(strings.TrimSpace(label))]
}

// cardOf returns the length of the card of an order that a text begins with, in
// brackets as shops paste it; 0: of none.
func cardOf(text string) int {
	open := len(text) - len(strings.TrimLeft(text, " "))
	card := text[open:]
	if !strings.HasPrefix(card, "[") && !strings.HasPrefix(card, "【") {
		return 0
	}
	end := strings.IndexAny(card[:min(len(card), longCard)], "]】")
	if end < 0 || !strings.ContainsAny(card[:end], ":：") || !strings.ContainsAny(card[:end], "0123456789") {
		return 0
	}
	_, size := utf8.DecodeRuneInString(card[end:])
	return open + end + size
}

const longCard = 300 // bytes

const longLabel = 24 // bytes, with its colon

// particles are characters that names of products seldom have.
var particles = newHanSet("的了是在有不您你我他请会可能已呢哦吗吧就都还没要说给帮到过这那什么怎下上于为已周今明昨退款寄查联申等审提交付")

// address are those that none has where the agent asks whether it is the product.
var address = newHanSet("了您你我请呢哦吗吧就都没给帮这那怎")

// hanSet is a set of common Chinese characters.
type hanSet [(lastHan - firstHan) / 64]uint64

const firstHan, lastHan = 0x4E00, 0xA000

func newHanSet(all string) (s *hanSet) {
	s = new(hanSet)
	for _, r := range all {
		s[(r-firstHan)/64] |= 1 << (r % 64)
	}
	return s
}

func (s *hanSet) has(r rune) bool {
	return r >= firstHan && r < lastHan && s[(r-firstHan)/64]>>(r%64)&1 != 0
}

// titleAt returns where the name of a product ends that an agent pastes, which
// begins with the first of cuts of a text: a row of nouns as shops write it, with
// letters or marks of a type, parted by spaces. It is 0 where there is none.
func titleAt(text string, cuts [][2]int) (end int) {
	n, latin := 0, false
	without := particles
	all := text[cuts[0][0]:cuts[len(cuts)-1][1]]
	marked := strings.Contains(all, "是这个商品") || strings.Contains(all, "[商品")
	if marked {
		without = address
	}
	for i, c := range cuts {
		if i > 0 && strings.Trim(text[end:c[0]], " ") != "" {
			break
		}
		said := false
		for _, r := range text[c[0]:c[1]] {
			if said = without.has(r); said {
				break
			}
			n++
			latin = latin || r < utf8.RuneSelf && isLetter(byte(r))
		}
		if said {
			break
		}
		end = c[1]
	}
	if !marked && (n < shortTitle || !latin) {
		return 0
	}
	return end
}

const shortTitle = 16 // characters
