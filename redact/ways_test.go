package redact

import (
	"strings"
	"testing"

	"earshot/models"
)

// TestWaysOfSaying holds ways in which people tell private data that were not thought of
// at first: sets that others than the authors of the forms would make showed them.
func TestWaysOfSaying(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		// Nine as 勾, and what is no digit though it has a numeral in it.
		{"C: 手机号幺三勾零勾幺三拐零零八", "手机号[手机号1]"},
		{"C: 我的卡号是四一一一，等一下，一一一一，一一一一，一一一一", "我的卡号是[银行卡1]"},
		{"C: 卡号前四位四一一一，中间一一一一一一一一，后四位一一一一", "卡号前四位[银行卡1]"},
		// Said again, told in other words that it was wrong, heard wrong.
		{"C: 手机是幺三八，幺三八，零零幺三，八零零零", "手机是[手机号1]"},
		{"C: my social is five three six five three six, nine oh nine oh, four three nine nine", "my social is [SSN_1]"},
		{"C: my cell is four one five, five five two, make it five five five, two six seven one", "my cell is [MOBILE_1]"},
		{"C: 身份证是幺幺零幺零五，更正一下，幺幺零幺零五幺九四九幺二三幺零零二叉", "身份证是[身份证1]"},
		{"C: my card number is four one one won, one one one one, one one one one, won one one one", "my card number is [CARD_1]"},
		{"C: 我的手机号是幺三八，零领幺三，八零零零", "我的手机号是[手机号1]"},
		// Oh is a digit before others, too.
		{"C: SSN five three six, nine oh, oh three nine nine", "SSN [SSN_1]"},
		{"C: the cvv is nine, oh, four", "the cvv is [CARD_CODE_1]"},
		{"C: my card is sixty-two twenty-two oh two twelve thirty-four fifty-six seventy-eight ninety twelve eight", "my card is [CARD_1]"},
		// Fillers that stand together, and words that nobody can list.
		{"C: 电话幺三八，嗯对，接着是零零幺三，再来八零零零", "电话[手机号1]"},
		{"C: my number is four one five, it is on my other desk, five five five, two six seven one", "my number is [MOBILE_1]"},
		{"C: 卡号四一一一一一一一，这字真小我戴个眼镜，一一一一一一一一", "卡号[银行卡1]"},
		// Mixed, and grouped in other ways.
		{"C: 我手机138、零零幺三、8000", "我手机[手机号1]"},
		{"C: 银行卡4111_1111_1111_1111", "银行卡[银行卡1]"},
		{"C: 座机010-62345678-801", "座机[座机1]"},
		{"C: 座机010-62345678转801", "座机[座机1]"},
		{"C: phone 415-555-2671 ext. 22", "phone [MOBILE_1]"},
		// An amount beside a number takes nothing from it.
		{"C: 我手机幺三八零零幺三八零零零，充一百块", "我手机[手机号1]，充一百块"},
		// Accounts may look like telephone numbers.
		{"C: my policy number is 4163628333", "my policy number is [ACCOUNT_1]"},
		{"C: 保单号码是48333960552220", "保单号码是[账号1]"},
		{"C: policy H P two five five five three two five nine", "policy [ACCOUNT_1]"},
		{"C: 加我微信zhang_san88", "加我微信[账号1]"},
		// What a number was said to be holds for that number.
		{"C: 卡号4111111111111111。换绑13800138000", "卡号[银行卡1]。换绑[手机号1]"},
		// Plates.
		{"C: 车牌京 A 1 2 3 4 5", "车牌[车牌1]"},
		{"C: my license plate is 7ABC123 ok", "my license plate is [PLATE_1] ok"},
		{"C: plate number K L M four five six seven", "plate number [PLATE_1]"},
		{"A: What's the license plate?\nC: Sure, AB12 CDE", "What's the license plate? / Sure, [PLATE_1]"},
		// E-mail.
		{"C: it's j o h n dot s m i t h at acme dash tools dot co dot uk", "it's [EMAIL_1]"},
		{"C: j smith fifty-seven at gmail dot com", "[EMAIL_1]"},
		{"C: 邮箱幺三八零零幺爱特幺六三点com", "邮箱[邮箱1]"},
		// Addresses and dates in words, and what an answer leaves out.
		{"C: ship it to seventy one oh one Lake Street, Boise", "ship it to [ADDRESS_1]"},
		{"C: 我住北京市朝阳区阳光上东3号楼2单元501", "我住[地址1]"},
		{"C: I was born september fourteen nineteen eighty nine", "I was born [BIRTH_DATE_1]"},
		{"C: 我是1985年5月3号出生的", "我是[出生日期1]出生的"},
		{"A: what is your date of birth?\nC: 4/3/1984", "what is your date of birth? / [BIRTH_DATE_1]"},
		{"A: 您怎么称呼？\nC: 哦，王小明", "您怎么称呼？ / 哦，[姓名1]"},
		{"A: What's the expiration date?\nC: 3/2029", "What's the expiration date? / [CARD_EXPIRY_1]"},
	} {
		if got := texts(masked(t, models.Phone, c.in)); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// TestKeepsBeside holds what stands beside those ways and is private in none.
func TestKeepsBeside(t *testing.T) {
	for _, in := range []string{
		"C: UPC 083443001747",
		"C: model number HP LaserJet 1020",
		"C: our toll free number is eight hundred six zero six zero zero seven five",
		"C: I ordered at amazon dot com",
		"C: 打勾的都要选，一共勾了三个",
		"C: 一直没发货，一起投诉",
		"C: 我从一楼，然后二楼，最后三楼都找了",
		"C: two shirts and three hats for four of us",
		"C: 上个月135件，然后这个月248件，还有一箱67件",
		"C: it was 135, then 248, and after that 671 people",
		"C: 2020年5月1日生产的",
		"C: oh two weeks, oh dear",
		"C: the registration took 45 minutes",
	} {
		for _, channel := range []models.Channel{models.WebChat, models.Phone} {
			if got := texts(masked(t, channel, in)); got != strings.TrimPrefix(in, "C: ") {
				t.Errorf("%s: %q became %q", channel, in, got)
			}
		}
	}
}
