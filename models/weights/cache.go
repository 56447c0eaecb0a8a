package weights

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const module = "module earshot"

// CacheDir returns the folder that holds what set-up fetched and built:
// $EARSHOT_CACHE if set; else .cache beside the folder of the executable, if
// it exists; else .cache beside the go.mod of this module, looking upwards
// from the working directory; else earshot in the user's cache folder.
func CacheDir() string {
	if dir := os.Getenv("EARSHOT_CACHE"); dir != "" {
		if abs, err := filepath.Abs(dir); err == nil {
			return abs
		}
		return dir
	}
	if exe, err := os.Executable(); err == nil {
		dir := filepath.Join(filepath.Dir(filepath.Dir(exe)), ".cache")
		if info, err := os.Stat(dir); err == nil && info.IsDir() && hasModels(dir) {
			return dir
		}
	}
	if root, ok := moduleRoot(); ok {
		return filepath.Join(root, ".cache")
	}
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "earshot")
	}
	return ".cache"
}

// hasModels keeps a stray .cache, such as the one in a home folder, from
// being taken for ours.
func hasModels(dir string) bool {
	for _, name := range []string{"models", "downloads", "lib"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

func moduleRoot() (string, bool) {
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		b, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil {
			first, _, _ := strings.Cut(string(b), "\n")
			return dir, strings.TrimSpace(first) == module
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// sumOnce returns the file's SHA-256 from the stamp beside it, if file and
// stamp still belong together, and otherwise hashes the file and stamps it.
// A folder that cannot be written to costs a hash at every start, no more.
func sumOnce(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	mark := fmt.Sprintf("%d %d ", info.Size(), info.ModTime().UnixNano())
	stamp := path + ".sha256"
	if b, err := os.ReadFile(stamp); err == nil {
		if sum, ok := strings.CutPrefix(string(b), mark); ok && len(sum) == 64 {
			return sum, nil
		}
	}
	sum, err := sumFile(path)
	if err != nil {
		return "", err
	}
	_ = os.WriteFile(stamp, []byte(mark+sum), 0o600)
	return sum, nil
}
