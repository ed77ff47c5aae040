package zoho

import (
	"fmt"
	"net/url"
	"strings"

	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

const (
	markerField = "cf_causeway_id"
	markerLabel = "Causeway ID"
)

// shape is how a module looks on the wire.
type shape struct {
	singular string   // for errors
	objects  []string // the keys that may hold one record
	lists    []string // the keys that may hold several
	id       string
	name     string
	// book learns the custom fields of the records that are read. Nil learns nothing.
	book *fieldBook
}

var shapes = map[record.Module]shape{
	record.Customers:      {singular: "customer", objects: []string{"customer"}, lists: []string{"customers"}, id: "customer_id", name: "display_name"},
	record.Items:          {singular: "item", objects: []string{"item"}, lists: []string{"items"}, id: "item_id", name: "name"},
	record.ContactPersons: {singular: "contact person", objects: []string{"contact_person", "contactperson"}, lists: []string{"contact_persons", "contactpersons"}, id: "contactperson_id"},
}

func (o *organization) shapeOf(op string, module record.Module) (shape, error) {
	s, ok := shapes[module]
	s.book = o.book
	if !ok {
		return s, &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "MODULE",
			Message: fmt.Sprintf("billing has no module %q", module)}
	}
	return s, nil
}

// path returns the path of a module's records. Contact persons are below their customer.
func path(module record.Module, parent string) string {
	if module == record.ContactPersons {
		return "/customers/" + url.PathEscape(parent) + "/contactpersons"
	}
	return "/" + string(module)
}

// volatile are counters and times that change without an edit of the record. With them, every comparison would find a
// change.
var volatile = map[string]bool{
	"outstanding": true, "unused_credits": true, "outstanding_receivable_amount": true, "unused_credits_receivable_amount": true,
	"stock_on_hand": true, "available_stock": true, "actual_available_stock": true, "has_attachment": true,
	"created_time": true, "updated_time": true, "last_modified_time": true, "page_context": true, "contact_persons": true,
}

// toRecord reads one record as billing shows it.
func toRecord(module record.Module, s shape, row map[string]any, whole bool) (record.Record, error) {
	out := record.Record{Side: record.Billing, Module: module, Whole: whole, Values: make(record.Values, len(row))}
	var err error
	if out.ID, err = zohoapi.ID(row, s.id); err != nil {
		return out, err
	}
	if out.Email, err = zohoapi.Text(row, "email"); err != nil {
		return out, err
	}
	if out.SKU, err = zohoapi.Text(row, "sku"); err != nil {
		return out, err
	}
	if out.Created, err = instant(row, "created_time"); err != nil {
		return out, err
	}
	if out.Modified, err = instant(row, "updated_time", "last_modified_time"); err != nil {
		return out, err
	}
	if out.Name, err = nameOf(module, s, row); err != nil {
		return out, err
	}
	if module == record.ContactPersons {
		out.ParentID = text(row, "customer_id")
	}
	out.Marker = markerOf(row)
	for name, v := range row {
		if !volatile[name] && name != markerField {
			out.Values[name] = v
		}
	}
	s.book.unfold(module, out.Values)
	return out, nil
}

func nameOf(module record.Module, s shape, row map[string]any) (string, error) {
	if module == record.ContactPersons {
		return strings.TrimSpace(text(row, "first_name") + " " + text(row, "last_name")), nil
	}
	name, err := zohoapi.Text(row, s.name)
	if name == "" && err == nil {
		name = text(row, "customer_name")
	}
	return name, err
}

// markerOf returns our marker from the custom fields. Customers may name the field by its label only.
func markerOf(row map[string]any) string {
	fields, _ := row["custom_fields"].([]any)
	for _, f := range fields {
		if field, ok := f.(map[string]any); ok && isMarker(field) {
			return text(field, "value")
		}
	}
	return text(row, markerField)
}

func isMarker(field map[string]any) bool {
	name := text(field, "api_name")
	return name == markerField || name == "" && strings.EqualFold(text(field, "label"), markerLabel)
}

// object returns the record of a reply, under any of its keys.
func (s shape) object(r zohoapi.Reply) (map[string]any, error) {
	for _, key := range s.objects {
		if _, ok := r.Body[key]; ok {
			return r.Object(key)
		}
	}
	return r.Object(s.objects[0])
}

func (s shape) list(r zohoapi.Reply) ([]map[string]any, error) {
	for _, key := range s.lists {
		if _, ok := r.Body[key]; ok {
			return r.List(key)
		}
	}
	return r.List(s.lists[0])
}

// screens are the pages of billing's settings where a module's custom fields are made.
var screens = map[record.Module]string{record.Customers: "Customers", record.Items: "Items", record.Quotes: "Quotes", record.Invoices: "Invoices"}

// markerError explains that the marker field is missing or not unique, and how to make it.
func markerError(module record.Module, found *record.Error) error {
	return &record.Error{Kind: record.Invalid, Side: record.Billing, Op: "check marker field of " + string(module), Code: found.Code,
		Message: "the marker field " + markerField + " of " + string(module) + " is missing, or accepts duplicate values: " + found.Message,
		Remedy: "in Zoho Billing open Settings > Preferences > " + screens[module] + " > Custom Fields, and make a field with the label " +
			`"` + markerLabel + `" (API name ` + markerField + `), data type Text Box (Single Line), with "Prevent duplicate values" on`}
}

// addMarker adds the marker to the custom fields of a body.
func addMarker(body map[string]any, marker string) {
	given, _ := body["custom_fields"].([]any)
	body["custom_fields"] = append(append([]any{}, given...), map[string]any{"api_name": markerField, "value": marker})
}
