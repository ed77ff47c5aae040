package zohocrm

// adminActions does what people do on the CRM's own pages, and no API call does.
type adminActions struct {
	store *Store
	defs  *Definitions
}

func newAdminActions(store *Store, defs *Definitions) *adminActions {
	return &adminActions{store: store, defs: defs}
}
