package items

import (
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/list"
	"causeway/internal/sandbox/zohobilling/store"
)

// Module serves the calls about items.
type Module struct {
	store  *store.Store
	lists  *list.Reader
	fields *fields.Catalog
}

// New returns the module over the store.
func New(s *store.Store, lists *list.Reader, f *fields.Catalog) *Module {
	return &Module{s, lists, f}
}
