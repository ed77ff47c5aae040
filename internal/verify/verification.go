package verify

import (
	"maps"
	"slices"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/record"
)

// verification is one call of Run. Of each record it keeps only an id and a checksum.
type verification struct {
	store      Store
	crm        crm.Port
	billing    billing.Port
	connection record.Connection
	prefs      record.Preferences
	maps       mapping.Maps
	o          Options

	lists   map[record.Entity]rows // customers and items, as billing lists them
	persons persons
	members map[record.Module]map[string]bool // of the views; nil where no view limits the module
	sample  *sampler
	fetched int // customers of the sample that were fetched whole
	report  Report
}

// pair is a CRM record with its billing record, if one is known.
type pair struct {
	entity record.Entity
	source record.Record
	want   mapping.Result
	link   *record.Link

	compared    bool
	gone        bool // the link's billing record does not exist
	differences []Difference
	sent        []string  // fields that differ, go to billing only, and were sent there
	modified    time.Time // when billing's record was last changed
}

// rows are billing's records of one module, by id.
type rows map[string]row

// row is what is kept of one billing record.
type row struct {
	whole  bool // the list returned the marker and all values
	own    bool // the marker belongs to this incarnation
	seen   bool // a live CRM record accounts for it
	picked bool // it belongs to the sample
	sum    checksum
}

// checksum stands for the mapped values of a record, so that memory does not grow with their size. Equal checksums
// mean equal values. Different ones may still be equal by the rules of comparison.
type checksum [16]byte

// persons are the contact persons of the listed customers, by id. They carry no marker of ours.
type persons struct {
	rows map[string]personRow
	// listed are the customers whose persons are known. The value is true for customers that we created.
	listed map[string]bool
}

type personRow struct {
	customer string
	seen     bool
	sum      checksum
	// twin is equal for persons with the same customer, name and e-mail.
	twin checksum
}

func newPersons() persons {
	return persons{rows: map[string]personRow{}, listed: map[string]bool{}}
}

// sampler picks n of total, evenly spread and always the same ones.
type sampler struct{ n, total, asked int }

// linksPage is the number of links read at once.
const linksPage = 1000

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

const defaultInFlight = 8
