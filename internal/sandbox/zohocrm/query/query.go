package query

import "causeway/internal/sandbox/zohocrm/metadata"

// Query says which records of a module are wanted, in which order and how many.
type Query struct {
	Module *metadata.Module
	Where  *Expr // nil: all
	Order  []SortKey
	Offset int
	Limit  int // 0: all
}

// SortKey is one column of an order.
type SortKey struct {
	Column Column
	Desc   bool
}
