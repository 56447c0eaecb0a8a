package redact

// properWords are written with a capital and are no names of persons. Each is
// of the broad type that it says, or of none.
var properWords = func() map[string]Type {
	m := map[string]Type{}
	for t, words := range map[Type]string{
		Date: `monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december
 mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec christmas easter thanksgiving`,
		Group: `american americans european europeans african africans asian asians chinese japanese korean koreans indian indians french german germans italian italians
 spanish portuguese russian russians canadian canadians mexican mexicans brazilian brazilians australian australians irish scottish welsh dutch swedish swedes norwegian
 norwegians danish danes finnish finns polish poles greek greeks turkish turks egyptian egyptians israeli israelis iranian iranians iraqi iraqis saudi saudis emirati
 singaporean malaysian malaysians thai thais vietnamese indonesian indonesians filipino filipinos filipina taiwanese hungarian hungarians romanian romanians bulgarian
 bulgarians czech czechs slovak slovaks slovenian slovenians slovene croatian croatians croat serbian serbians serb bosnian bosnians albanian albanians macedonian ukrainian
 ukrainians belarusian lithuanian lithuanians latvian latvians estonian estonians icelandic icelander austrian austrians swiss belgian belgians luxembourgish maltese
 cypriot cypriots moroccan moroccans algerian algerians tunisian tunisians libyan libyans sudanese ethiopian ethiopians kenyan kenyans ugandan ugandans tanzanian tanzanians
 nigerian nigerians ghanaian ghanaians senegalese ivorian cameroonian congolese angolan zambian zimbabwean mozambican namibian botswanan malagasy somali somalis rwandan
 argentine argentinian argentinians chilean chileans peruvian peruvians colombian colombians venezuelan venezuelans ecuadorian bolivian bolivians paraguayan uruguayan cuban
 cubans haitian haitians dominican jamaican jamaicans trinidadian guatemalan honduran salvadoran nicaraguan panamanian puerto-rican pakistani pakistanis bangladeshi nepali
 nepalese bhutanese sri-lankan maldivian afghan afghans kazakh uzbek tajik turkmen kyrgyz mongolian mongolians burmese cambodian cambodians laotian lao syrian syrians
 lebanese jordanian jordanians palestinian palestinians yemeni omani kuwaiti qatari bahraini armenian armenians georgian georgians azerbaijani samoan tongan fijian maori
 cantonese mandarin hindi arabic latin hebrew english british scots kurdish kurds basque catalan flemish walloon
 jewish jew jews muslim muslims islamic christian christians catholic catholics protestant protestants orthodox mormon buddhist buddhists hindu hindus sikh sikhs atheist
 hispanic latino latina caucasian arab arabs republican democrat`,
		Place: `america usa u.s. us england uk u.k. britain europe africa asia china japan korea india france germany italy spain portugal russia canada mexico brazil australia ireland
 scotland wales netherlands holland sweden norway denmark finland poland greece turkey egypt israel iran iraq arabia dubai singapore malaysia thailand vietnam indonesia
 philippines taiwan hungary romania bulgaria czechia slovakia slovenia croatia serbia bosnia albania macedonia montenegro kosovo ukraine belarus moldova lithuania latvia
 estonia iceland austria switzerland belgium luxembourg liechtenstein monaco andorra malta cyprus morocco algeria tunisia libya sudan ethiopia eritrea djibouti kenya uganda
 tanzania nigeria niger ghana senegal gambia guinea liberia togo benin cameroon gabon congo angola zambia zimbabwe mozambique malawi namibia botswana lesotho eswatini
 madagascar mauritius seychelles somalia rwanda burundi chad mali mauritania argentina chile peru colombia venezuela ecuador bolivia paraguay uruguay guyana suriname cuba
 haiti jamaica trinidad tobago barbados bahamas guatemala honduras nicaragua panama belize pakistan bangladesh nepal bhutan maldives afghanistan kazakhstan
 uzbekistan tajikistan turkmenistan kyrgyzstan mongolia myanmar burma cambodia laos brunei syria lebanon jordan palestine yemen oman kuwait qatar bahrain armenia
 azerbaijan samoa tonga fiji vanuatu tuvalu nauru kiribati palau micronesia greenland gibraltar macau macao
 london paris berlin tokyo beijing shanghai shenzhen guangzhou york angeles francisco chicago boston seattle houston dallas miami atlanta denver vegas washington texas
 alabama alaska arizona arkansas colorado connecticut delaware georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts
 michigan minnesota mississippi missouri montana nebraska nevada hampshire carolina dakota oklahoma oregon pennsylvania rhode tennessee utah vermont wisconsin wyoming portland
 california florida ohio virginia jersey toronto vancouver montreal ottawa calgary sydney melbourne brisbane perth auckland wellington delhi mumbai bangalore chennai kolkata
 hyderabad karachi lahore dhaka hong kong rome milan naples turin venice florence madrid barcelona valencia seville lisbon porto amsterdam rotterdam brussels antwerp moscow
 manchester liverpool birmingham leeds glasgow edinburgh cardiff belfast bristol dublin cork vienna salzburg zurich geneva basel bern munich hamburg cologne frankfurt
 stuttgart dresden leipzig prague brno budapest warsaw krakow gdansk bucharest sofia athens istanbul ankara cairo alexandria casablanca lagos nairobi johannesburg durban
 stockholm gothenburg malmo oslo bergen copenhagen aarhus aalborg helsinki tampere turku reykjavik riga vilnius tallinn kyiv kiev minsk zagreb belgrade ljubljana sarajevo
 seoul busan osaka kyoto yokohama nagoya sapporo taipei kaohsiung bangkok hanoi saigon manila jakarta bali kuala lumpur riyadh jeddah doha abu dhabi tehran baghdad
 jerusalem aviv beirut damascus havana lima bogota santiago caracas quito montevideo buenos aires rio janeiro sao paulo brasilia philadelphia phoenix detroit
 pittsburgh cleveland baltimore milwaukee nashville memphis orleans sacramento oakland diego antonio orlando tampa honolulu anchorage
 chengdu hangzhou nanjing wuhan xian tianjin chongqing suzhou qingdao dalian xiamen kunming changsha zhengzhou jinan harbin shenyang`,
		Organization: `apple google microsoft amazon samsung sony dell lenovo huawei xiaomi nokia motorola intel nvidia facebook instagram twitter tiktok youtube whatsapp wechat alipay paypal
 venmo zelle visa mastercard amex netflix spotify uber lyft airbnb ebay walmart costco ikea tesla toyota honda
 ford bmw audi nissan hyundai verizon comcast vodafone fedex ups usps dhl airbus boeing disney adobe oracle zoom slack trustpilot yelp reddit linkedin
 nasa fbi cia nato unicef`,
		"": `ramadan android windows linux chrome firefox safari iphone ipad macbook
 internet wifi wi-fi bluetooth usb tv pc hd gps atm pin id sms vip ceo cto faq app ok okay mr mrs ms dr sir madam ma'am
 inc ltd llc corp co plc gmbh street avenue road suite apt po box passport cardholder username tel ext exp acct mob i'm i'll i've i'd`,
	} {
		for w := range set(words) {
			m[w] = t
		}
	}
	return m
}()

// longestProper is more bytes than any of properWords has.
const longestProper = 24

// proper returns the broad type of a proper word; ok is false if it is none.
func proper(w string) (t Type, ok bool) {
	if len(w) > longestProper {
		return "", false
	}
	var buf [longestProper]byte
	lower := buf[:len(w)]
	for i := range lower {
		if lower[i] = w[i]; w[i] >= 'A' && w[i] <= 'Z' {
			lower[i] += 'a' - 'A'
		}
	}
	t, ok = properWords[string(lower)]
	return t, ok
}

func isProper(w string) bool {
	_, ok := proper(w)
	return ok
}
