package store

import (
	"context"
	"fmt"

	"causeway/internal/record"
)

type linkRow struct {
	Connection      string `db:"connection"`
	Entity          string `db:"entity"`
	CRMModule       string `db:"crm_module"`
	CRMID           string `db:"crm_id"`
	BillingModule   string `db:"billing_module"`
	BillingID       string `db:"billing_id"`
	BillingParentID string `db:"billing_parent_id"`
	Born            string `db:"born"`
	Base            string `db:"base"`
	Gone            string `db:"gone"`
	GoneAt          int64  `db:"gone_at"`
}

func (r linkRow) link() (record.Link, error) {
	base, err := record.DecodeValues([]byte(r.Base))
	if err != nil {
		return record.Link{}, fmt.Errorf("link of %s %s: %w", r.CRMModule, r.CRMID, err)
	}
	return record.Link{
		Connection: r.Connection, Entity: record.Entity(r.Entity), CRMModule: record.Module(r.CRMModule), CRMID: r.CRMID,
		BillingModule: record.Module(r.BillingModule), BillingID: r.BillingID, BillingParentID: r.BillingParentID,
		Born: record.Side(r.Born), Base: base, Gone: record.Side(r.Gone), GoneAt: fromMicros(r.GoneAt),
	}, nil
}

var putLinks = bulk{
	columns: cols("connection text, entity text, crm_module text, crm_id text, billing_module text, billing_id text, billing_parent_id text, born text, base text, gone text, gone_at bigint"),
	query: `
WITH {rows}
INSERT INTO links (connection, entity, crm_module, crm_id, billing_module, billing_id, billing_parent_id, born, base, gone, gone_at)
SELECT connection, entity, crm_module, crm_id, billing_module, billing_id, billing_parent_id, born, base, gone, gone_at FROM v WHERE true
ON CONFLICT (connection, entity, crm_id, crm_module) DO UPDATE SET
    billing_module = excluded.billing_module, billing_id = excluded.billing_id,
    billing_parent_id = excluded.billing_parent_id, born = excluded.born, base = excluded.base,
    gone = excluded.gone, gone_at = excluded.gone_at
WHERE links.billing_id <> excluded.billing_id OR links.base <> excluded.base OR links.billing_module <> excluded.billing_module
   OR links.billing_parent_id <> excluded.billing_parent_id OR links.born <> excluded.born OR links.gone <> excluded.gone`,
}

func linkValues(l record.Link) ([]any, error) {
	base, err := encode(l.Base)
	return []any{
		l.Connection, string(l.Entity), string(l.CRMModule), l.CRMID, string(l.BillingModule), l.BillingID,
		l.BillingParentID, string(l.Born), base, string(l.Gone), micros(l.GoneAt),
	}, err
}

// putLinksIn stores links, each in place of the one that its CRM record had as a record of that entity.
func putLinksIn(ctx context.Context, tx session, links []record.Link) error {
	rows := make([][]any, len(links))
	for i, l := range links {
		var err error
		if rows[i], err = linkValues(l); err != nil {
			return err
		}
	}
	_, err := tx.bulk(ctx, putLinks, rows)
	return err
}

const pageOfLinks = `SELECT * FROM links WHERE connection = ? AND entity = ? AND crm_id > ? ORDER BY crm_id, crm_module LIMIT ?`

// Links lists an entity's links by CRM id, after the given one.
func (s *Store) Links(ctx context.Context, connection string, entity record.Entity, after string, limit int) ([]record.Link, error) {
	return linksIn(ctx, s.db.reader(), pageOfLinks, connection, entity, after, limit)
}

func linksIn(ctx context.Context, c session, query string, args ...any) ([]record.Link, error) {
	var rows []linkRow
	if err := c.all(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("read links: %w", err)
	}
	out := make([]record.Link, len(rows))
	for i, r := range rows {
		l, err := r.link()
		if err != nil {
			return nil, err
		}
		out[i] = l
	}
	return out, nil
}

const (
	linkBySource   = `SELECT * FROM links WHERE connection = ? AND entity = ? AND crm_id = ? AND crm_module = ?`
	linkByTarget   = `SELECT * FROM links WHERE connection = ? AND billing_module = ? AND billing_id = ? ORDER BY crm_id LIMIT 1`
	linksOfModule  = `SELECT * FROM links WHERE connection = ? AND entity IN ('customers', 'contact_persons', 'items') AND crm_module = ? AND crm_id {in}`
	linksOfTargets = `SELECT * FROM links WHERE connection = ? AND billing_module = ? AND billing_id {in}`
	// The persons are few: by the connection, all its links would be read.
	personsOf     = `SELECT billing_id FROM links WHERE connection || '' = ? AND entity = 'contact_persons' AND gone = '' AND billing_parent_id <> '' AND billing_parent_id {in}`
	linksBySource = `SELECT * FROM links WHERE connection = ? AND entity = ? AND crm_id {in}`
	linkedTargets = `SELECT billing_id FROM links WHERE connection = ? AND billing_module = ? AND billing_id {in}`
	countLinks    = `SELECT entity, COUNT(*) AS n FROM links WHERE connection = ? GROUP BY entity`
)

// LinkBySource is the link of a CRM record, nil where it has none.
func (s *Store) LinkBySource(ctx context.Context, connection string, entity record.Entity, module record.Module, id string) (*record.Link, error) {
	return linkIn(ctx, s.db.reader(), connection, entity, module, id)
}

// linkIn reads the link of a CRM record, nil where it has none.
func linkIn(ctx context.Context, c session, connection string, entity record.Entity, module record.Module, id string) (*record.Link, error) {
	return first(linksIn(ctx, c, linkBySource, connection, entity, id, module))
}

// LinkByTarget is the link of a billing record, nil where it has none.
func (s *Store) LinkByTarget(ctx context.Context, connection string, module record.Module, id string) (*record.Link, error) {
	return first(linksIn(ctx, s.db.reader(), linkByTarget, connection, module, id))
}

func first(links []record.Link, err error) (*record.Link, error) {
	if err != nil || len(links) == 0 {
		return nil, err
	}
	return &links[0], nil
}

// LinksBySource gives the links of those of the CRM records that have one, by CRM id.
func (s *Store) LinksBySource(ctx context.Context, connection string, entity record.Entity, ids []string) (map[string]record.Link, error) {
	return linksBySourceIn(ctx, s.db.reader(), connection, entity, ids)
}

func linksBySourceIn(ctx context.Context, c session, connection string, entity record.Entity, ids []string) (map[string]record.Link, error) {
	links, err := linksIn(ctx, c, linksBySource, connection, entity, c.list(ids))
	if err != nil {
		return nil, err
	}
	out := make(map[string]record.Link, len(links))
	for _, l := range links {
		out[l.CRMID] = l
	}
	return out, nil
}

// LinksByTarget gives the links of those of the billing records that have one, by billing id.
func (s *Store) LinksByTarget(ctx context.Context, connection string, module record.Module, ids []string) (map[string]record.Link, error) {
	return linksByTargetIn(ctx, s.db.reader(), connection, module, ids)
}

func linksByTargetIn(ctx context.Context, c session, connection string, module record.Module, ids []string) (map[string]record.Link, error) {
	links, err := linksIn(ctx, c, linksOfTargets, connection, module, c.list(ids))
	if err != nil {
		return nil, err
	}
	out := make(map[string]record.Link, len(links))
	for _, l := range links {
		if had, ok := out[l.BillingID]; !ok || had.Gone != "" {
			out[l.BillingID] = l
		}
	}
	return out, nil
}

// linksOfIn reads the links of records of one module of a side, in no order.
func linksOfIn(ctx context.Context, c session, connection string, side record.Side, module record.Module, ids []string) ([]record.Link, error) {
	query := linksOfModule
	if side == record.Billing {
		query = linksOfTargets
	}
	return linksIn(ctx, c, query, connection, module, c.list(ids))
}

// LinksOfModule gives the links of those of a CRM module's records that have one, by CRM id.
func (s *Store) LinksOfModule(ctx context.Context, connection string, module record.Module, ids []string) (map[string]record.Link, error) {
	links, err := linksIn(ctx, s.db.reader(), linksOfModule, connection, module, s.db.list(ids))
	if err != nil {
		return nil, err
	}
	out := make(map[string]record.Link, len(links))
	for _, l := range links {
		if had, ok := out[l.CRMID]; !ok || had.Gone != "" {
			out[l.CRMID] = l
		}
	}
	return out, nil
}

// PersonsOf lists the linked contact persons of customers, but for those that are gone.
func (s *Store) PersonsOf(ctx context.Context, connection string, customers []string) ([]string, error) {
	var ids []string
	if err := s.db.reader().all(ctx, &ids, personsOf, connection, s.db.list(customers)); err != nil {
		return nil, fmt.Errorf("read the contact persons of customers: %w", err)
	}
	return ids, nil
}

// Linked says which of the billing records have a link.
func (s *Store) Linked(ctx context.Context, connection string, module record.Module, ids []string) (map[string]bool, error) {
	var linked []string
	if err := s.db.reader().all(ctx, &linked, linkedTargets, connection, module, s.db.list(ids)); err != nil {
		return nil, fmt.Errorf("read links of %s: %w", module, err)
	}
	out := make(map[string]bool, len(linked))
	for _, id := range linked {
		out[id] = true
	}
	return out, nil
}

// CountLinks counts a connection's links by entity.
func (s *Store) CountLinks(ctx context.Context, connection string) (map[record.Entity]int, error) {
	var rows []struct {
		Entity string `db:"entity"`
		N      int    `db:"n"`
	}
	if err := s.db.reader().all(ctx, &rows, countLinks, connection); err != nil {
		return nil, fmt.Errorf("count links of %s: %w", connection, err)
	}
	out := make(map[record.Entity]int, len(rows))
	for _, r := range rows {
		out[record.Entity(r.Entity)] = r.N
	}
	return out, nil
}

const linksByModule = `SELECT entity, crm_module, COUNT(*) AS n FROM links WHERE connection = ? AND gone = '' GROUP BY entity, crm_module`

// CountLinksByModule counts a connection's links by entity and CRM module, but for those that are gone.
func (s *Store) CountLinksByModule(ctx context.Context, connection string) (map[record.Entity]map[record.Module]int, error) {
	var rows []struct {
		Entity string `db:"entity"`
		Module string `db:"crm_module"`
		N      int    `db:"n"`
	}
	if err := s.db.reader().all(ctx, &rows, linksByModule, connection); err != nil {
		return nil, fmt.Errorf("count links of %s: %w", connection, err)
	}
	out := map[record.Entity]map[record.Module]int{}
	for _, r := range rows {
		entity := record.Entity(r.Entity)
		if out[entity] == nil {
			out[entity] = map[record.Module]int{}
		}
		out[entity][record.Module(r.Module)] = r.N
	}
	return out, nil
}
