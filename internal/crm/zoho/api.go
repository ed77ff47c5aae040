package zoho

import (
	"strings"
	"time"

	"causeway/internal/record"
)

// The paths and limits of the API.
const (
	base       = "/crm/v8"
	wireTime   = "2006-01-02T15:04:05-07:00"
	pageSize   = 200 // rows that a query returns for one credit
	maxColumns = 50  // of one query
	maxIn      = 50  // values of one "in"
	maxWrites  = 100 // records of one write call [A]

	// binDays is how long the recycle bin keeps deleted records. Permanently deleted ones are listed for 120 days [A].
	binDays = 60
)

// The scopes, besides those of each module.
const (
	scopeCOQL       = "ZohoCRM.coql.READ"
	scopeOrg        = "ZohoCRM.org.READ"
	scopeUsers      = "ZohoCRM.users.READ"
	scopeFields     = "ZohoCRM.settings.fields.READ"
	scopeCurrencies = "ZohoCRM.settings.currencies.READ"
	scopeViews      = "ZohoCRM.settings.custom_views.READ"
	scopeSearch     = "ZohoSearch.securesearch.READ"
	scopeBulk       = "ZohoCRM.bulk.ALL" // the API defines no narrower scope [A]

	// The finance workspace needs these.
	scopeProfiles = "ZohoCRM.settings.profiles.READ"
	scopeNotes    = "ZohoCRM.modules.notes.READ"
	scopeEvents   = "ZohoCRM.modules.events.READ"
	scopeCalls    = "ZohoCRM.modules.calls.READ"
)

func scopeRead(module record.Module) string {
	return scopeOf(module, "READ")
}

func scopeOf(module record.Module, action string) string {
	return "ZohoCRM.modules." + strings.ToLower(string(module)) + "." + action
}

// Bulk read [A]: a job is requested and polled until it is done. Its result is a zip with one CSV file of at most
// 200,000 rows. If there are more rows, it also returns a token for the next job.
const (
	bulkBase    = "/crm/bulk/v8/read"
	maxBulkFile = 64 << 20 // bytes, unpacked

	// A cursor of a bulk read is bulkCursor followed by a requested job or by the token of the next job. If it is
	// followed by neither, the first job is still to be requested.
	bulkCursor = "bulk:"
	bulkJob    = "job:"
	bulkNext   = "next:"

	// A job is polled at growing intervals, and at most this long in one call.
	bulkFirstPoll = 250 * time.Millisecond
	bulkLongPoll  = 5 * time.Second
	bulkWait      = 30 * time.Second
)
