package connections

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Establish stores a new connection with its credentials and its first preferences, all or nothing: a
// crash must not leave a connection that cannot be synced and cannot be made again. It is idempotent as
// CreateConnection is. Of the connections of one CRM organisation only the first may go both ways: what a check
// before could not see, since another was made at the same time, is refused here.
func (s *Connections) Establish(ctx context.Context, c record.Connection, credentials map[record.Side]record.Credential, p record.Preferences) error {
	p.Version = 1
	err := s.db.Write(ctx, func(tx db.Session) error {
		c := c
		if err := asFurther(ctx, tx, &c, p); err != nil {
			return err
		}
		if err := insertIn(ctx, tx, c); err != nil {
			return err
		}
		for side, cred := range credentials {
			if err := s.putCredentialIn(ctx, tx, c.ID, side, cred); err != nil {
				return err
			}
		}
		return savePreferencesIn(ctx, tx, c.ID, p)
	})
	if err != nil {
		return fmt.Errorf("create connection %s: %w", c.ID, err)
	}
	return nil
}

const (
	lockCRMOrg   = `SELECT pg_advisory_xact_lock(hashtextextended(?, 8))`
	lastOfCRMOrg = `SELECT COALESCE(MAX(created_at), 0) FROM connections WHERE crm_org = ? AND id <> ?`
)

// samePair refuses clones where another connection ties the same two organisations.
func samePair(ctx context.Context, tx db.Session, c record.Connection, p record.Preferences) error {
	other, err := pairIn(ctx, tx, c)
	if err != nil {
		return err
	}
	return record.RefuseClones(other, p)
}

// asFurther makes the connections of one CRM organisation one after the other. Each sees which was the first, and
// each counts as younger than those before it, whatever the clock of its maker shows.
func asFurther(ctx context.Context, tx db.Session, c *record.Connection, p record.Preferences) error {
	if err := tx.Lock(ctx, lockCRMOrg, c.CRMOrg); err != nil {
		return err
	}
	if err := samePair(ctx, tx, *c, p); err != nil {
		return err
	}
	var ids []string
	if err := tx.All(ctx, &ids, connectionsOfCRM, c.CRMOrg); err != nil || len(ids) == 0 || ids[0] == c.ID {
		return err
	}
	var newest int64
	if _, err := tx.Get(ctx, &newest, lastOfCRMOrg, c.CRMOrg, c.ID); err != nil {
		return err
	}
	if db.Micros(c.CreatedAt) <= newest {
		c.CreatedAt = db.FromMicros(newest + 1)
	}
	return record.RefuseFurther(c.CRMOrg, ids[0], p)
}
