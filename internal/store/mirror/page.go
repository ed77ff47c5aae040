package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// CodeMovedOn is the Conflict of a page that was read from a state that is no more.
const CodeMovedOn = "MIRROR_MOVED_ON"

// Reading is what is read of a module. Each reading of a module has a state of its own.
type Reading string

// The readings.
const (
	OfRecords   Reading = "records"
	OfDeletions Reading = "deletions" // what the CRM lists as deleted
	OfSweep     Reading = "sweep"     // all ids, to find what is missing
)

// Page is one page that was read from a side, and where the reading stands behind it.
type Page struct {
	Connection string
	Side       record.Side
	Module     record.Module
	Reading    Reading // OfRecords where it is empty
	Records    []record.Record
	// Next is the cursor behind the page. It is stored with the records, in one transaction.
	Next record.Cursor
	// Done reports whether the pass is complete: the scan, or the increment.
	Done bool
	// Whole reports whether the pass is over the whole list, where the side could show the changes alone.
	Whole bool
	// Due marks what differs as due also where it is billing's, because the sync goes both ways. What differs in the
	// CRM always is.
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
	// Whole reports whether the unfinished pass is over the whole list, where the side could show the changes alone.
	Whole bool
	// Since is where the next increment begins, by the side's clock.
	Since     time.Time
	Mark      time.Time // the unfinished pass's largest Mark
	Completed bool      // at least one full pass was finished
	Pass      int       // passes finished, but for those of one page that found nothing newer
}

type mirrorStateRow struct {
	Position  string `db:"position"`
	Whole     bool   `db:"whole"`
	Mark      int64  `db:"mark"`
	Since     int64  `db:"since"`
	Completed bool   `db:"completed"`
	Pass      int    `db:"pass"`
}

func (r mirrorStateRow) state() (State, error) {
	out := State{Whole: r.Whole, Since: db.FromMicros(r.Since), Mark: db.FromMicros(r.Mark), Completed: r.Completed, Pass: r.Pass}
	if r.Position == "" {
		return out, nil
	}
	return out, json.Unmarshal([]byte(r.Position), &out.Cursor)
}

const (
	getMirrorState = `
SELECT position, whole, mark, since, completed, pass FROM mirror_state WHERE connection = ? AND side = ? AND module = ? AND reading = ?`
	// The row is locked before it is compared, also where it is new.
	touchMirrorState = `
INSERT INTO mirror_state (connection, side, module, reading, position, whole, mark, since, completed, pass)
SELECT id, ?, ?, ?, '', FALSE, 0, 0, FALSE, 0 FROM connections WHERE id = ? ON CONFLICT (connection, side, module, reading) DO NOTHING`
	lockMirrorState = getMirrorState + ` {lock}`
	setMirrorState  = `
UPDATE mirror_state SET position = ?, whole = ?, mark = ?, since = ?, completed = ?, pass = ?
WHERE connection = ? AND side = ? AND module = ? AND reading = ?`
)

// State reads how far a module's mirror has come; the zero state where it was never read.
func (s *Mirror) State(ctx context.Context, connection string, side record.Side, module record.Module) (State, error) {
	return s.StateOf(ctx, connection, side, module, OfRecords)
}

// StateOf reads how far one reading of a module has come; the zero state where it has not begun.
func (s *Mirror) StateOf(ctx context.Context, connection string, side record.Side, module record.Module, reading Reading) (State, error) {
	var row mirrorStateRow
	if _, err := s.db.Reader().Get(ctx, &row, getMirrorState, connection, side, module, reading); err != nil {
		return State{}, fmt.Errorf("read the mirror state of %s %s: %w", side, module, err)
	}
	state, err := row.state()
	if err != nil {
		return state, fmt.Errorf("read the mirror state of %s %s: %w", side, module, err)
	}
	return state, nil
}

// PutPage stores a page and the cursor behind it in one transaction, and returns how many records were new or
// different. Idempotent: an equal row is not written, an older record never replaces a row, and a page that comes
// again finds the cursor where it put it.
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
	reading := p.Reading
	if reading == "" {
		reading = OfRecords
	}
	where := []any{p.Connection, p.Side, p.Module, reading}
	if _, err := tx.Exec(ctx, touchMirrorState, p.Side, p.Module, reading, p.Connection); err != nil {
		return err
	}
	var row mirrorStateRow
	found, err := tx.Get(ctx, &row, lockMirrorState, where...)
	if err != nil {
		return err
	}
	if !found { // a worker that was frozen while its connection was deleted
		return &record.Error{Kind: record.NotFound, Op: "store a page", Code: "UNKNOWN_CONNECTION",
			Message: fmt.Sprintf("no connection %q: a page of a deleted connection is not stored", p.Connection)}
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
	args := append([]any{position, next.Whole, db.Micros(next.Mark), db.Micros(next.Since), next.Completed, next.Pass}, where...)
	_, err = tx.Exec(ctx, setMirrorState, args...)
	return err
}

// behind is the state behind the page.
func (p Page) behind(was State) (State, error) {
	from := was
	if p.From != nil {
		from.Cursor, from.Whole, from.Pass = p.From.Cursor, p.From.Whole, p.From.Pass
	}
	next := from
	if p.Mark.After(next.Mark) {
		next.Mark = db.FromMicros(db.Micros(p.Mark))
	}
	next.Cursor, next.Whole = p.Next, p.Whole
	if p.Done {
		if from.Cursor.IsZero() && was.Completed && !next.Mark.After(was.Since) {
			return was, nil // a whole pass in one page that found nothing newer: nothing is rewritten
		}
		if next.Mark.After(next.Since) {
			next.Since = next.Mark
		}
		next.Cursor, next.Whole, next.Mark, next.Completed, next.Pass = record.Cursor{}, false, time.Time{}, true, next.Pass+1
	}
	if samePlace(from, was) {
		return next, nil
	}
	if samePlace(next, was) {
		return was, nil // this page was stored before
	}
	return was, &record.Error{Kind: record.Conflict, Side: p.Side, Op: "store a page", Code: CodeMovedOn,
		Message: fmt.Sprintf("another attempt has mirrored %s further since this page was read", p.Module)}
}

// samePlace reports whether two states stand at one place of one pass.
func samePlace(a, b State) bool {
	return a.Pass == b.Pass && a.Whole == b.Whole && a.Cursor.ID == b.Cursor.ID && a.Cursor.Page == b.Cursor.Page && a.Cursor.Time.Equal(b.Cursor.Time)
}

// PutDetails stores records that were read one by one. due marks what differs as due. Idempotent as a page is.
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

const mirrored = `SELECT module FROM mirror_state WHERE connection = ? AND side = ? AND reading = 'records' ORDER BY module`

// Modules lists the modules of a side that were ever read for a connection.
func (s *Mirror) Modules(ctx context.Context, connection string, side record.Side) ([]record.Module, error) {
	var out []record.Module
	if err := s.db.Reader().All(ctx, &out, mirrored, connection, side); err != nil {
		return nil, fmt.Errorf("look which modules were read for %s: %w", connection, err)
	}
	return out, nil
}
