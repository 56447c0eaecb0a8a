module earshot/deploy/bench/words

go 1.26.8

replace earshot => ../../..

require (
	earshot v0.0.0-00010101000000-000000000000
	github.com/BobuSumisu/aho-corasick v1.0.3
	github.com/anknown/ahocorasick v0.0.0-20190904063843-d75dbd5169c0
	github.com/cloudflare/ahocorasick v0.0.0-20240916140611-054963ec9396
	github.com/petar-dambovaliev/aho-corasick v0.0.0-20250424160509-463d218d4745
)

require (
	github.com/anknown/darts v0.0.0-20151216065714-83ff685239e6 // indirect
	github.com/blevesearch/snowballstem v0.9.0 // indirect
	github.com/goccy/go-yaml v1.19.2 // indirect
	github.com/mozillazg/go-pinyin v0.21.0 // indirect
)
