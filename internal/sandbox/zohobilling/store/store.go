package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/api"
)

// Store is the file of one account, which has one or more organisations.
type Store struct {
	db       *platform.DB
	clock    platform.Clock
	firstOrg int64
	lastUS   int64            // used by the writer only: the time of the last write
	lastID   map[string]int64 // used by the writer only: the last id of each table

	changes map[string]*atomic.Int64 // by table: how often a record came, went or moved in a list
}

// Open opens or makes the file at path. A new file's organisation ids come from seed, or from chance where seed is 0.
// They stay when the file is opened again.
func Open(path string, clock platform.Clock, seed uint64) (*Store, error) {
	db, err := platform.Open(path, schema)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, clock: clock, lastID: map[string]int64{}, changes: map[string]*atomic.Int64{}}
	for _, table := range listed {
		s.changes[table] = new(atomic.Int64)
	}
	if err := db.Write(context.Background(), func(tx *sql.Tx) error { return s.load(tx, seed) }); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func (s *Store) load(tx *sql.Tx, seed uint64) error {
	err := tx.QueryRow(`SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'first_organization'`).Scan(&s.firstOrg)
	if errors.Is(err, sql.ErrNoRows) {
		err = s.initialise(tx, seed)
	}
	if err != nil {
		return err
	}
	for table, first := range firstIDs {
		last := first // for a table that is newer than the file
		if err := tx.QueryRow(`SELECT seq FROM sqlite_sequence WHERE name = ?`, table).Scan(&last); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read the last id of %s: %w", table, err)
		}
		s.lastID[table] = last
	}
	return tx.QueryRow(`SELECT MAX(IFNULL((SELECT MAX(updated_us) FROM customers), 0), IFNULL((SELECT MAX(updated_us) FROM items), 0),
		IFNULL((SELECT MAX(updated_us) FROM contact_persons), 0), IFNULL((SELECT MAX(updated_us) FROM estimates), 0),
		IFNULL((SELECT MAX(updated_us) FROM invoices), 0), IFNULL((SELECT MAX(updated_us) FROM payments), 0))`).Scan(&s.lastUS)
}

// initialise chooses the organisation ids of a new file, and sets where the records' ids start.
func (s *Store) initialise(tx *sql.Tx, seed uint64) error {
	if seed == 0 {
		seed = rand.Uint64()
	}
	rng := rand.New(rand.NewPCG(seed, 0xb111))
	s.firstOrg = 600000000 + rng.Int64N(99999)*1000
	if _, err := tx.Exec(`INSERT INTO meta VALUES ('first_organization', ?)`, strconv.FormatInt(s.firstOrg, 10)); err != nil {
		return err
	}
	for table, first := range firstIDs {
		if _, err := tx.Exec(`INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)`, table, first); err != nil {
			return err
		}
	}
	return nil
}

// FirstOrg returns the id of the first organisation, the default one. The others follow it.
func (s *Store) FirstOrg() int64 { return s.firstOrg }

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Today returns the organisations' date.
func (s *Store) Today() string { return s.clock().In(api.Zone).Format(time.DateOnly) }
