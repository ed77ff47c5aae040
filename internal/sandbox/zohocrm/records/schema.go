package records

// Schema is the tables of records. It can be applied again. Records have a row number because ids are unique within a
// module only: exports of different origin use the same ones. Times are milliseconds of whole seconds, as the API shows
// them, so that a client that asks for what is later than a time finds nothing twice.
const Schema = `
CREATE TABLE IF NOT EXISTS records (
	row INTEGER PRIMARY KEY,
	module TEXT NOT NULL,
	id INTEGER NOT NULL,
	name TEXT NOT NULL,
	created INTEGER NOT NULL,
	modified INTEGER NOT NULL,
	owner TEXT NOT NULL,
	created_by TEXT NOT NULL,
	modified_by TEXT NOT NULL,
	body TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS records_by_id ON records (module, id);
CREATE INDEX IF NOT EXISTS records_by_modified ON records (module, modified, id);
CREATE INDEX IF NOT EXISTS records_by_created ON records (module, created, id);

CREATE TABLE IF NOT EXISTS keys (
	module TEXT NOT NULL,
	field TEXT NOT NULL,
	value TEXT NOT NULL,
	id INTEGER NOT NULL,
	PRIMARY KEY (module, field, value, id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS deleted (
	module TEXT NOT NULL,
	id INTEGER NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	deleted_at INTEGER NOT NULL,
	deleted_by TEXT NOT NULL,
	created_by TEXT NOT NULL,
	merged_into INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (module, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deleted_by_time ON deleted (module, deleted_at, id);

CREATE TABLE IF NOT EXISTS bin (
	module TEXT NOT NULL,
	id INTEGER NOT NULL,
	created INTEGER NOT NULL,
	modified INTEGER NOT NULL,
	owner TEXT NOT NULL,
	created_by TEXT NOT NULL,
	modified_by TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (module, id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS counters (
	name TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) WITHOUT ROWID;
`

// The statements that writes run again and again.
const (
	insertRecord    = "INSERT INTO records (" + recordColumns + ") VALUES (?,?,?,?,?,?,?,?,?)"
	updateRecordRow = "UPDATE records SET name = ?, modified = ?, owner = ?, modified_by = ?, body = ? WHERE module = ? AND id = ?"
	insertKey       = "INSERT OR IGNORE INTO keys (module, field, value, id) VALUES (?,?,?,?)"
	deleteKey       = "DELETE FROM keys WHERE module = ? AND field = ? AND value = ? AND id = ?"
	takeID          = "INSERT INTO counters (name, value) VALUES ('record', ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
)
