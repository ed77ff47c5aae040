package zohocrm

import (
	"causeway/internal/sandbox/zohocrm/admin"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// OrgID is the id of the sandbox's CRM organisation.
const OrgID = metadata.OrgID

// The types that the Go methods of an organisation take.
type (
	// CustomField is a field that an administrator adds to a module.
	CustomField = custom.Field
	// View is a saved filter of a module's records.
	View = custom.View
	// Criteria is a view's condition.
	Criteria = query.Criteria
)

// ErrSameRecord is returned for a merge of a record into itself.
var ErrSameRecord = admin.ErrSameRecord
