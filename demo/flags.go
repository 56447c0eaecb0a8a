package demo

// Flags says what each flag in the expectations of a script means. They are
// our words for what happens, not names of rules: one conversation is judged
// by many rule sets.
func Flags() map[string]string {
	return map[string]string{
		"clean": "nothing to object to: greeted, identity checked where needed, solved, closed",

		"refund.request":     "the customer wants money back",
		"churn.request":      "the customer wants to cancel, or says so as a condition",
		"escalation.request": "the customer wants a manager",
		"contact.repeat":     "the customer says that this is not the first contact about it",
		"threat.publish":     "the customer announces press, social media or an authority",
		"threat.legal":       "the customer announces a lawyer or a court",
		"abuse.customer":     "the customer insults",
		"safety.product":     "a product is dangerous",
		"safety.person":      "a person may be in danger or despair",

		"emotion.anger":          "the party is angry",
		"emotion.anxiety":        "the party is worried",
		"emotion.disappointment": "the party is disappointed",
		"emotion.gratitude":      "the party is thankful",

		"silence.long":           "nobody speaks, and nobody announced it",
		"talkover.agent":         "the agent starts to speak while the customer speaks",
		"reply.slow":             "the customer waits long for an answer",
		"greeting.missing":       "the agent does not greet",
		"verify.missing":         "the agent opens personal data without checking who asks",
		"empathy.missing":        "the agent passes over the customer's trouble",
		"apology.missing":        "the agent does not apologise where it is due",
		"closing.missing":        "the agent ends without asking for more or without a goodbye",
		"disrespect.agent":       "the agent is rude",
		"blame.agent":            "the agent blames the customer or shifts it to others",
		"guarantee.forbidden":    "the agent promises what nobody may promise, such as returns without risk",
		"sale.pressure":          "the agent presses the customer to buy",
		"card_request.forbidden": "the agent asks for card data outside the payment page",
		"off_platform":           "the agent draws the customer to a private account",

		"promise.made":   "the agent promises something by some time",
		"promise.kept":   "an earlier promise was kept",
		"promise.broken": "an earlier promise was not kept",

		"private.card":      "a bank card number",
		"private.card_code": "the code on the back of a card",
		"private.id_number": "a national identity or social security number",
		"private.phone":     "a telephone number",
		"private.email":     "an e-mail address",
		"private.iban":      "an international account number",
		"private.passport":  "a passport number",
		"private.address":   "a postal address",
	}
}
