package weights

import (
	"bufio"
	"os"
	"runtime"
	"strings"
)

// Processor names the kind of processor: its model and whether it has the
// bfloat16 instructions, on which the fastest coding depends.
func Processor() string {
	model := cpuinfo("model name")
	if model == "" {
		model = runtime.GOARCH
	}
	if HasBF16() {
		model += ", bf16"
	}
	return model
}

// HasBF16 tells whether the processor multiplies bfloat16 matrices by itself.
func HasBF16() bool {
	return strings.Contains(cpuinfo("flags"), "avx512_bf16") || strings.Contains(cpuinfo("Features"), " bf16")
}

// cpuinfo returns a field of the first processor that Linux describes.
func cpuinfo(field string) string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if strings.TrimSpace(name) == field {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
