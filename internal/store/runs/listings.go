package runs

import (
	"context"
	"encoding/json"
	"fmt"

	"causeway/internal/store/db"
)

const (
	putListing  = `INSERT INTO listings (run, list, page, ids) VALUES (?, ?, ?, ?) ON CONFLICT (run, list, page) DO UPDATE SET ids = excluded.ids`
	countPages  = `SELECT COUNT(*) FROM listings WHERE run = ? AND list = ? AND page BETWEEN 1 AND ?`
	dropListing = `DELETE FROM listings WHERE run = ?`
)

// AddPage keeps one page of an id listing with its run, under its number, from 1. Idempotent: a page that
// comes again takes its own place.
func (s *Runs) AddPage(ctx context.Context, run, list string, page int, ids []string) error {
	if ids == nil {
		ids = []string{}
	}
	data, err := json.Marshal(ids)
	if err == nil {
		err = s.db.Write(ctx, func(tx db.Session) error {
			_, err := tx.Exec(ctx, putListing, run, list, page, string(data))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("keep page %d of %s: %w", page, list, err)
	}
	return nil
}

// Complete reports whether the run has kept all of so many pages of the listing.
func Complete(ctx context.Context, c db.Session, run, list string, pages int) (whole bool, err error) {
	var n int
	_, err = c.Get(ctx, &n, countPages, run, list, pages)
	return n == pages, err
}

// DropListings forgets the id listings of a run that has ended. Idempotent.
func (s *Runs) DropListings(ctx context.Context, run string) error {
	err := s.db.Write(ctx, func(tx db.Session) error { return DropListings(ctx, tx, run) })
	if err != nil {
		return fmt.Errorf("drop the listings of run %s: %w", run, err)
	}
	return nil
}

// DropListings forgets the listings of a run within a session.
func DropListings(ctx context.Context, tx db.Session, run string) error {
	_, err := tx.Exec(ctx, dropListing, run)
	return err
}
