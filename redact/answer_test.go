package redact

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"earshot/models"
)

// marked reads a dialogue in which private data is marked, {name 张建国}, and
// returns it without marks, and as it should be masked, with the types for
// placeholders. Marks of one type and digit, {name1 …}, are one person's or one
// number's; other digits, another's.
func marked(dialogue string) (plain, want string) {
	plain = markRE.ReplaceAllString(dialogue, "$3")
	want = markRE.ReplaceAllString(dialogue, "<$1$2>")
	return plain, want
}

var markRE = regexp.MustCompile(`\{([a-z_]+)([0-9]?) ([^}]*)\}`)

// phones: which kind of telephone is no matter here.
var phones = strings.NewReplacer("<landline>", "<mobile>")

// asMarked masks a dialogue and returns it with types for placeholders; numbered
// ones where want numbers that type.
func asMarked(t *testing.T, channel models.Channel, plain, want string) string {
	t.Helper()
	in := masked(t, channel, plain)
	numbers := map[string]string{} // of want's, by placeholder
	wanted := regexp.MustCompile(`<([a-z_]+)([0-9]?)>`).FindAllStringSubmatch(want, -1)
	var lines []string
	n := 0
	for i, line := range strings.Split(plain, "\n") {
		text := in.Transcript.Turns[i].Text
		var b strings.Builder
		at := 0
		for _, p := range placeholders(text) {
			b.WriteString(text[at:p.from])
			number := ""
			if n < len(wanted) && wanted[n][2] != "" {
				name := fmt.Sprint(p.kind, p.number)
				if numbers[name] == "" && !used(numbers, string(p.kind), wanted[n][2]) {
					numbers[name] = string(p.kind) + wanted[n][2]
				}
				number = strings.TrimPrefix(numbers[name], string(p.kind))
			}
			fmt.Fprintf(&b, "<%s%s>", p.kind, number)
			at = p.to
			n++
		}
		b.WriteString(text[at:])
		lines = append(lines, line[:3]+b.String())
	}
	return phones.Replace(strings.Join(lines, "\n"))
}

func used(numbers map[string]string, kind, number string) bool {
	for _, v := range numbers {
		if v == kind+number {
			return true
		}
	}
	return false
}

// TestAnswers holds pieces of dialogues in several trades: what answers a
// question is masked as what was asked for, and nothing else is.
func TestAnswers(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(answersZH+answersEN), "\n") {
		plain, want := marked(strings.ReplaceAll(line, " | ", "\n"))
		for _, channel := range []models.Channel{models.Phone, models.WebChat} {
			if got := asMarked(t, channel, plain, want); got != phones.Replace(want) {
				t.Errorf("%s:\n got %s\nwant %s", channel, strings.ReplaceAll(got, "\n", " | "), strings.ReplaceAll(want, "\n", " | "))
			}
		}
	}
}

const answersZH = `
A: 请问您方便提供一下机主姓名和身份证后四位吗 | C: {name1 张建国}，{id_number 三六二幺} | A: 好的{name1 张}先生，我这边帮您核实一下
A: 请问被保险人姓名和保单号是多少呢 | C: {name 陈国栋}，保单号{account P2025 0917 3346} | A: 好的，请问是什么原因住院的
A: 麻烦您报一下订单号或者乘机人的证件号 | C: 订单号我没记，身份证是{id_number 五一零一零七一九九二零三一八零零二四} | A: 请问是{name1 林晓燕}女士对吗 | C: 对的 | A: {name1 林}女士，航班已经取消了
A: 您好，请问怎么称呼您 | C: {name1 吴芳} | A: {name1 吴}女士您好，请问有什么可以帮您
A: 请问您贵姓 | C: 免贵姓{name 秦} | A: 您想咨询哪个套餐 | C: 白色那款
A: 请报一下您的姓名 | C: 稍等我找一下 | A: 好的 | C: 嗯，{name 马晓东}
A: 请问您叫什么名字 | C: 没有必要吧 | A: 那方便的话留个电话 | C: 不用了
A: 麻烦说一下患者的姓名和出生日期 | C: {name 韩雨桐}，{birth_date 二零一五年六月九号} | A: 挂哪个科 | C: 儿科，周三上午
A: 您的出生年月日是 | C: {birth_date 1976年12月8日} | A: 好的核对无误
A: 请问孩子的生日是哪天 | C: {birth_date 一八年三月初五}吧 | A: 那报小班
A: 请问您的手机尾号 | C: {mobile 八八零三} | A: {mobile 八八零三}，对吗 | C: 对
A: 卡号后四位麻烦报一下 | C: {card_end 六六幺二} | A: 请问消费金额是多少 | C: 一千二百三十四块
A: 请问您的会员号是多少 | C: {account 70031122} | A: 您的订单号呢 | C: 20261120887
A: 请提供一下保单号 | C: 我2019年买的，保单不在手边 | A: 身份证号也行 | C: {id_number 320106198812040418}
A: 您的身份证号码是 | C: {id_number 四一零一零二一九七七零五零六幺幺二叉}
A: 请问您要退哪件商品 | C: 黄色的卫衣 | A: 订单里有两件 | C: 大码那件
A: 请问地址是哪里 | C: {address 望江路88号5栋602} | A: 什么时候方便上门 | C: 周六下午两点以后
A: 收货地址和联系人麻烦发一下 | C: {address 浙江省杭州市余杭区五常大道18号}，{name 高敏}
A: 门牌号是多少 | C: {address 1203} | A: 好的，师傅大概四点到
A: 您的车牌号麻烦报一下 | C: {plate 鲁B·K3852} | A: 车停在哪里了 | C: 机场停车场P3
A: 请问户名是 | C: {name 欧阳建华} | A: 缴费户号呢 | C: {account 10027756}
A: 名字是哪几个字 | C: {name 弓长张}，{name 建设的建}，{name 国家的国}
A: 您预留的电话是多少 | C: {mobile 幺三九} | A: 嗯 | C: {mobile 零零零二 三三四五}
A: 请问是{name1 方志远}吗 | C: 是我 | A: {name1 方}先生，您的快递到了
A: 联系人姓名 | C: 收件人写{name1 宋佳} | A: 好的，{name1 宋佳}，电话不变对吧 | C: 不变
A: 请问您需要办理什么业务 | C: 安装宽带 | A: 请问是哪个小区 | C: 万科城市花园三期
A: 请问您贵姓 | C: 我姓什么不重要，你先说什么时候退款
A: 余额是多少您看到了吗 | C: 三百二十五 | A: 那充值记录呢 | C: 上周充了两次
A: 您的编号麻烦念一下，就是病历号 | C: {account 零零三八二七一} | A: 请问哪里不舒服 | C: 高血压，头晕
A: 那您看报错的地方是什么 | C: 方框是红的 | A: 您输的账号是哪一个 | C: 那个{account 22310098}`

const answersEN = `
A: Can I take your account number and the first line of your address? | C: It's {account 4471 889 203}, and it's {address 14 Wexford Close}. | A: Lovely, thank you.
A: Could I have your full name and date of birth? | C: {name1 Danielle Ortiz}, {birth_date March 3rd 1987}. | A: Thank you {name1 Danielle}. And the last four of your social? | C: {ssn 4 4 oh 9}.
A: Sure, what's her name and date of birth? | C: {name Emily Nakamura}, it's {birth_date the ninth of June, two thousand fifteen}. | A: Okay, with Dr. {name Patel} at 2:30 on Thursday the 3rd.
A: What number's best? | C: {mobile Oh seven seven double oh, nine hundred, one two three}. | A: Got it, he'll ring you before five.
A: Good morning, thanks for calling Brightline Energy, this is Priya, how can I help? | C: Brightline Energy doubled my bill.
A: Hi there, thanks for contacting Nimbus support, you're chatting with Leo | C: Leo, why is Nimbus down again
A: Good afternoon, Lakeside Family Clinic, Tonya speaking. | C: Our insurance changed to Blue Ridge in October. | A: We do take Blue Ridge.
A: I'm seeing three transactions at Fuel Depot, $84.10, $61.75 and $112.00. | C: I have never been to Fuel Depot.
A: Thanks for calling Parcelway, this call may be recorded, I'm Deon. | C: Hi Deon, Parcelway lost my parcel.
A: May I have your name please? | C: Sure, one sec. | A: No rush. | C: It's {name grzegorz nowak}.
A: Who am I speaking to? | C: {name1 Mark Stone}. | A: Hi {name1 Mark}, which day works? | C: Tuesday.
A: Can I get the name on the booking? | C: I already told the other guy. | A: Sorry, once more please? | C: {name Aaliyah Brooks}.
A: And your first name? | C: {name Grace}. | A: What is the order about? | C: The blue kettle.
A: Could I have the last four digits of the card? | C: Sure, {card_end 4471}.
A: What's a good number for you? | C: I fly on 28/11/17 and back on 30/11/17.
A: What's your date of birth? | C: {birth_date Four twelve eighty five}. | A: And the reason for the call? | C: Wrong charge.
A: Can you confirm your date of birth? | C: {birth_date 02/11/1990} | A: What day should we deliver? | C: November 3rd.
A: What's the ZIP code there? | C: {address 60614}. | A: How many people are in the household? | C: Four, well, five in May.
A: Could I take the postcode and house number? | C: {address SW1A 2AA}, {address 10}.
A: Your policy number please? | C: {account HX 4471 9920}. | A: And how long have you been insured? | C: Since 2015.
A: Do you have your membership number? | C: No, I lost the card. | A: No worries. When did you join? | C: About 2018 I think.
A: What's the order number? | C: 7781 2204 | A: And what's wrong with it? | C: Two of 300 are broken.
A: Can I get a reference for the payment? | C: It's for 120 dollars. | A: And the card number? | C: {card 5412 7534 1200 9981}
A: What's the registration of the vehicle? | C: {plate KX19 VDE}. | A: And the mileage? | C: 45,000 or so.
A: What is your driver's license number? | C: {driver_license S 5 3 0 1 1 8 4 2}. | A: Which state? | C: Ohio.
A: Could you read me the code we texted you? | C: {code 7 7 oh 3 1 2} | A: That works.
A: And what's a good callback number? | C: {mobile five five five, oh one four two}. | A: When is a good time? | C: After 5 30.
A: What's your email? | C: {email ana.souza@example.org} | A: Thanks. Which plan are you on? | C: Premium Plus.
A: Can I have your full name? | C: {name1 Wei-Ling Tan}, {name T A N}. | A: Thank you, Ms. {name1 Tan}.
A: Who's the account holder? | C: That would be my mother, {name1 Rosalind Achterberg}. | A: Is {name1 Rosalind} with you? | C: No, she isn't.
A: What's the company name? | C: Harlow Robotics. | A: And the product name? | C: Arm Two.
A: What's wrong with the order? | C: The blender arrived cracked. | A: Which carrier brought it? | C: Swiftline, I think.`

// TestStatedNumbers: an identity number with a wrong check character is masked
// where its speaker says that it is somebody's, and stays where it is talked of.
func TestStatedNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"C: 我的身份证号是110105194912310021":          "我的身份证号是[身份证1]",
		"C: 订单号我没记，身份证是五一零一零七一九九二零三一八零零二四":      "订单号我没记，身份证是[身份证1]",
		"C: my ID number is 110105194912310021": "my ID number is [ID_1]",
	} {
		if got := texts(masked(t, models.WebChat, in)); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	for _, in := range []string{
		"A: 比如身份证是110105194912310021，最后一位校验不过就提交不了",
		"C: 我的身份证是110105194912310021这样的格式吗",
		"A: an example: the id number is 110105194912310021",
		"C: 身份证110105194912310021",
		"C: 我的订单是110105194912310021",
	} {
		if got := texts(masked(t, models.WebChat, in)); got != in[3:] {
			t.Errorf("%q became %q", in, got)
		}
	}
}

// TestAnswersAreMaskedOnce: whatever is answered to whatever question, masking it
// again changes nothing, and what is found stands in the turns.
func TestAnswersAreMaskedOnce(t *testing.T) {
	questions := []string{"What's your full name and date of birth?", "account number and address please", "last four of your social?", "plate and postcode?", "请问您贵姓，出生年月日是", "身份证后四位和手机号报一下", "卡号和地址是多少", "what's the company name?", "ok"}
	pieces := []string{"Mark", " Stone", "'", "-", "\"", "oh ", "seven ", "double ", "P", "2025 ", "0917", ", ", ". ", "张", "建国", "的", "姓", "小", "三", "六", "幺", "年", "月", "号", "路", "栋", "叉", "X", "尾号", "March ", "3rd ", "1987", "14 Wexford Close", "[NAME_1]", "[姓名1]", " ", "谢谢", "先生", "Bank", "k", "é", "@", "．"}
	s, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := &models.Interaction{ID: "t", Channel: rapid.SampledFrom([]models.Channel{models.Phone, models.WebChat}).Draw(t, "channel"), Transcript: &models.Transcript{}}
		for range rapid.IntRange(1, 3).Draw(t, "questions") {
			answer := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 9).Draw(t, "answer"), "")
			in.Transcript.Turns = append(in.Transcript.Turns, models.Turn{Party: models.Agent, Text: rapid.SampledFrom(questions).Draw(t, "question")}, models.Turn{Party: models.Customer, Text: answer})
		}
		s.Open().Mask(in)
		for _, f := range in.Findings {
			if err := f.Evidence[0].Check(in.Transcript); err != nil {
				t.Fatal(err)
			}
		}
		once := texts(in)
		s.Open().Mask(in)
		if twice := texts(in); twice != once {
			t.Fatalf("%q, then %q", once, twice)
		}
	})
}
