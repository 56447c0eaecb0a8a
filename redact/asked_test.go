package redact

import "testing"

// TestAsks: a question asks for what it names, other sentences for nothing.
func TestAsks(t *testing.T) {
	for text, want := range map[string]asks{
		"请问您方便提供一下机主姓名和身份证后四位吗":  asksName | asksID | asksLast,
		"您的手机号我已经改好了。请问还有什么可以帮您": asksElse,
		"稍后短信会发到您预留的手机号上":        0,
		"您先看看手机上有没有红点":           0,
		"麻烦报一下会员卡号":              asksAccount,
		"好的，请问您貴姓，電話多少？":         asksName | asksPhone,
		"您说":       0,
		"几号上门方便呢":  0,
		"请您再说一遍？":  0,
		"请问您公司叫什么": asksElse,
		"Can I take your account number and the first line of your address?": asksAccount | asksAddress,
		"Could I have your full name and date of birth?":                     asksName | asksBirthday,
		"And the last four of your social?":                                  asksSSN | asksLast,
		"What number's best?":                                                asksPhone,
		"Name?":                                                              asksName,
		"What's the name of the product?":                                    asksThing,
		"What's your email address?":                                         asksElse,
		"I have updated the name on the account and sent you the number of the case": 0,
		"How many people live there?": asksElse,
		"Okay. I sent a code to your phone, can you read me the code? Take your time.": asksCode,
		"Who should we ship it to?":                asksName,
		"what's the number of people in the house": 0,
		"Sorry, once more?":                        0,
		"Sort code?":                               asksAccount,
		"The account number is on the letter we have sent to you last week, by the way. ": 0,
	} {
		if got := asksIn(simplify(lowerASCII(text)), signsOf(text)); got != want {
			t.Errorf("%q: %b, want %b", text, got, want)
		}
	}
}
