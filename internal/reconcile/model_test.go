package reconcile_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// world is a whole sync in memory: two sides, what the store knows of them, and the clock. Its sides change at any
// time. Plans and operations use the mirror, which is behind.
type world struct {
	t       *rapid.T
	rules   reconcile.Rules
	clock   time.Time
	live    map[record.Side]map[string]record.Record
	bin     map[record.Side]map[string]record.Record
	mirror  map[record.Side]map[string]*row
	links   map[string]*record.Link // by entity and CRM id
	decided map[string][]record.Decision
	parked  map[string]string // why a record was left out, by entity, CRM id and direction
	next    int
	// strictCRM makes the CRM refuse a second product with the same code.
	strictCRM bool
	// edits is set while users edit between two steps of a sync.
	busy bool
}

// row is one record in the mirror.
type row struct {
	record.Record
	hash string
	due  bool
}

func newWorld(t *rapid.T, r reconcile.Rules) *world {
	sides := func() map[record.Side]map[string]record.Record {
		return map[record.Side]map[string]record.Record{record.CRM: {}, record.Billing: {}}
	}
	return &world{
		t: t, rules: r, live: sides(), bin: sides(), links: map[string]*record.Link{}, decided: map[string][]record.Decision{}, parked: map[string]string{},
		mirror: map[record.Side]map[string]*row{record.CRM: {}, record.Billing: {}},
		clock:  time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), strictCRM: rapid.Bool().Draw(t, "strict CRM"),
	}
}

// pairs are the two-way fields of the model, by the CRM's name. Fields that go one way are in oneWay.
var pairs = map[record.Entity]map[string]string{
	record.EntityCustomers:      {"Account_Name": "display_name", "Phone": "phone", "Tier": "cf_tier"},
	record.EntityContactPersons: {"First_Name": "first_name", "Last_Name": "last_name", "Email": "email", "Phone": "phone"},
	record.EntityItems:          {"Product_Name": "name", "Product_Code": "sku", "Unit_Price": "rate", "Description": "description"},
	individuals:                 {"First_Name": "first_name", "Last_Name": "last_name", "Email": "email", "Phone": "phone"},
}

// individuals are the customers that contacts become. A map is for one entity and one CRM module.
const individuals = record.Entity("individuals")

func kindOf(entity record.Entity, module record.Module) record.Entity {
	if entity == record.EntityCustomers && module == record.Contacts {
		return individuals
	}
	return entity
}

func directions(entity record.Entity) map[string]record.Direction {
	out := map[string]record.Direction{}
	for _, unit := range pairs[entity] {
		out[unit] = both
	}
	if entity == individuals {
		out["display_name"] = toBil
	}
	if entity == record.EntityCustomers {
		out["billing_address"], out["company_name"], out["notes"], out["cf_score"] = both, toBil, toBil, toCRM
	}
	return out
}

// mapped returns a CRM record by billing's fields.
func mapped(entity record.Entity, crm record.Values) record.Values {
	out := record.Values{}
	for from, to := range pairs[entity] {
		out[to] = text(crm[from])
	}
	if entity == individuals {
		out["display_name"] = strings.TrimSpace(crm.Text("First_Name") + " " + crm.Text("Last_Name"))
	}
	if entity == record.EntityCustomers {
		out["company_name"], out["notes"], out["cf_score"] = text(crm["Account_Name"]), text(crm["Description"]), text(crm["Score"])
		out["billing_address"] = map[string]any{"city": text(crm["City"]), "zip": text(crm["Zip"])}
	}
	return out
}

// held returns a billing record's mapped fields.
func held(entity record.Entity, billing record.Values) record.Values {
	out := record.Values{}
	for unit := range directions(entity) {
		out[unit] = text(billing[unit])
	}
	if entity == record.EntityCustomers {
		address, _ := billing["billing_address"].(map[string]any)
		out["billing_address"] = map[string]any{"city": text(address["city"]), "zip": text(address["zip"])}
	}
	return out
}

// back returns the fields of the units that go to the CRM, by its names.
func back(entity record.Entity, billing record.Values, units []string) record.Values {
	out := record.Values{}
	for to, from := range pairs[entity] {
		if units == nil || slices.Contains(units, from) {
			out[to] = text(billing[from])
		}
	}
	if entity != record.EntityCustomers {
		return out
	}
	if units == nil || slices.Contains(units, "cf_score") {
		out["Score"] = text(billing["cf_score"])
	}
	if units == nil || slices.Contains(units, "billing_address") {
		address, _ := billing["billing_address"].(map[string]any)
		out["City"], out["Zip"] = text(address["city"]), text(address["zip"])
	}
	return out
}

// text returns "" for an unset field, as the maps do.
func text(v any) any {
	if v == nil {
		return ""
	}
	return v
}

func key(entity record.Entity, crmID string) string { return string(entity) + "/" + crmID }

// linkOf returns the link of a CRM record as a record of the entity, or else of another.
func (w *world) linkOf(entity record.Entity, id string) *record.Link {
	if l := w.links[key(entity, id)]; l != nil {
		return l
	}
	for _, other := range record.Entities() {
		if l := w.links[key(other, id)]; l != nil {
			return l
		}
	}
	return nil
}

// stamp sets what a client sets from the record's own fields.
func (w *world) stamp(r record.Record) record.Record {
	v := r.Values
	switch r.Module {
	case record.Accounts:
		r.Name = v.Text("Account_Name")
	case record.Products:
		r.Name, r.SKU = v.Text("Product_Name"), v.Text("Product_Code")
	case record.Contacts:
		account, _ := v["Account_Name"].(map[string]any)
		r.ParentID, _ = account["id"].(string)
		r.Name, r.Email = v.Text("First_Name")+" "+v.Text("Last_Name"), v.Text("Email")
	case record.Customers:
		r.Name = v.Text("display_name")
	case record.Items:
		r.Name, r.SKU = v.Text("name"), v.Text("sku")
	case record.ContactPersons:
		r.Name, r.Email = v.Text("first_name")+" "+v.Text("last_name"), v.Text("email")
	}
	w.clock = w.clock.Add(time.Second)
	r.Modified, r.Whole = w.clock, true
	return r
}

// put overlays fields on a live record, or creates it.
func (w *world) put(side record.Side, r record.Record, values record.Values) record.Record {
	r.Side, r.Values = side, write(r.Values, values)
	w.live[side][r.ID] = w.stamp(r)
	return w.live[side][r.ID]
}

func (w *world) newID() string { w.next++; return fmt.Sprint(1000 + w.next) }

func ids[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

func hashOf(r record.Record) string {
	return record.Values{"v": map[string]any(r.Values), "p": r.ParentID, "m": r.Marker}.Hash()
}

// look mirrors both sides completely. A change makes a record due, and a missing record marks its link.
func (w *world) look() {
	for _, side := range []record.Side{record.CRM, record.Billing} {
		for _, id := range ids(w.live[side]) {
			r := w.live[side][id]
			if have := w.mirror[side][id]; have == nil || have.hash != hashOf(r) {
				w.mirror[side][id] = &row{Record: r, hash: hashOf(r), due: true}
			}
		}
		for _, id := range ids(w.mirror[side]) {
			if _, ok := w.live[side][id]; ok {
				continue
			}
			for _, l := range w.links {
				if l.Gone == "" && (side == record.CRM && l.CRMID == id || side == record.Billing && l.BillingID == id) {
					l.Gone = side
				}
			}
			delete(w.mirror[side], id)
		}
	}
}

// byTarget returns the link of a billing record.
func (w *world) byTarget(id string) *record.Link {
	for _, k := range ids(w.links) {
		if w.links[k].BillingID == id {
			return w.links[k]
		}
	}
	return nil
}

// unlinked returns the candidates as the store would.
func (w *world) unlinked(side record.Side) []record.Record {
	taken := map[string]bool{}
	for _, l := range w.links {
		taken[map[record.Side]string{record.CRM: l.CRMID, record.Billing: l.BillingID}[side]] = true
	}
	var out []record.Record
	for _, id := range ids(w.mirror[side]) {
		if !taken[id] {
			out = append(out, w.mirror[side][id].Record)
		}
	}
	return out
}

func price(n int) json.Number { return json.Number(fmt.Sprint(n)) }
