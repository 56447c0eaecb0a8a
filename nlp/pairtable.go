package nlp

// pairTable numbers pairs of characters, and forgets all of them at once. It is a
// table of open addressing: most pairs are asked for once, so that what a lookup
// waits for is what counts.
type pairTable struct {
	slots []pairSlot // as many as a power of two
	round uint32     // slots of other rounds are free
	taken int
}

type pairSlot struct {
	key   uint64
	id    int32
	round uint32
}

// forget empties the table.
func (t *pairTable) forget() {
	if t.round++; t.round == 0 || t.slots == nil {
		t.slots, t.round = make([]pairSlot, max(len(t.slots), 512)), 1
	}
	t.taken = 0
}

// id returns the number of a key; one that is new gets next.
func (t *pairTable) id(key uint64, next int) int {
	if 2*t.taken >= len(t.slots) {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	i := pairHash(key) & mask
	for ; t.slots[i].round == t.round; i = (i + 1) & mask {
		if t.slots[i].key == key {
			return int(t.slots[i].id)
		}
	}
	t.slots[i] = pairSlot{key, int32(next), t.round}
	t.taken++
	return next
}

func (t *pairTable) grow() {
	old := t.slots
	t.slots = make([]pairSlot, 2*len(old))
	mask := uint64(len(t.slots) - 1)
	for _, s := range old {
		if s.round == t.round {
			i := pairHash(s.key) & mask
			for ; t.slots[i].round == t.round; i = (i + 1) & mask {
			}
			t.slots[i] = s
		}
	}
}

const pairFactor = 0x9E3779B97F4A7C15

func pairHash(key uint64) uint64 { return key * pairFactor >> 40 }

// pairValues gives some pairs of characters a value. It does not change.
type pairValues struct {
	keys   [pairValueSlots]uint64 // 0: free
	values [pairValueSlots]float64
}

// pairValueSlots is how many slots there are: a power of two, several times the
// pairs.
const pairValueSlots = 1024

func newPairValues(of map[uint64]float64) *pairValues {
	t := new(pairValues)
	for key, value := range of {
		i := t.slot(key)
		t.keys[i], t.values[i] = key, value
	}
	return t
}

// slot returns where a key stands, or would.
func (t *pairValues) slot(key uint64) uint64 {
	i := pairHash(key) % pairValueSlots
	for t.keys[i] != 0 && t.keys[i] != key {
		i = (i + 1) % pairValueSlots
	}
	return i
}

// of returns the value of a pair; ok is false where it has none.
func (t *pairValues) of(key uint64) (value float64, ok bool) {
	i := t.slot(key)
	return t.values[i], t.keys[i] != 0
}
