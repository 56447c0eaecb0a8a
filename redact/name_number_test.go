package redact

import (
	"testing"

	"earshot/models"
)

// TestNamesInLists: who delivers and who receives, as an agent copies it from a list.
func TestNamesInLists(t *testing.T) {
	for in, want := range map[string]string{
		"A: 配送员:王强，电话:13612345678":           "配送员:[姓名1]，电话:[手机号1]",
		"A: 已取货(李建国，电话：13612345678)":         "已取货([姓名1]，电话：[手机号1])",
		"A: 快递员：钱小帆 13612345678或13712345678": "快递员：[姓名1] [手机号1]或[手机号2]",
		"C: 陈建国13212345678":                  "[姓名1][手机号1]",
		"C: 13212345678 王小明":                 "[手机号1] [姓名1]",
		"C: 名字:林小雨":                          "名字:[姓名1]",
		"C: 13212345678 谢谢":                  "[手机号1] 谢谢",
		"A: 配送员马上联系您，请稍等":                    "配送员马上联系您，请稍等",
		"A: 客服:高兴为您服务":                       "客服:高兴为您服务",
		"C: 联系单位，电话:13212345678":             "联系单位，电话:[手机号1]",
	} {
		if got := masked(t, models.WebChat, in).Transcript.Turns[0].Text; got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}
