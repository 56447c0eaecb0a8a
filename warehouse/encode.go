package warehouse

import (
	"encoding/binary"
	"iter"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/ClickHouse/ch-go/proto"
)

// field is one field of every row of a slice.
type field struct {
	first  unsafe.Pointer // the field of the first row
	n      int
	stride uintptr
}

// fieldOf returns the field at offset of every row.
func fieldOf[T any](rows []T, offset uintptr) field {
	var row T
	return field{unsafe.Add(unsafe.Pointer(unsafe.SliceData(rows)), offset), len(rows), unsafe.Sizeof(row)}
}

// each goes through the values, which are of type C.
func each[C any](f field) iter.Seq[C] {
	return func(yield func(C) bool) {
		for i := range f.n {
			if !yield(*(*C)(unsafe.Add(f.first, uintptr(i)*f.stride))) {
				return
			}
		}
	}
}

// flat goes through the elements of the values, which are lists.
func flat[C any](f field) iter.Seq[C] {
	return func(yield func(C) bool) {
		for list := range each[[]C](f) {
			for _, v := range list {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// encoder writes a field as a column of the native format.
// https://clickhouse.com/docs/interfaces/native-protocol/columns
type encoder func(b *proto.Buffer, f field)

// encoders say how a Go type becomes a column of a ClickHouse type. They write
// straight from the rows: the client's own columns take each value as an any
// and copy it, which costs about three times as much: see BenchmarkInsert.
var encoders = map[string]map[reflect.Type]encoder{
	"Map(LowCardinality(String), String)": {reflect.TypeFor[map[string]string](): putMaps},
}

func init() { //nolint:gochecknoinits // generics have no table of types
	know("String", putStrings)
	know("LowCardinality(String)", putDictionary)
	know("UInt64", fixed(binary.LittleEndian.AppendUint64))
	know("UInt32", fixed(binary.LittleEndian.AppendUint32))
	know("UInt16", fixed(binary.LittleEndian.AppendUint16))
	know("UInt8", fixed(appendByte))
	know("Int64", fixed(appendInt))
	know("Int32", fixed(appendInt32))
	know("Float64", fixed(appendFloat))
	know("Bool", fixed(appendBool))
	know("DateTime64", fixed(appendTime))
	know("Nullable(Float64)", nullable(appendFloat))
	know("Nullable(Int64)", nullable(appendInt))
	know("Nullable(DateTime64)", nullable(appendTime))
}

// know adds a type and lists of it.
func know[C any](column string, put func(*proto.Buffer, iter.Seq[C])) {
	encoders[column] = map[reflect.Type]encoder{
		reflect.TypeFor[C](): func(b *proto.Buffer, f field) { put(b, each[C](f)) },
	}
	encoders["Array("+column+")"] = map[reflect.Type]encoder{
		reflect.TypeFor[[]C](): func(b *proto.Buffer, f field) {
			putOffsets[C](b, f)
			put(b, flat[C](f))
		},
	}
}

// encoderFor returns nil if no value of the Go type can be written to a column
// of the ClickHouse type.
func encoderFor(of reflect.Type, column string) encoder {
	return encoders[strings.ReplaceAll(column, "DateTime64(3, 'UTC')", "DateTime64")][of]
}

// column is a column of a block that is sent.
type column struct {
	kind   string
	field  field
	encode encoder
}

func (c column) Type() proto.ColumnType       { return proto.ColumnType(c.kind) }
func (c column) Rows() int                    { return c.field.n }
func (c column) EncodeColumn(b *proto.Buffer) { c.encode(b, c.field) }
func (c column) WriteColumn(w *proto.Writer)  { w.ChainBuffer(c.EncodeColumn) }

// EncodeState writes the version of the form that dictionaries have.
func (c column) EncodeState(b *proto.Buffer) {
	if strings.Contains(c.kind, "LowCardinality") {
		b.PutInt64(1)
	}
}

func fixed[C any](appendTo func([]byte, C) []byte) func(*proto.Buffer, iter.Seq[C]) {
	return func(b *proto.Buffer, values iter.Seq[C]) {
		for v := range values {
			b.Buf = appendTo(b.Buf, v)
		}
	}
}

func appendInt(b []byte, v int64) []byte { return binary.LittleEndian.AppendUint64(b, uint64(v)) }
func appendInt32(b []byte, v int32) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(v))
}
func appendByte(b []byte, v uint8) []byte { return append(b, v) }
func appendFloat(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// appendTime writes DateTime64(3). No time at all is 1970.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return appendInt(b, 0)
	}
	return appendInt(b, t.UnixMilli())
}

func putStrings(b *proto.Buffer, values iter.Seq[string]) {
	for s := range values {
		b.Buf = binary.AppendUvarint(b.Buf, uint64(len(s)))
		b.Buf = append(b.Buf, s...)
	}
}

func nullable[C any](appendTo func([]byte, C) []byte) func(*proto.Buffer, iter.Seq[*C]) {
	return func(b *proto.Buffer, values iter.Seq[*C]) {
		for v := range values {
			b.Buf = appendBool(b.Buf, v == nil)
		}
		var none C
		for v := range values {
			if v == nil {
				v = &none
			}
			b.Buf = appendTo(b.Buf, *v)
		}
	}
}

// putOffsets writes where the list of each row ends among all elements.
func putOffsets[C any](b *proto.Buffer, f field) {
	end := uint64(0)
	for list := range each[[]C](f) {
		end += uint64(len(list))
		b.Buf = binary.LittleEndian.AppendUint64(b.Buf, end)
	}
}

// putMaps writes maps in the order of their keys, so that the same rows are
// the same bytes.
func putMaps(b *proto.Buffer, f field) {
	var keys, values []string
	end := 0
	for m := range each[map[string]string](f) {
		for k := range m {
			keys = append(keys, k)
		}
		slices.Sort(keys[end:])
		for _, k := range keys[end:] {
			values = append(values, m[k])
		}
		end = len(keys)
		b.PutUInt64(uint64(end))
	}
	putDictionary(b, slices.Values(keys))
	putStrings(b, slices.Values(values))
}

// dictionary gives each text a number.
type dictionary struct {
	numbers map[string]uint32
	texts   []string
	keys    []uint32
}

var dictionaries = sync.Pool{New: func() any { return &dictionary{numbers: map[string]uint32{}} }}

func (d *dictionary) reset() {
	clear(d.numbers)
	clear(d.texts)
	d.texts, d.keys = d.texts[:0], d.keys[:0]
}

// putDictionary writes a column LowCardinality(String): the different texts,
// and for each value the number of its text. Neighbours are often the same.
func putDictionary(b *proto.Buffer, values iter.Seq[string]) {
	d := dictionaries.Get().(*dictionary)
	defer func() {
		d.reset()
		dictionaries.Put(d)
	}()
	last, key := "", uint32(0)
	for s := range values {
		if len(d.keys) == 0 || s != last {
			var known bool
			if key, known = d.numbers[s]; !known {
				key = uint32(len(d.texts))
				d.numbers[s] = key
				d.texts = append(d.texts, s)
			}
			last = s
		}
		d.keys = append(d.keys, key)
	}
	if len(d.keys) == 0 {
		return // a block without values has no dictionary either
	}
	// Bits of ColumnLowCardinality: there are keys of this block's own, and
	// they replace those of blocks before it. The low byte is the keys' width.
	const ownKeys = 1<<9 | 1<<10
	width := 0
	switch n := len(d.texts); {
	case n > math.MaxUint16:
		width = 2
	case n > math.MaxUint8:
		width = 1
	}
	b.PutInt64(int64(ownKeys | width))
	b.PutInt64(int64(len(d.texts)))
	putStrings(b, slices.Values(d.texts))
	b.PutInt64(int64(len(d.keys)))
	for _, k := range d.keys {
		switch width {
		case 0:
			b.Buf = append(b.Buf, uint8(k))
		case 1:
			b.Buf = binary.LittleEndian.AppendUint16(b.Buf, uint16(k))
		default:
			b.Buf = binary.LittleEndian.AppendUint32(b.Buf, k)
		}
	}
}
