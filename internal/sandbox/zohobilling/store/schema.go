package store

// schema holds the records whole, as JSON. The columns beside it are for filters, sorting and uniqueness.
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
	number INTEGER PRIMARY KEY, module TEXT NOT NULL, api_name TEXT NOT NULL, definition TEXT NOT NULL, UNIQUE (module, api_name));

-- Estimates and invoices, the items that they use, and what belongs to them.
CREATE TABLE IF NOT EXISTS estimates (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, customer_id INTEGER NOT NULL, number TEXT NOT NULL, marker TEXT NOT NULL,
	status TEXT NOT NULL, due TEXT NOT NULL, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS invoices (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, customer_id INTEGER NOT NULL, number TEXT NOT NULL, marker TEXT NOT NULL,
	status TEXT NOT NULL, due TEXT NOT NULL, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS estimates_by_customer ON estimates (customer_id, created_us);
CREATE INDEX IF NOT EXISTS invoices_by_customer ON invoices (customer_id, created_us);
CREATE INDEX IF NOT EXISTS estimates_by_created ON estimates (org, created_us, id);
CREATE INDEX IF NOT EXISTS invoices_by_created ON invoices (org, created_us, id);
CREATE INDEX IF NOT EXISTS estimates_by_updated ON estimates (org, updated_us, id);
CREATE INDEX IF NOT EXISTS invoices_by_updated ON invoices (org, updated_us, id);
CREATE INDEX IF NOT EXISTS estimates_by_number ON estimates (org, number);
CREATE INDEX IF NOT EXISTS invoices_by_number ON invoices (org, number);
CREATE INDEX IF NOT EXISTS estimates_by_marker ON estimates (org, marker) WHERE marker <> '';
CREATE INDEX IF NOT EXISTS invoices_by_marker ON invoices (org, marker) WHERE marker <> '';
CREATE TABLE IF NOT EXISTS document_items (item_id INTEGER NOT NULL, module TEXT NOT NULL, document_id INTEGER NOT NULL,
	PRIMARY KEY (item_id, module, document_id));
CREATE INDEX IF NOT EXISTS document_items_of ON document_items (document_id, module);
CREATE TABLE IF NOT EXISTS payments (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, customer_id INTEGER NOT NULL, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS payments_by_customer ON payments (customer_id);
CREATE VIEW IF NOT EXISTS transactions AS SELECT id, org, customer_id, created_us, doc FROM invoices
	UNION ALL SELECT id, org, customer_id, created_us, doc FROM payments;
CREATE TABLE IF NOT EXISTS document_comments (
	id INTEGER PRIMARY KEY AUTOINCREMENT, module TEXT NOT NULL, document_id INTEGER NOT NULL, at_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS document_comments_of ON document_comments (document_id, module, id);
CREATE TABLE IF NOT EXISTS document_files (
	id INTEGER PRIMARY KEY AUTOINCREMENT, module TEXT NOT NULL, document_id INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS document_files_of ON document_files (document_id, module, id);
CREATE TABLE IF NOT EXISTS mails (
	id INTEGER PRIMARY KEY AUTOINCREMENT, module TEXT NOT NULL, document_id INTEGER NOT NULL, at_us INTEGER NOT NULL, doc TEXT NOT NULL);`

// firstIDs are where each table's ids start. An id is never used twice, also not after a deletion.
var firstIDs = map[string]int64{
	"customers": 4600000000100000, "contact_persons": 4600000300100000, "items": 4600000600100000,
	"estimates": 4600000700100000, "invoices": 4600000800100000, "payments": 4600000900100000,
	"document_comments": 4600001000100000, "document_files": 4600001100100000,
}

// listed are the tables and views that are shown page by page.
var listed = []string{"customers", "contact_persons", "items", "estimates", "invoices", "payments", "transactions"}

// transactionTables are shown together by the view transactions.
var transactionTables = []string{"invoices", "payments"}
