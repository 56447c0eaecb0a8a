package search

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
	"unsafe"
)

// bloom filters places of a text by the first bytes of all words, for words
// that have enough of them: four that begin with an ASCII character, six, two
// Chinese characters, any other. It collects places at which a word may begin
// without a branch that depends on the text, and looks at four parts of a text
// at a time, so that no step waits for the one before it. Each filter has one
// bit a word; a second hash confirms the few places that are left.
type bloom struct {
	mask  [2]uint64 // of the bytes looked at, by whether the first is no ASCII character
	all   bitTable
	ascii bitTable  // of words that begin with an ASCII character, small enough for the first cache
	sure  bitTable  // of all words, by the second hash
	begin byteRange // the bytes that words begin with that begin with an ASCII character
}

// bitTable is a set of hashes.
type bitTable struct {
	shift uint // of a hash to the index of a block of 64 bits
	bits  []uint64
}

const (
	lanes    = 4
	laneSize = 512 // bytes of a part
	overread = 8   // bytes read from a place on
	stride   = 32  // bytes that are looked at together for whether all is ASCII
)

// candidates holds places at which a word may begin, by part.
type candidates struct {
	at [lanes][laneSize]int32
	n  [lanes]int
}

func newBloom(ascii, other []string) *bloom {
	f := &bloom{}
	var keys [2][]uint64
	for class, words := range [2][]string{ascii, other} {
		length := [2]int{asciiPrefixes[0], otherPrefixes[0]}[class]
		f.mask[class] = 1<<(8*length) - 1
		for _, w := range words {
			if len(w) < length {
				return nil
			}
			keys[class] = append(keys[class], prefixOf(w[:length]))
		}
	}
	all := slices.Concat(keys[1], keys[0])
	f.all = newBitTable(all, hashFactor, 32)
	f.ascii = newBitTable(keys[0], hashFactor, 64)
	f.sure = newBitTable(all, secondFactor, 16)
	f.begin = newByteRange(ascii, asciiPrefixes[0])
	return f
}

// secondFactor makes another hash than hashFactor.
const secondFactor = 0xD6E8FEB86659FD93

func newBitTable(keys []uint64, factor uint64, perKey int) bitTable {
	blocks := blocksFor(len(keys) * perKey / 16)
	t := bitTable{uint(64 - blocks), make([]uint64, 1<<blocks)}
	for _, k := range keys {
		t.add(k * factor)
	}
	return t
}

func (t *bitTable) add(h uint64) { t.bits[h>>t.shift] |= 1 << (h >> 32 & 63) }

func (t *bitTable) has(h uint64) bool { return t.bits[h>>(t.shift&63)]>>(h>>32&63)&1 != 0 }

// load reads eight bytes from place i on, which must be there.
func load(text unsafe.Pointer, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(text, i))[:])
}

// step returns how far the next character is: three bytes where v begins with a
// character of three, else one. No word begins within a character.
func step(v uint64) int {
	other := v&0xC0C0F0 ^ 0x8080E0 // 0 for three bytes
	return 1 + int((other-1)>>63)*2
}

// bit returns the bit of a hash in a table; it is has without a check of bounds.
func bit(table unsafe.Pointer, shift uint, h uint64) int {
	return int(*(*uint64)(unsafe.Add(table, h>>(shift&63)<<3)) >> (h >> 32 & 63) & 1)
}

// find collects the places in lanes*laneSize bytes of text from start on;
// behind them overread bytes more must be there. Its loop is written for the
// registers that there are: a place is noted by a branch, which is rarely taken.
func (f *bloom) find(c *candidates, text unsafe.Pointer, start int) {
	table, shift, mask := unsafe.Pointer(unsafe.SliceData(f.all.bits)), f.all.shift, &f.mask
	i0, i1, i2, i3 := start, start+laneSize, start+2*laneSize, start+3*laneSize
	c.n = [lanes]int{}
	for {
		// No lane ends within so many characters.
		n := min(start+laneSize-i0, start+2*laneSize-i1, start+3*laneSize-i2, start+4*laneSize-i3) / longestStep
		if n <= 0 {
			break
		}
		for ; n > 0; n-- {
			v := load(text, i0)
			if bit(table, shift, v&mask[v>>7&1]*hashFactor) != 0 {
				c.add(0, i0)
			}
			i0 += step(v)
			v = load(text, i1)
			if bit(table, shift, v&mask[v>>7&1]*hashFactor) != 0 {
				c.add(1, i1)
			}
			i1 += step(v)
			v = load(text, i2)
			if bit(table, shift, v&mask[v>>7&1]*hashFactor) != 0 {
				c.add(2, i2)
			}
			i2 += step(v)
			v = load(text, i3)
			if bit(table, shift, v&mask[v>>7&1]*hashFactor) != 0 {
				c.add(3, i3)
			}
			i3 += step(v)
		}
	}
	f.rest(c, 0, text, i0, start+laneSize)
	f.rest(c, 1, text, i1, start+2*laneSize)
	f.rest(c, 2, text, i2, start+3*laneSize)
	f.rest(c, 3, text, i3, start+4*laneSize)
}

// longestStep is how far the next character is at most that step knows.
const longestStep = 3

// add notes a place in a part.
func (c *candidates) add(lane, i int) {
	n := c.n[lane]
	c.at[lane][n&(laneSize-1)] = int32(i)
	c.n[lane] = n + 1
}

// rest adds the places from i to end to those of one part.
func (f *bloom) rest(c *candidates, lane int, text unsafe.Pointer, i, end int) {
	at, n := &c.at[lane], c.n[lane]
	for i < end {
		v := load(text, i)
		at[n&(laneSize-1)] = int32(i)
		if f.all.has(f.key(v) * hashFactor) {
			n++
		}
		i += step(v)
	}
	c.n[lane] = n
}

// key returns the bytes of v that are looked at.
func (f *bloom) key(v uint64) uint64 { return v & f.mask[v>>7&1] }

// findASCII collects the places in up to laneSize bytes from start on, as long
// as there is nothing but ASCII characters, and returns where it stopped.
func (f *bloom) findASCII(c *candidates, text unsafe.Pointer, start, end int) int {
	table, shift, mask := unsafe.Pointer(unsafe.SliceData(f.ascii.bits)), f.ascii.shift, f.mask[0]
	at, n := &c.at[0], 0
	i := start
	for ; i < end && allASCII(text, i); i += stride {
		for k := i; k < i+stride; k += 4 {
			v := load(text, k)
			at[n&(laneSize-1)] = int32(k)
			n += bit(table, shift, (v&mask)*hashFactor)
			at[n&(laneSize-1)] = int32(k + 1)
			n += bit(table, shift, (v>>8&mask)*hashFactor)
			at[n&(laneSize-1)] = int32(k + 2)
			n += bit(table, shift, (v>>16&mask)*hashFactor)
			at[n&(laneSize-1)] = int32(k + 3)
			n += bit(table, shift, (v>>24&mask)*hashFactor)
		}
	}
	c.n = [lanes]int{n}
	return i
}

const highBits = 0x8080808080808080

// allASCII and mostlyASCII look at the stride from i on.
func allASCII(text unsafe.Pointer, i int) bool {
	return (load(text, i)|load(text, i+8)|load(text, i+16)|load(text, i+24))&highBits == 0
}

func mostlyASCII(text unsafe.Pointer, i int) bool {
	n := 0
	for k := i; k < i+stride; k += 8 {
		n += bits.OnesCount64(load(text, k) & highBits)
	}
	return n < stride/2
}

// byteRange tells bytes of a range from others, eight at a time.
type byteRange struct {
	above  uint64 // added to a byte, it sets the high bit of those in the range and above it
	beyond uint64 // of those above it
}

// newByteRange returns the range of the first n bytes of words; none if there are
// no words, or if it is not of ASCII characters above the space.
func newByteRange(words []string, n int) byteRange {
	lowest, highest := byte(0xFF), byte(0)
	for _, w := range words {
		for k := range n {
			lowest, highest = min(lowest, w[k]), max(highest, w[k])
		}
	}
	if len(words) == 0 || lowest <= ' ' || highest >= utf8.RuneSelf {
		return byteRange{}
	}
	return byteRange{above: everyByte * uint64(utf8.RuneSelf-lowest), beyond: everyByte * uint64(utf8.RuneSelf-1-highest)}
}

const everyByte = 0x0101010101010101

// in returns which of eight bytes are in the range, a bit each.
func (r *byteRange) in(v uint64) uint64 {
	low := v &^ highBits
	return gather((low + r.above) &^ (low + r.beyond) &^ v)
}

// gather returns the high bits of eight bytes.
func gather(v uint64) uint64 { return v & highBits >> 7 * 0x0102040810204080 >> 56 }

// findBetweenSpaces collects the places in up to laneSize bytes from start on, as
// long as most is ASCII characters, and returns where it stopped. It is for
// words that have no space near the beginning, nor anything else that is not in
// the range: in text of words, most places are turned away together with their
// neighbours.
func (f *bloom) findBetweenSpaces(c *candidates, text unsafe.Pointer, start, end int) int {
	ascii, asciiShift, asciiMask := unsafe.Pointer(unsafe.SliceData(f.ascii.bits)), f.ascii.shift, f.mask[0]
	at, n := &c.at[0], 0
	i := start
	for ; i < end; i += window {
		others := startsIn(text, i)
		if bits.OnesCount64(others) > window/8 {
			break
		}
		in, next := f.begin.inWindow(text, i), f.begin.in(load(text, i+window))
		places := in&(in>>1|next<<63)&(in>>2|next<<62)&(in>>3|next<<61) | others
		for ; places != 0; places &= places - 1 {
			k := i + bits.TrailingZeros64(places)
			v := load(text, k)
			at[n&(laneSize-1)] = int32(k)
			if v&utf8.RuneSelf == 0 {
				n += bit(ascii, asciiShift, (v&asciiMask)*hashFactor)
			} else if f.all.has(f.key(v) * hashFactor) {
				n++
			}
		}
	}
	c.n = [lanes]int{n}
	return i
}

// window is how many bytes are looked at together, a bit each.
const window = 64

// startsIn returns which bytes of a window begin a character that is not ASCII.
func startsIn(text unsafe.Pointer, i int) (all uint64) {
	v := [8]uint64{load(text, i), load(text, i+8), load(text, i+16), load(text, i+24), load(text, i+32), load(text, i+40), load(text, i+48), load(text, i+56)}
	if (v[0]|v[1]|v[2]|v[3]|v[4]|v[5]|v[6]|v[7])&highBits == 0 {
		return 0
	}
	for k := range v {
		all |= gather(v[k]&(v[k]<<1)) << (8 * k)
	}
	return all
}

// inWindow returns which bytes of a window are in the range.
func (r *byteRange) inWindow(text unsafe.Pointer, i int) uint64 {
	return r.in(load(text, i)) | r.in(load(text, i+8))<<8 | r.in(load(text, i+16))<<16 | r.in(load(text, i+24))<<24 |
		r.in(load(text, i+32))<<32 | r.in(load(text, i+40))<<40 | r.in(load(text, i+48))<<48 | r.in(load(text, i+56))<<56
}

// findFast is find with a bloom.
func (e *Exact) findFast(dst []Match, text string) []Match {
	p := unsafe.Pointer(unsafe.StringData(text)) // only read
	c := places.Get().(*candidates)
	defer places.Put(c)
	i := 0
	find := e.bloom.findASCII
	if e.bloom.begin != (byteRange{}) {
		find = e.bloom.findBetweenSpaces
	}
	for i+lanes*laneSize+overread <= len(text) {
		switch next := find(c, p, i, i+laneSize); {
		case next > i:
			i = next
		case mostlyASCII(p, i):
			c.n = [lanes]int{}
			e.bloom.rest(c, 0, p, i, i+stride)
			i += stride
		default:
			e.bloom.find(c, p, i)
			i += lanes * laneSize
		}
		dst = e.walk(dst, text, c)
	}
	return e.findSlow(dst, text, i)
}

// walk appends the words that begin at candidates.
func (e *Exact) walk(dst []Match, text string, c *candidates) []Match {
	p := unsafe.Pointer(unsafe.StringData(text))
	for lane := range c.at {
		for _, at := range c.at[lane][:c.n[lane]] {
			if e.bloom.sure.has(e.bloom.key(load(p, int(at)))*secondFactor) && utf8.RuneStart(text[at]) {
				dst = e.matcher.walkString(dst, text, int(at))
			}
		}
	}
	return dst
}
