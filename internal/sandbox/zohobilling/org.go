// Package zohobilling is a Zoho Billing v1 of our own: the wire contract over SQLite, for trials and tests.
// It must never answer before a write is committed, and never compute money in floats.
package zohobilling

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"causeway/internal/sandbox/platform"
)

const schema = `
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS customers (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, name_key TEXT NOT NULL, email TEXT NOT NULL,
	status TEXT NOT NULL, marker TEXT NOT NULL, zcrm_account_id TEXT NOT NULL, zcrm_contact_id TEXT NOT NULL,
	created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, short TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS customers_by_name ON customers (org, name_key, id);
CREATE INDEX IF NOT EXISTS customers_by_created ON customers (org, created_us, id);
CREATE INDEX IF NOT EXISTS customers_by_updated ON customers (org, updated_us, id);
CREATE INDEX IF NOT EXISTS customers_by_marker ON customers (org, marker) WHERE marker <> '';
CREATE INDEX IF NOT EXISTS customers_by_account ON customers (org, zcrm_account_id) WHERE zcrm_account_id <> '';
CREATE INDEX IF NOT EXISTS customers_by_contact ON customers (org, zcrm_contact_id) WHERE zcrm_contact_id <> '';
CREATE TABLE IF NOT EXISTS contact_persons (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, customer_id INTEGER NOT NULL, created_us INTEGER NOT NULL,
	updated_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS contact_persons_by_customer ON contact_persons (customer_id, id);
CREATE TABLE IF NOT EXISTS items (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, name_key TEXT NOT NULL, sku TEXT NOT NULL,
	status TEXT NOT NULL, marker TEXT NOT NULL, rate_key TEXT NOT NULL, created_us INTEGER NOT NULL,
	updated_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS items_by_name ON items (org, name_key, id);
CREATE INDEX IF NOT EXISTS items_by_created ON items (org, created_us, id);
CREATE INDEX IF NOT EXISTS items_by_sku ON items (org, sku) WHERE sku <> '';
CREATE INDEX IF NOT EXISTS items_by_marker ON items (org, marker) WHERE marker <> '';
CREATE TABLE IF NOT EXISTS custom_fields (
	number INTEGER PRIMARY KEY, module TEXT NOT NULL, api_name TEXT NOT NULL, definition TEXT NOT NULL, UNIQUE (module, api_name));`

// firstIDs are where a module's ids start; ids are never used twice, also after a deletion.
var firstIDs = map[string]int64{
	"customers": 4600000000100000, "contact_persons": 4600000300100000, "items": 4600000600100000,
	"estimates": 4600000700100000, "invoices": 4600000800100000, "payments": 4600000900100000,
	"document_comments": 4600001000100000, "document_files": 4600001100100000,
}

// zone is the organisations' time zone; not UTC, so that clients must read the offset.
var zone = time.FixedZone("", -7*3600)

// Org is the billing system: one or more organisations of one account.
type Org struct {
	db       *platform.DB
	settings *platform.Settings
	clock    platform.Clock
	firstOrg int64
	lastUS   int64            // the writer's own: makes times strictly increasing
	lastID   map[string]int64 // the writer's own, by table

	customMu sync.RWMutex
	custom   map[string][]fieldDef // by module

	generation map[string]*atomic.Int64 // by table: changes that shift pages
	cursorsMu  sync.Mutex
	cursors    map[string]cursor
}

// Open opens or makes the billing organisations in the file at path. Their ids come from seed where it is not 0,
// and stay when the file is opened again.
func Open(path string, settings *platform.Settings, clock platform.Clock, seed uint64) (*Org, error) {
	db, err := platform.Open(path, schema+documentSchema)
	if err != nil {
		return nil, err
	}
	off := func() time.Time { return clock().Add(settings.Get().BillingClockAhead) }
	o := &Org{db: db, settings: settings, clock: off, cursors: map[string]cursor{}, lastID: map[string]int64{},
		generation: map[string]*atomic.Int64{"customers": {}, "contact_persons": {}, "items": {}, "estimates": {}, "invoices": {}, "payments": {}, "transactions": {}}}
	err = db.Write(context.Background(), func(tx *sql.Tx) error { return o.load(tx, seed) })
	if err == nil {
		err = o.reloadFields(context.Background())
	}
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return o, nil
}

func (o *Org) load(tx *sql.Tx, seed uint64) error {
	err := tx.QueryRow(`SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'first_organization'`).Scan(&o.firstOrg)
	if errors.Is(err, sql.ErrNoRows) {
		rng := rand.New(rand.NewPCG(rand.Uint64(), 0xb111))
		if seed != 0 {
			rng = rand.New(rand.NewPCG(seed, 0xb111))
		}
		o.firstOrg = 600000000 + rng.Int64N(99999)*1000
		if _, err = tx.Exec(`INSERT INTO meta VALUES ('first_organization', ?)`, strconv.FormatInt(o.firstOrg, 10)); err != nil {
			return err
		}
		for table, first := range firstIDs {
			if _, err = tx.Exec(`INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)`, table, first); err != nil {
				return err
			}
		}
	}
	if err != nil {
		return err
	}
	for table, first := range firstIDs {
		last := first // of a table that the file's maker did not know
		if err := tx.QueryRow(`SELECT seq FROM sqlite_sequence WHERE name = ?`, table).Scan(&last); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("last id of %s: %w", table, err)
		}
		o.lastID[table] = last
	}
	return tx.QueryRow(`SELECT MAX(IFNULL((SELECT MAX(updated_us) FROM customers), 0), IFNULL((SELECT MAX(updated_us) FROM items), 0),
		IFNULL((SELECT MAX(updated_us) FROM contact_persons), 0), IFNULL((SELECT MAX(updated_us) FROM estimates), 0),
		IFNULL((SELECT MAX(updated_us) FROM invoices), 0), IFNULL((SELECT MAX(updated_us) FROM payments), 0))`).Scan(&o.lastUS)
}

// ID returns the id of the first organisation, the default one.
func (o *Org) ID() string { return strconv.FormatInt(o.firstOrg, 10) }

// Close closes the file.
func (o *Org) Close() error { return o.db.Close() }

// Counts are the records of the default organisation.
type Counts struct {
	Customers, ContactPersons, Items int
}

// Counts returns how many records the default organisation holds, past any fault or limit.
func (o *Org) Counts(ctx context.Context) (Counts, error) {
	var c Counts
	err := o.db.Read().QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM customers WHERE org = ?1),
		(SELECT COUNT(*) FROM contact_persons WHERE org = ?1), (SELECT COUNT(*) FROM items WHERE org = ?1)`, o.ID()).
		Scan(&c.Customers, &c.ContactPersons, &c.Items)
	if err != nil {
		return c, fmt.Errorf("count billing records: %w", err)
	}
	return c, nil
}

// Handler serves /billing/v1.
func (o *Org) Handler() http.Handler {
	rt := &router{o: o}
	o.settingsRoutes(rt)
	o.customerRoutes(rt)
	o.contactPersonRoutes(rt)
	o.itemRoutes(rt)
	o.transactionRoutes(rt)
	return rt
}

// now returns the time of a write: strictly later than any before. Only the writer may call it.
func (o *Org) now() int64 {
	o.lastUS = max(o.clock().UnixMicro(), o.lastUS+1)
	return o.lastUS
}

// newID returns an id that no record had before. Only the writer may call it. Ids given by hand, in place of the
// database's, let a record be written once, whole. AUTOINCREMENT still remembers the last one.
func (o *Org) newID(table string) int64 {
	o.lastID[table]++
	return o.lastID[table]
}

func wireTime(us int64) string { return time.UnixMicro(us).In(zone).Format("2006-01-02T15:04:05-0700") }

// txn is one write: the transaction, with statements that are kept between writes.
type txn struct {
	db *platform.DB
	tx *sql.Tx
}

func (o *Org) write(ctx context.Context, fn func(t txn) error) error {
	return o.db.Write(ctx, func(tx *sql.Tx) error { return fn(txn{o.db, tx}) })
}

func (t txn) exec(query string, args ...any) (sql.Result, error) {
	s, err := t.db.Stmt(t.tx, query)
	if err != nil {
		return nil, err
	}
	return s.Exec(args...)
}

// get scans one row; found is false where there is none.
func (t txn) get(query string, args []any, dest ...any) (found bool, err error) {
	s, err := t.db.Stmt(t.tx, query)
	if err != nil {
		return false, err
	}
	err = s.QueryRow(args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
