package platform

// Description is a setting as the documentation shows it.
type Description struct {
	Name   string
	Values []string // the default first, then what else it takes
	About  string
}

// Descriptions returns all settings in the order of the contract.
func Descriptions() []Description {
	out := make([]Description, len(definitions))
	for i, d := range definitions {
		out[i] = Description{Name: d.name, Values: d.values, About: abouts[d.name]}
	}
	return out
}

// abouts says what each setting is for. A test checks that none is missing.
var abouts = map[string]string{
	"uniqueUpsert":             "Billing creates by its upsert on a unique custom field.",
	"zcrmOnWrite":              "What a write does with `zcrm_account_id` and `zcrm_contact_id`.",
	"crmMarker":                "The marker field of the CRM. `marker` sets it on both sides.",
	"billingMarker":            "The marker field of billing.",
	"requireEmail":             "Customers and contact persons need an e-mail.",
	"sortByModified":           "Billing can sort customers, quotes and invoices by the time of change.",
	"uniqueNames":              "Billing refuses a second customer or item with the same name.",
	"uniqueSKU":                "Billing refuses a second item with the same SKU.",
	"freeTextLines":            "Quotes and invoices take lines without an item.",
	"inactiveLines":            "Quotes and invoices take lines with an inactive item.",
	"invoiceExtras":            "Billing offers comments, prints and reading files of invoices, and files of quotes.",
	"mergeTrace":               "A merged CRM record answers with the id of the one that survived.",
	"personTouchesCustomer":    "A customer's `updated_time` moves when one of its contact persons changes.",
	"customFieldValues":        "How billing writes the numbers, switches and lists of custom fields.",
	"strictPicklists":          "For which fields the CRM refuses values that no list shows.",
	"notModified":              "The status of a list with nothing new.",
	"crmMultiCurrency":         "The CRM has several currencies.",
	"crmBaseCurrency":          "The base currency of the CRM.",
	"billingBaseCurrency":      "The base currency of billing.",
	"billingOrganizations":     "How many billing organisations the credential sees.",
	"crmConcurrency":           "Calls to the CRM at once.",
	"crmCreditsPerDay":         "Credits of the CRM in 24 hours.",
	"billingRequestsPerMinute": "Requests to billing in a minute.",
	"billingConcurrency":       "Calls to billing at once.",
	"billingRequestsPerDay":    "Requests to billing in a day.",
	"tokensPerTenMinutes":      "Access tokens for one refresh token in ten minutes. `worker/dev` sets 0 unless you set it, since each start takes some.",
	"rateLimitCode":            "The CRM's code in a 429.",
	"retryAfter":               "A reached limit answers with `Retry-After`.",
	"accessTokenSeconds":       "How long an access token is good.",
	"pageTokenSeconds":         "How long a page token is good.",
	"lateWriteDelay":           "How long after the client gave up a late write takes effect.",
	"upsertInsertStatus":       "The CRM's status of an upsert that only inserted.",
	"crmClockAhead":            "How far the CRM's clock is ahead; below 0 it is behind.",
	"billingClockAhead":        "How far billing's clock is ahead; below 0 it is behind.",
	"searchDelay":              "How long after a change the CRM's search finds it.",
	"pageTokenRecords":         "How many records the page tokens of one list reach.",
	"bulkReadRows":             "How many records one bulk read job returns.",
	"bulkReadDelay":            "How long a bulk read job takes.",
	"bulkDownloadsPerMinute":   "Downloads of bulk read results in a minute.",
}

// FaultDescriptions returns all faults, and the latency, in the order in which the documentation shows them.
func FaultDescriptions() []Description {
	return []Description{
		{Name: latency, About: "Every call takes that much longer. Its value is a duration like `20ms`, not a rate."},
		{Name: string(RateLimited), About: "429 without `Retry-After`."},
		{Name: string(RateLimitedWithAfter), About: "429 with `Retry-After`."},
		{Name: string(ServerError), About: "500, 502 or 503. Nothing is done."},
		{Name: string(Reset), About: "The connection is reset. Nothing is done."},
		{Name: string(ResetAfterWrite), About: "The write is done, then the connection is reset."},
		{Name: string(TimeoutAfterWrite), About: "The write is done, and no reply comes."},
		{Name: string(LateWrite), About: "No reply comes. The write is done seconds after the client gave up."},
		{Name: string(Truncate), About: "The call is done, and its reply is cut off."},
		{Name: string(NotJSON), About: "The call is done, and its reply is an HTML page."},
		{Name: string(WrongType), About: "The call is done, and its reply has values of wrong types."},
		{Name: string(ExpiredToken), About: "A valid access token is refused."},
	}
}
