package warehouse

// SetPageRows changes how many interactions Each finds in one go, and returns
// what changes it back.
func SetPageRows(n int) (back func()) {
	before := pageRows
	pageRows = n
	return func() { pageRows = before }
}

// SetNodes names all servers of the cluster: the embedded engine, which tests
// make clusters of, can neither replicate nor distribute what changes the
// schema.
func (w *Warehouse) SetNodes(all []*Warehouse) { w.nodes = all }
