package pushes

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
)

const (
	nextPush = `
INSERT INTO push_sequences AS p (connection, seq) VALUES (?, 1) ON CONFLICT (connection) DO UPDATE SET seq = p.seq + 1 RETURNING seq`
	pushByKey  = `SELECT * FROM pushes WHERE connection = ? AND request_key = ?`
	insertPush = `
INSERT INTO pushes (connection, seq, type, transaction_id, request_key, request_hash, action, crm_user, workflow_id, state,
    claim, step, deadline, attempts, untold, answer_key, answer, asked_at, finished_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0, 0, FALSE, '', '', ?, 0)`
	dropRefused = `DELETE FROM pushes WHERE connection = ? AND seq = ? AND state = 'refused'`
)

// Admit gives a request the next sequence number of its connection, in one transaction that locks the connection's
// row. The stored state decides whether the push may start; a change of the state waits for the transaction.
// Idempotent by the key: a request that was stored before is returned. One that was refused for the state is
// decided once more.
func (s *Pushes) Admit(ctx context.Context, in Intent) (Admission, error) {
	var out Admission
	err := s.db.Write(ctx, func(tx db.Session) (err error) {
		out, err = s.admitPush(ctx, tx, in)
		return err
	})
	if err != nil {
		return Admission{}, fmt.Errorf("admit a push of %s: %w", in.Connection, err)
	}
	return out, nil
}

func (s *Pushes) admitPush(ctx context.Context, tx db.Session, in Intent) (Admission, error) {
	var state string
	found, err := tx.Get(ctx, &state, lockPushes, in.Connection)
	if err != nil {
		return Admission{}, err
	}
	if !found {
		_, err := connections.Get(ctx, tx, in.Connection) // which says so, and names those that there are
		return Admission{}, err
	}
	out := Admission{State: record.State(state)}
	var had pushRow
	if found, err = tx.Get(ctx, &had, pushByKey, in.Connection, in.Key); err != nil {
		return out, err
	}
	if found {
		if done, err := s.hadPush(ctx, tx, in, had, &out); done || err != nil {
			return out, err
		}
	}
	out.Decision = decidePush(out.State)
	if _, err := tx.Get(ctx, &out.Sequence, nextPush, in.Connection); err != nil {
		return out, err
	}
	state = map[string]string{Go: StateOpen, Queue: StateQueued, Refuse: StateRefused}[out.Decision]
	_, err = tx.Exec(ctx, insertPush, in.Connection, out.Sequence, in.Type, in.Transaction, in.Key, in.Hash, in.Action, db.Clean(in.User),
		in.WorkflowID, state, db.Micros(in.At))
	if err == nil && out.Decision == Queue {
		_, err = tx.Get(ctx, &out.Position, countQueued, in.Connection, out.Sequence)
	}
	return out, err
}

// hadPush answers a request whose key is there already.
func (s *Pushes) hadPush(ctx context.Context, tx db.Session, in Intent, had pushRow, out *Admission) (done bool, err error) {
	if had.Hash != in.Hash {
		out.Decision, out.Sequence = KeyTaken, had.Seq
		return true, nil
	}
	if had.State == StateRefused {
		_, err := tx.Exec(ctx, dropRefused, in.Connection, had.Seq)
		return false, err
	}
	out.Decision, out.Sequence = Repeat, had.Seq
	if out.Push, err = s.push(had); err != nil {
		return true, err
	}
	if had.State == StateQueued {
		_, err = tx.Get(ctx, &out.Position, countQueued, in.Connection, had.Seq)
	}
	return true, err
}
