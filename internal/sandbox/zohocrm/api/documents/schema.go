package documents

const activitySchema = `
CREATE TABLE IF NOT EXISTS activities (
	id INTEGER PRIMARY KEY,
	list TEXT NOT NULL,
	account INTEGER NOT NULL,
	contact INTEGER NOT NULL,
	at INTEGER NOT NULL,
	doc TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS activities_of_account ON activities (account, list, id) WHERE account <> 0;
CREATE INDEX IF NOT EXISTS activities_of_contact ON activities (contact, list, id) WHERE contact <> 0;`

const attachmentSchema = `
CREATE TABLE IF NOT EXISTS attachments (
	id INTEGER PRIMARY KEY,
	module TEXT NOT NULL,
	record INTEGER NOT NULL,
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	link TEXT NOT NULL, -- '' for a file
	size INTEGER NOT NULL,
	owner TEXT NOT NULL, -- id of a user
	at INTEGER NOT NULL,
	data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS attachments_of_record ON attachments (module, record, id);`

// Schema is the tables of activities and attachments. It can be applied again.
const Schema = activitySchema + attachmentSchema
