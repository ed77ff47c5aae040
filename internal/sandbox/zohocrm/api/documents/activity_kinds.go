package documents

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// activityKind is a kind of activity: notes, events or calls.
type activityKind struct {
	list      string
	fields    []string // that a caller may write and read
	mandatory []string
	times     []string // of the fields
}

var activityKinds = []activityKind{
	{"Notes", []string{"Note_Title", "Note_Content"}, nil, nil},
	{"Events", []string{"Event_Title", "Description", "Start_DateTime", "End_DateTime", "Venue"},
		[]string{"Event_Title", "Start_DateTime", "End_DateTime"}, []string{"Start_DateTime", "End_DateTime"}},
	{"Calls", []string{"Subject", "Description", "Call_Type", "Call_Start_Time", "Call_Duration"},
		[]string{"Subject", "Call_Type", "Call_Start_Time"}, []string{"Call_Start_Time"}},
}

// sharedFields are the fields that all kinds have.
var sharedFields = []string{"id", "Owner", "Created_By", "Created_Time", "Modified_By", "Modified_Time"}

func activityNamed(list string) (activityKind, bool) {
	i := slices.IndexFunc(activityKinds, func(k activityKind) bool { return k.list == list })
	if i < 0 {
		return activityKind{}, false
	}
	return activityKinds[i], true
}

func (k activityKind) scope(r *http.Request, operation string) bool {
	return platform.RequireScope(r, "ZohoCRM.modules."+strings.ToLower(k.list)+"."+operation)
}

// read returns the fields of the kind, and checks that the mandatory ones are there.
func (k activityKind) read(given map[string]any) (map[string]any, *wire.Error) {
	doc := map[string]any{}
	for _, name := range k.fields {
		v, there := given[name]
		if !there {
			continue
		}
		s, ok := v.(string)
		if !ok {
			return nil, wire.BadRequest("INVALID_DATA", "invalid data", map[string]any{"api_name": name, "expected_data_type": "string"})
		}
		if slices.Contains(k.times, name) {
			at, err := time.Parse(time.RFC3339, s)
			if err != nil {
				return nil, wire.BadRequest("INVALID_DATA", "invalid data", map[string]any{"api_name": name, "expected_data_type": "datetime"})
			}
			s = metadata.FormatTime(at.UnixMilli())
		}
		doc[name] = s
	}
	for _, name := range k.mandatory {
		if doc[name] == nil || doc[name] == "" {
			return nil, wire.BadRequest("MANDATORY_NOT_FOUND", "required field not found", map[string]any{"api_name": name})
		}
	}
	if k.list == "Notes" && doc["Note_Title"] == nil && doc["Note_Content"] == nil {
		return nil, wire.BadRequest("EXPECTED_FIELD_MISSING", "expected field missing", map[string]any{"expected_fields": []any{"Note_Title", "Note_Content"}})
	}
	return doc, nil
}

// parents returns the account and the contact that an activity belongs to. An id of 0 is none.
func (k activityKind) parents(given map[string]any) (account, contact int64) {
	idOf := func(name string) int64 {
		at, _ := given[name].(map[string]any)
		s, _ := at["id"].(string)
		id, _ := metadata.ParseID(s)
		return id
	}
	if k.list != "Notes" {
		return idOf("What_Id"), idOf("Who_Id")
	}
	parent, _ := given["Parent_Id"].(map[string]any)
	module, _ := parent["module"].(map[string]any)
	if module["api_name"] == "Contacts" {
		return 0, idOf("Parent_Id")
	}
	return idOf("Parent_Id"), 0
}

// json returns an activity with its id and the fields that the call names. A field without a value is null.
func (k activityKind) json(doc map[string]any, fields []string) map[string]any {
	out := map[string]any{"id": doc["id"]}
	for _, name := range fields {
		if slices.Contains(k.fields, name) || slices.Contains(sharedFields, name) {
			out[name] = doc[name]
		}
	}
	return out
}
