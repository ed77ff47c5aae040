package doctor

import (
	"context"

	"causeway/internal/report"
)

// Examine checks everything, in the order in which one thing needs another.
func Examine(ctx context.Context, o Options) report.Checkup {
	e := &examination{Options: o, out: report.Checkup{OK: true, Checks: []report.Check{}}}
	e.installation(ctx)
	if e.store == nil {
		return e.out
	}
	defer func() { _ = e.store.Close() }() // it was only read
	e.connections(ctx)
	return e.out
}
