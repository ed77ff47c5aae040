package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Steer finds the connection and reaches Temporal for as long as the work takes. A connection whose deletion has
// removed it from the store is found by its workflow.
func (p *Session) Steer(ctx context.Context, s Selection, work func(st *store.Store, t Temporal, id string) error) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := s.Find(ctx, st)
	missing := record.IsKind(err, record.NotFound)
	if err != nil && !missing {
		return err
	}
	t, closeTemporal, dialErr := p.Dial(ctx)
	if dialErr != nil {
		return errors.Join(err, dialErr)
	}
	defer closeTemporal()
	if !missing {
		return work(st, t, conn.ID)
	}
	if running, lookErr := t.Running(ctx, s.Named()); lookErr != nil || !running {
		return err
	}
	return work(st, t, s.Named())
}

// Until looks at the connection until it is where the caller wants it. Nobody who answers for a while, as when
// workers are replaced, is waited for; that there is no such workflow is an error.
func (p *Session) Until(ctx context.Context, t Temporal, id string, there func(contract.Status) bool) (contract.Status, error) {
	line := p.NewLine()
	defer line.End()
	for {
		status, err := p.Look(ctx, t, id)
		switch {
		case err == nil && there(status):
			return status, nil
		case err == nil:
			line.Show(fmt.Sprintf("%s is %s", id, status.State))
		case ctx.Err() != nil:
			return status, ctx.Err()
		case errors.Is(err, contract.ErrNotConnected), errors.Is(err, contract.ErrDeleted):
			return status, err
		default:
			line.Show("no answer: a worker must be running")
		}
		select {
		case <-ctx.Done():
			return status, ctx.Err()
		case <-time.After(p.Poll):
		}
	}
}

// Look asks the connection's workflow for its status, for a few seconds.
func (p *Session) Look(ctx context.Context, t Temporal, id string) (contract.Status, error) {
	asking, cancel := context.WithTimeout(ctx, StateWait)
	defer cancel()
	return t.Status(asking, id)
}
