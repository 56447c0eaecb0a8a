package warehouse

import "context"

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

// SearchBothWays finds by the last days and by the index, whichever Search would
// have taken.
func (w *Warehouse) SearchBothWays(ctx context.Context, s Search) (near, whole []Found, err error) {
	terms, err := parseWords(s.Words)
	if err != nil {
		return nil, nil, err
	}
	where, args, err := s.where(terms, w.indexed(ctx))
	if err != nil {
		return nil, nil, err
	}
	q := question{where: where, settings: w.searchSettings(ctx), args: args, limit: s.Limit, terms: terms}
	if near, err = w.near(ctx, q, s.To); err != nil {
		return nil, nil, err
	}
	whole, err = w.find(ctx, q.alone())
	return near, whole, err
}
