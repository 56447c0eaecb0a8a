package warehouse

// SetPageRows changes how many interactions Each finds in one go, and returns
// what changes it back.
func SetPageRows(n int) (back func()) {
	before := pageRows
	pageRows = n
	return func() { pageRows = before }
}
