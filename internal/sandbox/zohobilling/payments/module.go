package payments

import (
	"causeway/internal/sandbox/zohobilling/documents"
	"causeway/internal/sandbox/zohobilling/list"
	"causeway/internal/sandbox/zohobilling/store"
)

// Module serves the calls about payments, and the list of invoices and payments together.
type Module struct {
	store     *store.Store
	lists     *list.Reader
	documents *documents.Module
}

// New returns the module over the store.
func New(s *store.Store, lists *list.Reader, d *documents.Module) *Module {
	return &Module{s, lists, d}
}
