package platform

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"modernc.org/sqlite" // it registers the driver
)

// fold(text) in SQL returns text in lower case, in any script. SQLite's LOWER and LIKE know ASCII only.
func init() {
	sqlite.MustRegisterDeterministicScalarFunction("fold", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		if s, ok := args[0].(string); ok {
			return strings.ToLower(s), nil
		}
		return args[0], nil
	})
}

// ErrClosed is returned by a write after Close.
var ErrClosed = errors.New("sandbox database is closed")

const (
	maxGroup     = 128 // writes that share one commit
	readerConns  = 4
	writeBacklog = 256
)

// DB is one SQLite file: one writer, which commits writes in groups, and a pool of readers. Once Write has returned, a
// kill of the process loses nothing. A crash of the machine may: the file is never synced to the disk.
type DB struct {
	writer *sql.DB
	reader *sql.DB
	queue  chan *write
	done   chan struct{}

	mu     sync.RWMutex // guards closed against sends on queue
	closed bool

	stmts  map[string]*sql.Stmt // the writer goroutine's own
	wanted map[string]bool      // queries to prepare when the open transaction has ended
}

type write struct {
	fn   func(*sql.Tx) error
	err  error
	done chan error
}

// Open opens or creates the file at path, and applies schema. It applies it at every start (CREATE ... IF NOT EXISTS).
func Open(path, schema string) (*DB, error) {
	writer, err := sql.Open("sqlite", dsn(path, "_txlock=immediate"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	if _, err := writer.Exec(schema); err != nil {
		_ = writer.Close()
		return nil, fmt.Errorf("open %s: apply schema: %w", path, err)
	}
	reader, err := sql.Open("sqlite", dsn(path, "_pragma=query_only(1)"))
	if err != nil {
		_ = writer.Close()
		return nil, fmt.Errorf("open %s for reading: %w", path, err)
	}
	reader.SetMaxOpenConns(readerConns)
	reader.SetMaxIdleConns(readerConns)
	db := &DB{
		writer: writer, reader: reader,
		queue: make(chan *write, writeBacklog), done: make(chan struct{}),
		stmts: map[string]*sql.Stmt{}, wanted: map[string]bool{},
	}
	go db.run()
	return db, nil
}

func dsn(path, extra string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=busy_timeout(10000)" +
		"&_pragma=cache_size(-16000)&_pragma=temp_store(MEMORY)&" + extra
}

// Read returns the pool of readers. They see every write that has returned.
func (db *DB) Read() *sql.DB { return db.reader }

// Write runs fn in the writer's transaction, and returns after the commit. Writes that wait at the same time share one
// commit. Each has a savepoint of its own, so that an error undoes only what its own fn did. fn must not keep tx, use it in
// another goroutine, or call Write.
func (db *DB) Write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &write{fn: fn, done: make(chan error, 1)}
	db.mu.RLock()
	if db.closed {
		db.mu.RUnlock()
		return ErrClosed
	}
	db.queue <- w
	db.mu.RUnlock()
	// It waits even when ctx ends: the caller must know whether the write was committed.
	return <-w.done
}

// Stmt returns query as a prepared statement of tx, which must come from Write. Statements are kept between writes,
// because parsing one costs more than running it.
func (db *DB) Stmt(tx *sql.Tx, query string) (*sql.Stmt, error) {
	if s, ok := db.stmts[query]; ok {
		return tx.Stmt(s), nil
	}
	db.wanted[query] = true
	s, err := tx.Prepare(query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	return s, nil
}

// Close waits for the writes in the queue, and closes the file.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.queue)
	db.mu.Unlock()
	<-db.done
	return errors.Join(db.reader.Close(), db.writer.Close())
}

func (db *DB) run() {
	defer close(db.done)
	for first := range db.queue {
		group := db.gather(first)
		err := db.commit(group)
		for _, w := range group {
			if w.err == nil {
				w.err = err
			}
			w.done <- w.err
		}
		db.prepareWanted()
	}
}

func (db *DB) gather(first *write) []*write {
	group := []*write{first}
	for len(group) < maxGroup {
		select {
		case w, ok := <-db.queue:
			if !ok {
				return group
			}
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

func (db *DB) commit(group []*write) error {
	tx, err := db.writer.Begin()
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if len(group) == 1 { // a single write needs no savepoint, which would copy each page that it changes
		if group[0].err = guarded(group[0].fn, tx); group[0].err != nil {
			return tx.Rollback()
		}
		return db.end(tx)
	}
	for _, w := range group {
		if err := db.runOne(tx, w); err != nil {
			_ = tx.Rollback()
			return err
		}
	}
	return db.end(tx)
}

func (db *DB) end(tx *sql.Tx) error {
	if err := tx.Commit(); err != nil {
		_ = tx.Rollback()
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// runOne returns an error only if the whole group is lost. The error of one write stays with that write.
func (db *DB) runOne(tx *sql.Tx, w *write) error {
	if err := db.exec(tx, "SAVEPOINT one"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	if w.err = guarded(w.fn, tx); w.err != nil {
		if err := db.exec(tx, "ROLLBACK TO one"); err != nil {
			return fmt.Errorf("roll back: %w", err)
		}
	}
	if err := db.exec(tx, "RELEASE one"); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}

func (db *DB) exec(tx *sql.Tx, query string) error {
	s, err := db.Stmt(tx, query)
	if err != nil {
		return err
	}
	_, err = s.Exec()
	return err
}

// guarded turns a panic into an error, so that one bad call does not end the sandbox.
func guarded(fn func(*sql.Tx) error, tx *sql.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("write panicked: %v", p)
		}
	}()
	return fn(tx)
}

func (db *DB) prepareWanted() {
	for query := range db.wanted {
		delete(db.wanted, query)
		if s, err := db.writer.Prepare(query); err == nil {
			db.stmts[query] = s
		}
	}
}
