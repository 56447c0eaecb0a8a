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

// SearchEveryWay finds by the last days, by the bare rows and by the view,
// whichever Search would have taken, and without indexes.
func (w *Warehouse) SearchEveryWay(ctx context.Context, s Search) (map[string][]Found, error) {
	q, err := w.question(ctx, s)
	if err != nil {
		return nil, err
	}
	byView := q
	byView.index = conditions{}
	all := map[string][]Found{}
	for way, find := range map[string]func() ([]Found, error){
		"near": func() ([]Found, error) { return w.near(ctx, q, s.To) },
		"bare": func() ([]Found, error) { return w.find(ctx, q.alone()) },
		"view": func() ([]Found, error) { return w.find(ctx, byView) },
		"plain": func() ([]Found, error) {
			r, err := w.WithoutIndex().Search(ctx, s)
			return r.Found, err
		},
	} {
		if all[way], err = find(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// TextIndexes are what the indexes of words are of, by name.
var TextIndexes = map[string]string{"letters": ofLetters, "numbers": ofNumbers, "pairs": ofPairs}
