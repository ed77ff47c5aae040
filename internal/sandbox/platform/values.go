package platform

import "time"

// Values are the settings of a sandbox at one moment: the behaviours that the documentation leaves open, and the limits.
type Values struct {
	UniqueUpsert      bool   // billing creates by unique field (PUT with X-Upsert)
	ZCRMOnWrite       string // ignore | accept: zcrm_* fields in billing's requests
	CRMMarker         string // unique | plain | absent
	BillingMarker     string // unique | plain | absent
	RequireEmail      bool   // billing's customers and contact persons must have an e-mail
	SortByModified    bool   // billing sorts customers by last_modified_time
	UniqueNames       bool   // billing refuses a second customer or item with the same name
	UniqueSKU         bool   // billing refuses a second item with the same SKU
	FreeTextLines     bool   // billing accepts invoice lines without an item
	InactiveLines     bool   // billing accepts lines of inactive items
	InvoiceExtras     bool   // billing offers comments, attachments, PDF and mark as sent
	MergeTrace        bool   // GET of a merged record's id in the CRM answers with the survivor
	PersonsTouch      bool   // a customer's updated_time changes with its contact persons
	CustomFieldValues string // text | native: how billing shows numbers, switches and lists of custom fields
	StrictPicklists   string // off | custom | all: the CRM's fields that refuse values outside their picklist
	NotModified       int    // 304 | 204
	CRMMultiCurrency  bool
	CRMBaseCurrency   string
	BillingCurrency   string // the base currency of billing's organisations
	Organizations     int    // billing organisations that a credential can see
	CRMConcurrency    int    // limits; 0 is no limit
	CRMCreditsPerDay  int
	BillingPerMinute  int
	BillingConcurrent int
	BillingPerDay     int
	TokensPerTenMin   int           // access tokens of one refresh token within ten minutes
	RateLimitCode     string        // TOO_MANY_REQUESTS | RATE_LIMIT_EXCEEDED
	RetryAfter        bool          // limits answer with Retry-After
	AccessTokenLife   time.Duration // accessTokenSeconds
	PageTokenLife     time.Duration // pageTokenSeconds
	LateWriteDelay    time.Duration
	UpsertInsertCode  int           // 200 | 201: the CRM's status of an upsert that inserted
	CRMClockAhead     time.Duration // how far that side's clock is ahead; may be negative
	BillingClockAhead time.Duration
	SearchDelay       time.Duration
	PageTokenRecords  int // records that the page tokens of one list can reach
	BulkReadRows      int // records of one bulk read job
	BulkReadDelay     time.Duration
	BulkDownloads     int // downloads of bulk reads in a minute; 0 is no limit
}
