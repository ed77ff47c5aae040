package query

import "causeway/internal/sandbox/zohocrm/metadata"

// Record is one record as it is stored. Values holds what metadata's Normalise returned, by API name. The system's own
// fields stand beside it.
type Record struct {
	ID         int64
	Module     string
	Name       string
	Created    int64 // ms
	Modified   int64 // ms
	Owner      string
	CreatedBy  string
	ModifiedBy string
	Values     map[string]any
}

// Get returns the field's value in its stored form. Created_Time and the system's other times are milliseconds (int64).
func (r *Record) Get(f *metadata.Field) any {
	switch f.API {
	case "id":
		return r.ID
	case "Created_Time":
		return r.Created
	case "Modified_Time":
		return r.Modified
	case "Last_Activity_Time":
		return r.Modified
	case "Owner":
		return r.Owner
	case "Created_By":
		return r.CreatedBy
	case "Modified_By":
		return r.ModifiedBy
	case "Full_Name":
		return r.Name
	}
	if f.Type == metadata.TypeFormula {
		return r.Values[f.Formula]
	}
	return r.Values[f.API]
}
