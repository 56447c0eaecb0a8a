package whispercpp

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"unsafe"

	"earshot/asr"
)

// job is what the parent asks of a worker; one field is set.
type job struct {
	Load      *load      `json:"load,omitempty"`
	Recognize *recognize `json:"recognize,omitempty"`
	Voice     bool       `json:"voice,omitempty"`
}

// load is a worker's first job.
type load struct {
	Model string `json:"model"`
	Voice string `json:"voice"`
	Nice  int    `json:"nice"`
}

type recognize struct {
	Speech    []asr.Span  `json:"speech"`
	Language  string      `json:"language"`
	Languages []string    `json:"languages"`
	Prompts   asr.Prompts `json:"prompts"`

	OnlyLanguage bool `json:"only_language,omitempty"`
}

// answer is a worker's reply. Error tells of a job that this worker could not
// do but that left it in order.
type answer struct {
	Error string    `json:"error,omitempty"`
	Heard asr.Heard `json:"heard"`
	Voice []float32 `json:"voice,omitempty"`
}

const maxHead = 4 << 20

// writeFrame sends a message: the lengths of both parts as little-endian
// 32-bit numbers, the message as JSON, then the samples as 32-bit floats in
// the byte order of this machine, as both ends run on it.
func writeFrame(w io.Writer, message any, pcm []float32) error {
	head, err := json.Marshal(message)
	if err != nil {
		return err
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(head)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(pcm)))
	if _, err := w.Write(append(b, head...)); err != nil {
		return err
	}
	if len(pcm) == 0 {
		return nil
	}
	_, err = w.Write(floatBytes(pcm))
	return err
}

// readFrame receives a message and its samples.
func readFrame(r io.Reader, message any) ([]float32, error) {
	var sizes [8]byte
	if _, err := io.ReadFull(r, sizes[:]); err != nil {
		return nil, err
	}
	head, samples := binary.LittleEndian.Uint32(sizes[:4]), binary.LittleEndian.Uint32(sizes[4:])
	if head > maxHead || samples > maxVoice {
		return nil, fmt.Errorf("frame of %d bytes and %d samples: more than a job can have", head, samples)
	}
	b := make([]byte, head)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, message); err != nil {
		return nil, err
	}
	if samples == 0 {
		return nil, nil
	}
	pcm := make([]float32, samples)
	_, err := io.ReadFull(r, floatBytes(pcm))
	return pcm, err
}

func floatBytes(pcm []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(pcm))), 4*len(pcm))
}
