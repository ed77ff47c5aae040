package fields

import (
	"strconv"
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/store"
)

// Unique is an update by unique field: which record to change, and whether to create it where there is none.
type Unique struct {
	Upsert bool

	field Definition
	value string
}

// ReadUnique reads the headers of an update by unique field.
func (c *Catalog) ReadUnique(call *api.Call, module string) (Unique, error) {
	if !call.Settings.UniqueUpsert {
		return Unique{}, api.MethodNotAllowed(call.Request.Method) // an organisation without the feature has no such call
	}
	header := call.Request.Header
	key := header.Get("X-Unique-Identifier-Key")
	if key == "" {
		return Unique{}, api.Invalid("X-Unique-Identifier-Key")
	}
	u := Unique{value: header.Get("X-Unique-Identifier-Value"), Upsert: strings.EqualFold(header.Get("X-Upsert"), "true")}
	for _, d := range c.Of(module, call.Settings) {
		if d.apiName == key {
			u.field = d
		}
	}
	switch {
	case u.field.apiName == "":
		return Unique{}, api.Invalid("X-Unique-Identifier-Key: there is no custom field " + strconv.Quote(key))
	case !u.field.unique:
		return Unique{}, api.Invalid("X-Unique-Identifier-Key: the custom field " + strconv.Quote(key) + " accepts duplicate values")
	case u.value == "":
		return Unique{}, api.Invalid("X-Unique-Identifier-Value")
	}
	return u, nil
}

// Find returns the id of the record that has the value.
func (u Unique) Find(t store.Txn, org, table string) (id string, found bool, err error) {
	found, err = t.Get(`SELECT id FROM `+table+` WHERE org = ? AND marker = ? AND marker <> '' ORDER BY id LIMIT 1`, []any{org, u.value}, &id)
	return id, found, err
}

// Apply sets the unique field among a record's values. The zero Unique changes nothing.
func (u Unique) Apply(have []Value) []Value {
	if u.value == "" {
		return have
	}
	return with(have, u.field, u.value)
}

// NotFound answers where no record has the value, and none may be created.
func (u Unique) NotFound() error {
	return api.NotFound(1002, "%s", "There is no record with the value "+strconv.Quote(u.value)+" in "+u.field.apiName+".")
}

// CheckMarker refuses a marker that another record of the table has, where the setting billingMarker is "unique".
func CheckMarker(t store.Txn, c *api.Call, table, value string, id int64) error {
	if value == "" || c.Settings.BillingMarker != "unique" {
		return nil
	}
	var other int64
	found, err := t.Get(`SELECT id FROM `+table+` WHERE org = ? AND marker = ? AND marker <> '' AND id <> ? LIMIT 1`, []any{c.Org, value, id}, &other)
	if err != nil || !found {
		return err
	}
	return api.Refused(1001, "A record with the value %q in the field Causeway ID already exists.", value)
}
