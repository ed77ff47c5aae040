package report

import (
	"slices"

	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// Configured is the result of an edit of preferences.
type Configured struct {
	Connection  string               `json:"connection"`
	Preferences contract.Preferences `json:"preferences"`
	Changes     []preferences.Change `json:"changes"`
	// Run is the sync that was asked for.
	Run *Started `json:"run"`
}

// FieldMaps is one list of field maps.
type FieldMaps struct {
	Connection string              `json:"connection"`
	Version    int                 `json:"version"`
	Entity     string              `json:"entity"`
	Maps       []contract.FieldMap `json:"maps"`
}

// NewFieldMaps builds a FieldMaps.
func NewFieldMaps(connection string, prefs record.Preferences, list preferences.MapList) FieldMaps {
	return FieldMaps{Connection: connection, Version: prefs.Version, Entity: list.Name, Maps: mapsOf(prefs, list)}
}

// mapsOf returns a list of maps in the contract's form.
func mapsOf(prefs record.Preferences, list preferences.MapList) []contract.FieldMap {
	public := preferences.ToContract(prefs)
	switch list.Name {
	case "accounts":
		return public.Customers.AccountMap
	case "contacts":
		return public.Customers.ContactMap
	case "persons":
		return public.Customers.PersonMap
	default:
		return public.Items.Map
	}
}

// Tried is the result of field maps on some records.
type Tried struct {
	Connection string        `json:"connection"`
	Entity     string        `json:"entity"`
	Tried      []TriedRecord `json:"tried"`
}

// TriedRecord is the result of one map on one record.
type TriedRecord struct {
	RecordID string `json:"record_id"`
	Name     string `json:"name"`
	Source   string `json:"source"`
	Target   string `json:"target"`
	Value    any    `json:"value"`
	Result   any    `json:"result"`
	Problem  string `json:"problem"`
}

// FieldLists lists the fields of both sides.
type FieldLists struct {
	Connection string      `json:"connection"`
	Entity     string      `json:"entity"`
	CRM        []SideField `json:"crm"`
	Billing    []SideField `json:"billing"`
}

// SideField is a field of a side.
type SideField struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Type     string   `json:"type"`
	Custom   bool     `json:"custom"`
	Required bool     `json:"required"`
	ReadOnly bool     `json:"read_only"`
	Unique   bool     `json:"unique"`
	Length   int      `json:"length"`
	Options  []string `json:"options"`
	Lookup   string   `json:"lookup"`
	// MappedTo are the fields of the other side to which it is mapped.
	MappedTo []string `json:"mapped_to"`
}

// NewSideFields builds the fields of a side. tied returns the fields of the other side to which a field is mapped.
func NewSideFields(fields []record.Field, tied func(string) []string) []SideField {
	out := make([]SideField, 0, len(fields))
	for _, f := range fields {
		options := slices.Clone(f.Options)
		if options == nil {
			options = []string{}
		}
		out = append(out, SideField{Name: f.Name, Label: f.Label, Type: f.Type, Custom: f.Custom, Required: f.Required, ReadOnly: f.ReadOnly,
			Unique: f.Unique, Length: f.Length, Options: options, Lookup: string(f.Lookup), MappedTo: tied(f.Name)})
	}
	return out
}
