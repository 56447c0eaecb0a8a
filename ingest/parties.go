package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"earshot/models"
)

// builtinParties are names of senders that chat systems use.
var builtinParties = map[string]models.Party{
	"customer": models.Customer, "client": models.Customer, "user": models.Customer, "visitor": models.Customer,
	"guest": models.Customer, "caller": models.Customer, "consumer": models.Customer, "buyer": models.Customer,
	"客户": models.Customer, "顾客": models.Customer, "用户": models.Customer, "访客": models.Customer,
	"买家": models.Customer, "客戶": models.Customer, "顧客": models.Customer, "用戶": models.Customer, "訪客": models.Customer, "買家": models.Customer,

	"agent": models.Agent, "staff": models.Agent, "operator": models.Agent, "representative": models.Agent,
	"advisor": models.Agent, "support": models.Agent, "seller": models.Agent,
	"客服": models.Agent, "坐席": models.Agent, "座席": models.Agent, "人工": models.Agent, "卖家": models.Agent,
	"商家": models.Agent, "賣家": models.Agent, "商家客服": models.Agent, "人工客服": models.Agent,

	"system": models.System, "bot": models.System, "robot": models.System, "ivr": models.System, "assistant": models.System,
	"系统": models.System, "系統": models.System, "机器人": models.System, "機器人": models.System, "智能客服": models.System,

	"unknown": models.Unknown, "未知": models.Unknown,
}

// partyNames adds the configured names to base.
func partyNames(base map[string]models.Party, more map[string][]string) (map[string]models.Party, error) {
	names := maps.Clone(base)
	for _, party := range slices.Sorted(maps.Keys(more)) {
		if models.Party(party).Validate() != nil {
			return nil, fmt.Errorf("%q: want customer, agent, system or unknown, each with a list of names", party)
		}
		for _, name := range more[party] {
			names[strings.ToLower(strings.TrimSpace(name))] = models.Party(party)
		}
	}
	return names, nil
}
