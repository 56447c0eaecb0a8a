package brief

import (
	"strings"
	"sync/atomic"

	"earshot/models"
)

// causes are the causes of the lexicons reason-en and reason-zh in words that
// go into a sentence: field and cause, in English and in Chinese.
var causes = map[string][2]string{
	"delivery/courier":          {"the courier", "配送员服务"},
	"delivery/damaged":          {"damaged goods", "货物破损"},
	"delivery/late":             {"late delivery", "配送延误"},
	"delivery/lost":             {"lost parcels", "包裹丢失"},
	"delivery/wrong item":       {"wrong goods", "发错货"},
	"sales/misleading":          {"misleading sales talk", "销售误导"},
	"service/attitude":          {"the attitude of agents", "服务态度差"},
	"service/broken promise":    {"broken promises", "承诺未兑现"},
	"service/no answer":         {"getting no answer", "联系不上客服"},
	"service/passed around":     {"being passed around", "互相推诿"},
	"account/access":            {"access to the account", "账户无法登录"},
	"billing/hidden fee":        {"hidden fees", "隐形收费"},
	"billing/invoice":           {"invoices", "发票问题"},
	"billing/wrong charge":      {"wrong charges", "扣费错误"},
	"change/leave":              {"leaving the service", "退订销户"},
	"change/order":              {"changes to an order", "订单变更"},
	"enquiry/order":             {"the state of an order", "订单查询"},
	"enquiry/product":           {"product enquiries", "产品咨询"},
	"price/change":              {"price changes", "价格变动"},
	"product/missing part":      {"missing parts", "缺少配件"},
	"product/not as described":  {"goods that are not as described", "货不对板"},
	"product/defect":            {"defective products", "产品质量问题"},
	"refund/refused":            {"refused refunds", "拒绝退款"},
	"refund/slow":               {"slow refunds", "退款太慢"},
	"repair/late":               {"late repairs", "维修延误"},
	"repair/again":              {"repeated repairs", "反复维修"},
	"service/wrong information": {"wrong information from agents", "告知信息有误"},
	"booking/failed":            {"bookings that were not kept", "预订未落实"},
	"claim/refused":             {"refused claims", "拒绝理赔"},
	"claim/slow":                {"slow claims", "理赔太慢"},
	"contract/locked in":        {"being held in a contract", "合约限制退出"},
	"order/cancelled":           {"orders cancelled by the company", "订单被取消"},
	"payment/failed":            {"failed payments", "支付失败"},
	"payment/not credited":      {"payments not credited", "款项未到账"},
	"privacy/leak":              {"leaked personal data", "个人信息泄露"},
	"privacy/unwanted contact":  {"unwanted calls and messages", "营销骚扰"},
	"product/unsafe":            {"unsafe products", "产品安全隐患"},
	"security/fraud":            {"fraud", "盗刷诈骗"},
	"stay/condition":            {"the state of rooms", "住宿环境差"},
	"travel/cancelled":          {"cancelled journeys", "行程取消"},
	"travel/delayed":            {"delayed journeys", "行程延误"},
	"app/failure":               {"failures of the app", "应用故障"},
	"network/outage":            {"network outages", "网络中断"},
	"network/slow":              {"a slow network", "网络太慢"},
}

// groups are the branches and fields of the causes.
var groups = map[string][2]string{
	"people": {"people", "人员问题"}, "process": {"processes", "流程问题"}, "system": {"systems", "系统问题"},
	"process/booking":  {"bookings", "预订问题"},
	"process/claim":    {"claims", "理赔问题"},
	"process/contract": {"contracts", "合约问题"},
	"process/order":    {"orders", "订单问题"},
	"process/payment":  {"payments", "付款问题"},
	"process/privacy":  {"privacy", "隐私问题"},
	"process/security": {"security", "账户安全"},
	"process/stay":     {"rooms", "住宿问题"},
	"process/travel":   {"journeys", "行程问题"},
	"system/payment":   {"payments", "支付系统"},
	"process/account":  {"accounts", "账户问题"}, "process/billing": {"billing", "账单问题"}, "process/change": {"changes", "变更问题"},
	"process/delivery": {"delivery", "配送问题"}, "process/enquiry": {"enquiries", "咨询"}, "process/price": {"prices", "价格问题"},
	"process/product": {"products", "产品问题"}, "process/refund": {"refunds", "退款问题"}, "process/repair": {"repairs", "维修问题"},
	"process/service": {"service", "服务流程"}, "people/delivery": {"couriers", "配送人员"}, "people/sales": {"sales", "销售人员"},
	"people/service": {"agents", "服务人员"}, "system/app": {"the app", "应用问题"}, "system/network": {"the network", "网络问题"},
	"system/product": {"products", "产品问题"}, "system/repair": {"repairs", "维修问题"},
}

// ownNames are the words of whoever runs this for fields and reasons.
var ownNames atomic.Pointer[map[string]map[string]string]

// SetNames gives names to fields and reasons, by the part of a cause and the
// language: once, before anything is written.
func SetNames(names map[string]map[string]string) { ownNames.Store(&names) }

// CauseName returns a cause, branch/field/cause or without its branch, or a
// branch or field, in words that go into a sentence: those of SetNames for its
// last part go before ours. One that has none stays as it is.
func CauseName(label, language string) string {
	if own := ownNames.Load(); own != nil {
		if word := (*own)[label[strings.LastIndexByte(label, '/')+1:]][language]; word != "" {
			return word
		}
	}
	if label == models.CauseUnknown {
		if language == "zh" {
			return "未归因的投诉"
		}
		return "complaints without a known cause"
	}
	for _, key := range []string{label, label[strings.IndexByte(label, '/')+1:]} {
		names, ok := groups[key]
		if !ok {
			names, ok = causes[key]
		}
		if ok {
			if language == "zh" {
				return names[1]
			}
			return names[0]
		}
	}
	return strings.ReplaceAll(label, "/", " / ")
}

var dimensions = map[string][2]string{
	"product": {"about the product", "产品"}, "region": {"from the region", "地区"}, "channel": {"on the channel", "渠道"},
	"queue": {"in the queue", "队列"}, "tag": {"with the tag", "标签"},
}
