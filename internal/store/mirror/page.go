package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Mirror keeps what was read from the sides. Its methods are safe for concurrent use.
type Mirror struct{ db *db.DB }

// New is for the store's front.
func New(d *db.DB) *Mirror { return &Mirror{db: d} }

// CodeMovedOn is the Conflict of a page that was read from a state that is no more.
const CodeMovedOn = "MIRROR_MOVED_ON"

// Page is one page that was read from a side, and where the reading stands behind it.
type Page struct {
	Connection string
	Side       record.Side
	Module     record.Module
	Records    []record.Record
	// Next is the cursor behind the page. It is stored with the records, in one transaction.
	Next record.Cursor
	// Done says that the pass is complete: the scan, or the increment.
	Done bool
	// Due says that what differs is to be looked at, also where it is billing's: the sync goes both ways. What
	// differs in the CRM always is.
	Due bool
	// Mark is where the next increment has to begin, as far as this pass knows. The largest one of a pass
	// becomes MirrorState.Since when the pass is done; a pass without one leaves Since as it is.
	Mark time.Time
	// From is the state that the page was read from. A page whose state has moved on since is refused as a
	// Conflict: a worker that was frozen must not put the cursor back. Nil is not checked.
	From *State
}

// State is how far the mirror of one module has come.
type State struct {
	Cursor record.Cursor // of the unfinished pass; zero when there is none
	// Since is where the next increment begins, by the side's clock.
	Since     time.Time
	Mark      time.Time // the unfinished pass's largest Mark
	Completed bool      // at least one full pass was finished
	Pass      int       // passes finished, but for those of one page that found nothing newer
}

type mirrorStateRow struct {
	Position  string `db:"position"`
	Mark      int64  `db:"mark"`
	Since     int64  `db:"since"`
	Completed bool   `db:"completed"`
	Pass      int    `db:"pass"`
}

func (r mirrorStateRow) state() (State, error) {
	out := State{Since: db.FromMicros(r.Since), Mark: db.FromMicros(r.Mark), Completed: r.Completed, Pass: r.Pass}
	if r.Position == "" {
		return out, nil
	}
	return out, json.Unmarshal([]byte(r.Position), &out.Cursor)
}

const (
	getMirrorState = `SELECT position, mark, since, completed, pass FROM mirror_state WHERE connection = ? AND side = ? AND module = ?`
	// The row is locked before it is compared, also where it is new.
	touchMirrorState = `
INSERT INTO mirror_state (connection, side, module, position, mark, since, completed, pass)
SELECT id, ?, ?, '', 0, 0, FALSE, 0 FROM connections WHERE id = ? ON CONFLICT (connection, side, module) DO NOTHING`
	lockMirrorState = getMirrorState + ` {lock}`
	setMirrorState  = `
UPDATE mirror_state SET position = ?, mark = ?, since = ?, completed = ?, pass = ?
WHERE connection = ? AND side = ? AND module = ?`
)

// State reads how far a module's mirror has come; the zero state where it was never read.
func (s *Mirror) State(ctx context.Context, connection string, side record.Side, module record.Module) (State, error) {
	var row mirrorStateRow
	if _, err := s.db.Reader().Get(ctx, &row, getMirrorState, connection, side, module); err != nil {
		return State{}, fmt.Errorf("read the mirror state of %s %s: %w", side, module, err)
	}
	state, err := row.state()
	if err != nil {
		return state, fmt.Errorf("read the mirror state of %s %s: %w", side, module, err)
	}
	return state, nil
}

// PutPage stores a page and the cursor behind it in one transaction, and gives the number of records
// that were new or different. It is idempotent: a row equal to the page's is not written, a record older
// than the row never replaces it, and a page that comes again finds the cursor where it put it.
func (s *Mirror) PutPage(ctx context.Context, p Page) (changed int, err error) {
	rows, err := mirrorValues(p.Connection, p.Records, p.Due || p.Side == record.CRM)
	if err != nil {
		return 0, fmt.Errorf("mirror %s %s: %w", p.Side, p.Module, err)
	}
	err = s.db.Write(ctx, func(tx db.Session) (err error) {
		if err := p.advance(ctx, tx); err != nil {
			return err
		}
		changed, err = tx.Bulk(ctx, putMirror, rows)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("mirror %s %s: %w", p.Side, p.Module, err)
	}
	return changed, nil
}

// advance moves the module's state to behind the page.
func (p Page) advance(ctx context.Context, tx db.Session) error {
	where := []any{p.Connection, p.Side, p.Module}
	if _, err := tx.Exec(ctx, touchMirrorState, p.Side, p.Module, p.Connection); err != nil {
		return err
	}
	var row mirrorStateRow
	found, err := tx.Get(ctx, &row, lockMirrorState, where...)
	if err != nil {
		return err
	}
	if !found { // a worker that was frozen while its connection was deleted
		return &record.Error{Kind: record.NotFound, Op: "store a page", Code: "UNKNOWN_CONNECTION",
			Message: fmt.Sprintf("no connection %q: a page of a connection that is gone is not kept", p.Connection)}
	}
	was, err := row.state()
	if err != nil {
		return err
	}
	next, err := p.behind(was)
	if err != nil {
		return err
	}
	if next == was {
		return nil
	}
	position := ""
	if !next.Cursor.IsZero() {
		data, err := json.Marshal(next.Cursor)
		if err != nil {
			return err
		}
		position = string(data)
	}
	args := append([]any{position, db.Micros(next.Mark), db.Micros(next.Since), next.Completed, next.Pass}, where...)
	_, err = tx.Exec(ctx, setMirrorState, args...)
	return err
}

// behind is the state behind the page.
func (p Page) behind(was State) (State, error) {
	from := was
	if p.From != nil {
		from.Cursor, from.Pass = p.From.Cursor, p.From.Pass
	}
	next := from
	if p.Mark.After(next.Mark) {
		next.Mark = db.FromMicros(db.Micros(p.Mark))
	}
	next.Cursor = p.Next
	if p.Done {
		if from.Cursor.IsZero() && was.Completed && !next.Mark.After(was.Since) {
			return was, nil // a whole pass in one page that found nothing newer: nothing is rewritten
		}
		if next.Mark.After(next.Since) {
			next.Since = next.Mark
		}
		next.Cursor, next.Mark, next.Completed, next.Pass = record.Cursor{}, time.Time{}, true, next.Pass+1
	}
	if sameCursor(from.Cursor, was.Cursor) && from.Pass == was.Pass {
		return next, nil
	}
	if sameCursor(next.Cursor, was.Cursor) && next.Pass == was.Pass {
		return was, nil // this page was stored before
	}
	return was, &record.Error{Kind: record.Conflict, Side: p.Side, Op: "store a page", Code: CodeMovedOn,
		Message: fmt.Sprintf("another attempt has mirrored %s further since this page was read", p.Module)}
}

func sameCursor(a, b record.Cursor) bool {
	return a.ID == b.ID && a.Page == b.Page && a.Whole == b.Whole && a.Time.Equal(b.Time)
}

// PutDetails stores records that were read one by one; due says whether what differs is to be looked at. It is
// idempotent as a page is.
func (s *Mirror) PutDetails(ctx context.Context, connection string, records []record.Record, due bool) error {
	rows, err := mirrorValues(connection, records, due)
	if err == nil && len(rows) > 0 {
		err = s.db.Write(ctx, func(tx db.Session) error {
			_, err := tx.Bulk(ctx, putMirror, rows)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("mirror details: %w", err)
	}
	return nil
}

const mirrored = `SELECT DISTINCT module FROM mirror_state WHERE connection = ? AND side = ?`

// Modules lists the modules of a side that were ever read for a connection.
func (s *Mirror) Modules(ctx context.Context, connection string, side record.Side) ([]record.Module, error) {
	var out []record.Module
	if err := s.db.Reader().All(ctx, &out, mirrored, connection, side); err != nil {
		return nil, fmt.Errorf("look which modules were read for %s: %w", connection, err)
	}
	return out, nil
}
