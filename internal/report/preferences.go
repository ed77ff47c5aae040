package report

import (
	"slices"

	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// Configured is what holds after an edit of preferences.
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

// NewFieldMaps tells a list of field maps.
func NewFieldMaps(connection string, prefs record.Preferences, list preferences.MapList) FieldMaps {
	return FieldMaps{Connection: connection, Version: prefs.Version, Entity: list.Name, Maps: mapsOf(prefs, list)}
}

// mapsOf tells a list in the public words.
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

// Tried is what field maps make of some records.
type Tried struct {
	Connection string        `json:"connection"`
	Entity     string        `json:"entity"`
	Tried      []TriedRecord `json:"tried"`
}

// TriedRecord is what one map makes of one record.
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
	// MappedTo are the fields of the other side that it is tied to.
	MappedTo []string `json:"mapped_to"`
}

// NewSideFields tells fields. The function tied names the fields of the other side that a field is tied to.
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
