package mirror

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Row is a record as a statement over RowColumns reads it.
type Row struct {
	Connection string `db:"connection"`
	Side       string `db:"side"`
	Module     string `db:"module"`
	ID         string `db:"id"`
	ParentID   string `db:"parent_id"`
	Name       string `db:"name"`
	SKU        string `db:"sku"`
	Email      string `db:"email"`
	Marker     string `db:"marker"`
	CreatedAt  int64  `db:"created_at"`
	ModifiedAt int64  `db:"modified_at"`
	Whole      bool   `db:"whole"`
	Hash       string `db:"hash"`
	Fields     string `db:"fields"`
	InView     bool   `db:"in_view"`
}

// RowColumns are those that mirrorRow takes.
const RowColumns = `m.connection, m.side, m.module, m.id, m.parent_id, m.name, m.sku, m.email, m.marker, m.created_at, m.modified_at, m.whole, m.hash, m.fields, m.in_view`

// Record is the record of the row.
func (r Row) Record() (record.Record, error) {
	values, err := record.DecodeValues([]byte(r.Fields))
	if err != nil {
		return record.Record{}, fmt.Errorf("mirror row %s %s %s: %w", r.Side, r.Module, r.ID, err)
	}
	return record.Record{
		Side: record.Side(r.Side), Module: record.Module(r.Module), ID: r.ID, ParentID: r.ParentID, Name: r.Name,
		SKU: r.SKU, Email: r.Email, Marker: r.Marker, Created: db.FromMicros(r.CreatedAt), Modified: db.FromMicros(r.ModifiedAt),
		Whole: r.Whole, Values: values,
	}, nil
}

// putMirror writes records that are new or different, and marks those whose content differs as due where the
// rows say so. What it leaves alone:
//   - a row that is equal, so that an unchanged side writes nothing here;
//   - a row that was modified later than the record, so that a late page cannot bring old content back;
//   - a whole row, where the record is a short form and not newer. A newer short form replaces the fields
//     and keeps the marker, which it does not show. So does one of the same time that shows another name or
//     e-mail: sides give times in whole seconds, and two edits may fall into one.
var putMirror = db.Bulk{
	Columns: db.Columns("connection text, side text, module text, id text, parent_id text, name text, name_key text, sku text, sku_key text, email text, marker text, created_at bigint, modified_at bigint, whole boolean, hash text, due boolean, fields text, unsure bigint"),
	Query: `
WITH {rows}
INSERT INTO mirror (connection, side, module, id, parent_id, name, name_key, sku, sku_key, email, marker, created_at, modified_at, whole, hash, due, fields, unsure)
SELECT connection, side, module, id, parent_id, name, name_key, sku, sku_key, email, marker, created_at, modified_at, whole, hash, due, fields, unsure FROM v WHERE true
ON CONFLICT (connection, side, module, id) DO UPDATE SET
    parent_id = excluded.parent_id, name = excluded.name, name_key = excluded.name_key,
    sku = excluded.sku, sku_key = excluded.sku_key, email = excluded.email,
    marker = CASE WHEN excluded.whole OR excluded.marker <> '' THEN excluded.marker ELSE mirror.marker END,
    created_at = excluded.created_at, modified_at = excluded.modified_at, whole = excluded.whole,
    due = mirror.due OR (excluded.due AND mirror.hash <> excluded.hash),
    hash = excluded.hash, fields = excluded.fields
WHERE (excluded.modified_at = 0 OR excluded.modified_at >= mirror.modified_at)
  AND CASE WHEN mirror.whole AND NOT excluded.whole
           THEN excluded.modified_at > mirror.modified_at OR (mirror.name, mirror.email) IS DISTINCT FROM (excluded.name, excluded.email)
           ELSE (mirror.hash, mirror.name, mirror.parent_id, mirror.sku, mirror.email, mirror.whole, mirror.modified_at)
                IS DISTINCT FROM (excluded.hash, excluded.name, excluded.parent_id, excluded.sku, excluded.email, excluded.whole, excluded.modified_at)
                OR (excluded.marker <> mirror.marker AND (excluded.whole OR excluded.marker <> '')) END`,
}

// Key names a row of the mirror.
type Key struct {
	Connection string
	Side       record.Side
	Module     record.Module
	ID         string
}

func (k Key) row() []any { return []any{k.Connection, string(k.Side), string(k.Module), k.ID} }

// KeyOf is the key of a record.
func KeyOf(connection string, r record.Record) Key {
	return Key{connection, r.Side, r.Module, r.ID}
}

func keyRows(keys []Key) [][]any {
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = k.row()
	}
	return rows
}

// PutWritten stores what writes of a connection returned. A row that is new is unsure from now on where its key is among the
// unsure ones; markUnsureIn marks the others.
func PutWritten(ctx context.Context, tx db.Session, connection string, records []record.Record, unsure []Key, now time.Time) error {
	rows, err := mirrorValues(connection, records, false)
	if err != nil {
		return err
	}
	is := make(map[Key]bool, len(unsure))
	for _, k := range unsure {
		is[k] = true
	}
	for _, row := range rows {
		if is[Key{connection, record.Side(row[1].(string)), record.Module(row[2].(string)), row[3].(string)}] {
			row[len(row)-1] = db.Micros(now)
		}
	}
	_, err = tx.Bulk(ctx, putMirror, rows)
	return err
}

// mirrorValues makes the rows of putMirror. due marks what differs as due. A record that a page holds twice is
// taken once, in its newest form: one statement cannot write a row twice.
func mirrorValues(connection string, records []record.Record, due bool) ([][]any, error) {
	type id struct {
		side   record.Side
		module record.Module
		id     string
	}
	at := make(map[id]int, len(records))
	kept := make([]record.Record, 0, len(records))
	for _, r := range records {
		k := id{r.Side, r.Module, r.ID}
		i, ok := at[k]
		switch {
		case !ok:
			at[k] = len(kept)
			kept = append(kept, r)
		case !r.Modified.Before(kept[i].Modified):
			kept[i] = r
		}
	}
	rows := make([][]any, len(kept))
	for i, r := range kept {
		row, err := mirrorValuesOf(connection, r, due)
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", r.ID, err)
		}
		rows[i] = row
	}
	return rows, nil
}

func mirrorValuesOf(connection string, r record.Record, due bool) ([]any, error) {
	fields, err := r.Values.Encode()
	if err != nil {
		return nil, err
	}
	nameKey, skuKey := db.IndexKey(record.NameKey(r.Name)), db.IndexKey(record.NameKey(r.SKU))
	return []any{
		connection, string(r.Side), string(r.Module), r.ID, r.ParentID, db.Clean(r.Name), nameKey, db.Clean(r.SKU), skuKey,
		db.Clean(r.Email), db.Clean(r.Marker), db.Micros(r.Created), db.Micros(r.Modified), r.Whole, record.HashEncoded(fields),
		due, string(fields), int64(0),
	}, nil
}

const (
	mirrorRecords = `SELECT ` + RowColumns + ` FROM mirror m WHERE m.connection = ? AND m.side = ? AND m.module = ? AND m.id {in}`
	mirrorNames   = `SELECT id, name FROM mirror WHERE connection = ? AND side = ? AND module = ? AND id {in}`
)

// Record reads one record of the mirror. NotFound where it has none.
func (s *Mirror) Record(ctx context.Context, connection string, side record.Side, module record.Module, id string) (record.Record, error) {
	found, err := s.Records(ctx, connection, side, module, []string{id})
	if err != nil {
		return record.Record{}, err
	}
	r, ok := found[id]
	if !ok {
		return r, &record.Error{Kind: record.NotFound, Side: side, Op: "read mirror", Code: "NOT_IN_MIRROR", RecordID: id,
			Message: fmt.Sprintf("the mirror of %s has no such record", module)}
	}
	return r, nil
}

// Records reads those of the records that the mirror has, by id.
func (s *Mirror) Records(ctx context.Context, connection string, side record.Side, module record.Module, ids []string) (map[string]record.Record, error) {
	return Records(ctx, s.db.Reader(), connection, side, module, ids)
}

// Rows reads those of the records that the mirror has.
func Rows(ctx context.Context, c db.Session, connection string, side record.Side, module record.Module, ids []string) ([]Row, error) {
	var rows []Row
	if err := c.All(ctx, &rows, mirrorRecords, connection, side, module, c.List(ids)); err != nil {
		return nil, fmt.Errorf("read mirror of %s %s: %w", side, module, err)
	}
	return rows, nil
}

// Records reads those of the records that the mirror has, by id, within a session.
func Records(ctx context.Context, c db.Session, connection string, side record.Side, module record.Module, ids []string) (map[string]record.Record, error) {
	rows, err := Rows(ctx, c, connection, side, module, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]record.Record, len(rows))
	for _, row := range rows {
		r, err := row.Record()
		if err != nil {
			return nil, err
		}
		out[r.ID] = r
	}
	return out, nil
}

// Names reads the names of those of the records that the mirror has, by id.
func (s *Mirror) Names(ctx context.Context, connection string, side record.Side, module record.Module, ids []string) (map[string]string, error) {
	return Names(ctx, s.db.Reader(), connection, side, module, ids)
}

// Names reads the names of those of the records that the mirror has, by id, within a session.
func Names(ctx context.Context, c db.Session, connection string, side record.Side, module record.Module, ids []string) (map[string]string, error) {
	var rows []struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}
	if err := c.All(ctx, &rows, mirrorNames, connection, side, module, c.List(ids)); err != nil {
		return nil, fmt.Errorf("read names of %s %s: %w", side, module, err)
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}

const countMirror = `SELECT count(*) FROM mirror WHERE connection = ? AND side = ? AND module = ?`

// Count counts the records that the mirror has of a module.
func (s *Mirror) Count(ctx context.Context, connection string, side record.Side, module record.Module) (n int, err error) {
	if _, err = s.db.Reader().Get(ctx, &n, countMirror, connection, side, module); err != nil {
		return 0, fmt.Errorf("count the mirror of %s %s: %w", side, module, err)
	}
	return n, nil
}
