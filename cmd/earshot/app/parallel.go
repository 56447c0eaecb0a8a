package app

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"earshot/models"
	"earshot/warehouse"
)

// InOrder calls work with every stored conversation that the filter chooses, on
// all processors while the next ones are read, and take with each result in
// the order of the conversations. It ends at the first error of either.
func InOrder[T any](ctx context.Context, store *warehouse.Warehouse, filter warehouse.Filter,
	work func(context.Context, *models.Interaction, models.Revision) (T, error), take func(T) error) error {
	type job struct {
		in       *models.Interaction
		revision models.Revision
		done     chan T
	}
	g, ctx := errgroup.WithContext(ctx)
	todo, order := make(chan job), make(chan job, 4*runtime.GOMAXPROCS(0))
	g.Go(func() error {
		defer close(todo)
		defer close(order)
		return store.Each(ctx, filter, func(in *models.Interaction, revision models.Revision) error {
			j := job{in, revision, make(chan T, 1)}
			for _, to := range []chan job{order, todo} {
				select {
				case to <- j:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	})
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() error {
			for j := range todo {
				result, err := work(ctx, j.in, j.revision)
				if err != nil {
					return err
				}
				j.done <- result
			}
			return nil
		})
	}
	g.Go(func() error {
		for j := range order {
			select {
			case result := <-j.done:
				if err := take(result); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return g.Wait()
}
