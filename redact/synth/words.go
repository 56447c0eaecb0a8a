package synth

import (
	"fmt"
	"strings"

	"earshot/models"
	"earshot/redact"
)

var (
	surnamesZH = strings.Fields("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 马 朱 胡 林 郭 何 高 罗 郑 梁 谢 宋 唐 许 邓 韩 冯 曹 彭 曾 肖 田 董 袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金 石 廖 贾 夏 韦 欧阳 司马")
	givenZH    = strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 建国 子涵 浩然 雨桐 志强 晓东 海燕 文博 思琪 佳怡 春梅 国庆 丹丹 俊杰 欣怡 宇轩 梓萱 德华 玉兰 建华 志明 红梅 立群 嘉豪 诗涵 天佑")
	placesZH   = strings.Fields("北京市朝阳区 北京海淀区 上海市浦东新区 广东省广州市天河区 浙江省杭州市西湖区 四川省成都市武侯区 江苏省南京市鼓楼区 湖北省武汉市洪山区 陕西省西安市雁塔区 成都市高新区 重庆市渝北区 山东省青岛市市南区 福建省厦门市思明区 苏州市工业园区 深圳市南山区")
	roadsZH    = strings.Fields("建国路 文三路 天府大道 中山北路 科技园南路 人民东路 解放大街 长江路 学院路 和平里 望京西路 世纪大道 五一南路 滨江大道 花园街")
	wordsKept  = []string{"我的订单什么时候发货", "你们客服电话打不通", "路由器坏了", "从北京到上海多少钱", "我要退货，质量太差", "周一下午三点方便吗", "在高新区有没有门店", "我是来投诉的", "叫你们经理来", "我姓什么不重要", "名字填错了怎么改", "这个小区有几个快递点", "道路封了过不去", "三楼有卖场吗", "十五号之前能到吗"}
)

// Words makes a case whose secret is a Chinese name or address, or one in which
// there is none and words stand that such have.
func (m Maker) Words() Case {
	name := surnamesZH[m.IntN(len(surnamesZH))] + givenZH[m.IntN(len(givenZH))]
	c := Case{Language: "zh", Channel: models.WebChat}
	var text string
	switch m.IntN(4) {
	case 0:
		c.Kind, c.Secret = redact.Name, name
		text = m.pick("我叫", "收件人是", "姓名：", "我是", "联系人", "持卡人是") + name + m.pick("，", "。", "，帮我查一下订单", "")
	case 1:
		c.Kind, c.Secret = redact.Name, name
		text = m.pick("请问是", "您好，", "麻烦找一下", "我找") + name + m.pick("先生", "女士") + m.pick("吗", "在吗", "的快递")
	case 2:
		c.Kind = redact.Address
		c.Secret = placesZH[m.IntN(len(placesZH))] + roadsZH[m.IntN(len(roadsZH))] + fmt.Sprintf("%d号", 1+m.IntN(300))
		if m.chance(50) {
			c.Secret += fmt.Sprintf("%d%s%d单元%d室", 1+m.IntN(30), m.pick("栋", "号楼", "幢"), 1+m.IntN(5), 101+m.IntN(1800))
		}
		text = m.pick("我住在", "地址是", "寄到", "收货地址：", "请送到", "家在") + c.Secret + m.pick("", "，谢谢", "可以吗")
	default:
		text = wordsKept[m.IntN(len(wordsKept))]
	}
	c.Turns = []models.Turn{{Party: models.Customer, Text: text}}
	return c
}
