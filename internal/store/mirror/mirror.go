package mirror

import (
	"causeway/internal/store/db"
)

// Mirror keeps what was read from the sides. Its methods are safe for concurrent use.
type Mirror struct{ db *db.DB }

// New is for the store's front.
func New(d *db.DB) *Mirror { return &Mirror{db: d} }
