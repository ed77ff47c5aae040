package pushes

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
)

// Pushes keeps the requests for actions on transactions, in their sequence. Its methods are safe for concurrent use.
type Pushes struct{ db *db.DB }

// NewPushes is for the store's front.
func NewPushes(d *db.DB) *Pushes { return &Pushes{db: d} }

// What becomes of a request that asks for its place.
const (
	Go       = "go"
	Queue    = "queued"
	Refuse   = "refused"
	Repeat   = "repeated" // its key is there already, of the same request
	KeyTaken = "conflict" // its key is there already, of another request
)

// The states of a push.
const (
	StateQueued  = "queued"
	StateOpen    = "open"
	StateDone    = "done"
	StateFailed  = "failed"
	StateRefused = "refused"
)

// Intent is a request for one action on one transaction.
type Intent struct {
	Connection, Type, Transaction string
	// Key is the caller's idempotency key, Hash distinguishes two requests with one key.
	Key, Hash, Action, User, WorkflowID string
	At                                  time.Time
}

// Push is a push as the store has it.
type Push struct {
	Intent
	Sequence   int64
	State      string
	Claim      string
	Step       string // the write that was begun last, empty before the first
	Deadline   time.Time
	Attempts   int
	Answer     []byte
	FinishedAt time.Time
}

// Admission is the place of a push, and the connection's state that decided on it.
type Admission struct {
	Decision string
	Sequence int64
	Position int // among the queued ones, from 1
	State    record.State
	Push     Push // with PushRepeat
}

type pushRow struct {
	Connection  string `db:"connection"`
	Seq         int64  `db:"seq"`
	Type        string `db:"type"`
	Transaction string `db:"transaction_id"`
	Key         string `db:"request_key"`
	Hash        string `db:"request_hash"`
	Action      string `db:"action"`
	User        string `db:"crm_user"`
	WorkflowID  string `db:"workflow_id"`
	State       string `db:"state"`
	Claim       string `db:"claim"`
	Step        string `db:"step"`
	Deadline    int64  `db:"deadline"`
	Attempts    int    `db:"attempts"`
	Untold      bool   `db:"untold"`
	AnswerKey   string `db:"answer_key"`
	Answer      string `db:"answer"`
	AskedAt     int64  `db:"asked_at"`
	FinishedAt  int64  `db:"finished_at"`
}

func (s *Pushes) push(r pushRow) (Push, error) {
	out := Push{
		Intent: Intent{Connection: r.Connection, Type: r.Type, Transaction: r.Transaction, Key: r.Key, Hash: r.Hash,
			Action: r.Action, User: r.User, WorkflowID: r.WorkflowID, At: db.FromMicros(r.AskedAt)},
		Sequence: r.Seq, State: r.State, Claim: r.Claim, Step: r.Step, Deadline: db.FromMicros(r.Deadline), Attempts: r.Attempts,
		FinishedAt: db.FromMicros(r.FinishedAt),
	}
	if r.Answer == "" {
		return out, nil
	}
	var err error
	out.Answer, err = s.db.Unseal(r.AnswerKey, r.Answer, answerContext(r.Connection, r.Seq))
	return out, err
}

// answerContext binds an answer to its push.
func answerContext(connection string, seq int64) string {
	return fmt.Sprintf("push\x00%s\x00%d", connection, seq)
}

const (
	onePush   = `SELECT * FROM pushes WHERE connection = ? AND seq = ?`
	claimPush = `UPDATE pushes SET claim = ?, untold = FALSE WHERE connection = ? AND seq = ? AND state = 'open'`
	markPush  = `
UPDATE pushes SET step = ?, deadline = ?, attempts = attempts + 1
WHERE connection = ? AND seq = ? AND claim = ? AND state = 'open'
  AND EXISTS (SELECT 1 FROM connections c WHERE c.id = ? AND c.state IN ('connected', 'active'))`
	holdPush   = `UPDATE pushes SET state = ?, claim = '' WHERE connection = ? AND seq = ? AND claim = ? AND state = 'open'`
	finishPush = `
UPDATE pushes SET state = ?, answer_key = ?, answer = ?, finished_at = ?, untold = FALSE
WHERE connection = ? AND seq = ? AND claim = ? AND state = 'open'`
)

// Claim lets token work on an open push; a token that had it before has it no longer. Where the push is not open,
// Claim returns it with a Conflict.
func (s *Pushes) Claim(ctx context.Context, connection string, seq int64, token string) (Push, error) {
	var row pushRow
	changed := 0
	err := s.db.Write(ctx, func(tx db.Session) (err error) {
		if changed, err = tx.Exec(ctx, claimPush, token, connection, seq); err != nil {
			return err
		}
		row = pushRow{}
		found, err := tx.Get(ctx, &row, onePush, connection, seq)
		if err == nil && !found {
			return &record.Error{Kind: record.NotFound, Op: "push", Code: "UNKNOWN_PUSH", Message: fmt.Sprintf("no push %d of %s", seq, connection)}
		}
		return err
	})
	if err != nil {
		return Push{}, fmt.Errorf("claim push %d of %s: %w", seq, connection, err)
	}
	out, err := s.push(row)
	if err == nil && changed == 0 {
		err = &record.Error{Kind: record.Conflict, Op: "push", Code: "PUSH_ENDED", Message: fmt.Sprintf("push %d is %s", seq, row.State)}
	}
	return out, err
}

// Mark stores that a write of the push may be made until the deadline, if token has the push and the connection is
// active. granted reports whether that is so; otherwise state is the connection's state. One statement compares and
// sets. Idempotent.
func (s *Pushes) Mark(ctx context.Context, connection string, seq int64, token, step string, deadline time.Time) (granted bool, state record.State, err error) {
	err = s.db.Write(ctx, func(tx db.Session) error {
		n, err := tx.Exec(ctx, markPush, step, db.Micros(deadline), connection, seq, token, connection)
		if granted = n > 0; err != nil || granted {
			return err
		}
		c, err := connections.Get(ctx, tx, connection)
		state = c.State
		return err
	})
	if err != nil {
		return false, "", fmt.Errorf("mark push %d of %s: %w", seq, connection, err)
	}
	return granted, state, nil
}

// Hold puts an open push that token has back into the queue, or refuses it, because the connection is not active.
// Where the connection is active, the push stays open. Idempotent.
func (s *Pushes) Hold(ctx context.Context, connection string, seq int64, token string) (Admission, error) {
	out := Admission{Sequence: seq}
	err := s.db.Write(ctx, func(tx db.Session) error {
		var now string
		if _, err := tx.Get(ctx, &now, lockPushes, connection); err != nil {
			return err
		}
		out.State = record.State(now)
		if out.Decision = decidePush(out.State); out.Decision == Go {
			return nil
		}
		state := StateQueued
		if out.Decision == Refuse {
			state = StateRefused
		}
		if _, err := tx.Exec(ctx, holdPush, state, connection, seq, token); err != nil {
			return err
		}
		_, err := tx.Get(ctx, &out.Position, countQueued, connection, seq)
		return err
	})
	if err != nil {
		return Admission{}, fmt.Errorf("hold push %d of %s: %w", seq, connection, err)
	}
	return out, nil
}

// Outcome is what became of a push, with what billing has then.
type Outcome struct {
	State        string // done, failed or refused
	Answer       []byte
	At           time.Time
	Transactions []Transaction
}

// Finish stores the outcome of a push that token has, all or nothing. Conflict where another token has it, or it
// has ended otherwise. Idempotent: the same token's second delivery changes nothing.
func (s *Pushes) Finish(ctx context.Context, token, connection string, seq int64, o Outcome) error {
	keyID, answer, err := s.db.Seal(o.Answer, answerContext(connection, seq))
	if err != nil {
		return fmt.Errorf("finish push %d of %s: %w", seq, connection, err)
	}
	err = s.db.Write(ctx, func(tx db.Session) error {
		n, err := tx.Exec(ctx, finishPush, o.State, keyID, answer, db.Micros(o.At), connection, seq, token)
		if err != nil {
			return err
		}
		if n == 0 {
			return s.finishedBefore(ctx, tx, token, connection, seq, o.State)
		}
		return putTransactionsIn(ctx, tx, o.Transactions)
	})
	if err != nil {
		return fmt.Errorf("finish push %d of %s: %w", seq, connection, err)
	}
	return nil
}

func (s *Pushes) finishedBefore(ctx context.Context, tx db.Session, token, connection string, seq int64, state string) error {
	var row pushRow
	found, err := tx.Get(ctx, &row, onePush, connection, seq)
	if err != nil {
		return err
	}
	if found && row.Claim == token && row.State == state {
		return nil
	}
	return &record.Error{Kind: record.Unavailable, Op: "push", Code: "CLAIM_LOST", Message: "another attempt has taken it over"}
}

const (
	queuedPushes = `
SELECT * FROM pushes WHERE connection = ? AND (state = 'queued' OR (state = ? AND untold)) ORDER BY seq LIMIT ? {lock}`
	movePushes = `UPDATE pushes SET state = ?, untold = ? WHERE connection = ? AND seq = ? AND (state = 'queued' OR untold)`
	openPushes = `SELECT COUNT(*) FROM pushes WHERE connection = ? AND state = 'open'`
)

const (
	lockPushes  = `SELECT state FROM connections WHERE id = ? {lock}`
	countQueued = `SELECT COUNT(*) FROM pushes WHERE connection = ? AND state = 'queued' AND seq <= ?`
)

// decidePush returns what happens to a push while the connection has that state.
func decidePush(state record.State) string {
	switch state {
	case record.StateConnected, record.StateActive:
		return Go
	case record.StatePausing, record.StatePaused:
		return Queue
	case record.StateDisabling, record.StateDisabled, record.StateEnabling, record.StateDeleting, record.StateDeleted:
	}
	return Refuse
}
