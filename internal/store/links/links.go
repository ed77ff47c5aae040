package links

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Links keeps which record of one side is which of the other. Its methods are safe for concurrent use.
type Links struct{ db *db.DB }

// New is for the store's front.
func New(d *db.DB) *Links { return &Links{db: d} }

// Row is a link as a statement reads it.
type Row struct {
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

// Link is the link of the row.
func (r Row) Link() (record.Link, error) {
	base, err := record.DecodeValues([]byte(r.Base))
	if err != nil {
		return record.Link{}, fmt.Errorf("link of %s %s: %w", r.CRMModule, r.CRMID, err)
	}
	return record.Link{
		Connection: r.Connection, Entity: record.Entity(r.Entity), CRMModule: record.Module(r.CRMModule), CRMID: r.CRMID,
		BillingModule: record.Module(r.BillingModule), BillingID: r.BillingID, BillingParentID: r.BillingParentID,
		Born: record.Side(r.Born), Base: base, Gone: record.Side(r.Gone), GoneAt: db.FromMicros(r.GoneAt),
	}, nil
}

var putLinks = db.Bulk{
	Columns: db.Columns("connection text, entity text, crm_module text, crm_id text, billing_module text, billing_id text, billing_parent_id text, born text, base text, gone text, gone_at bigint"),
	Query: `
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
	base, err := db.Encode(l.Base)
	return []any{
		l.Connection, string(l.Entity), string(l.CRMModule), l.CRMID, string(l.BillingModule), l.BillingID,
		l.BillingParentID, string(l.Born), base, string(l.Gone), db.Micros(l.GoneAt),
	}, err
}

// Put stores links, each in place of the one that its CRM record had as a record of that entity.
func Put(ctx context.Context, tx db.Session, links []record.Link) error {
	rows := make([][]any, len(links))
	for i, l := range links {
		var err error
		if rows[i], err = linkValues(l); err != nil {
			return err
		}
	}
	_, err := tx.Bulk(ctx, putLinks, rows)
	return err
}

const pageOfLinks = `SELECT * FROM links WHERE connection = ? AND entity = ? AND crm_id > ? ORDER BY crm_id, crm_module LIMIT ?`

// Page lists an entity's links by CRM id, after the given one.
func (s *Links) Page(ctx context.Context, connection string, entity record.Entity, after string, limit int) ([]record.Link, error) {
	return Select(ctx, s.db.Reader(), pageOfLinks, connection, entity, after, limit)
}

// Select reads the links that a statement over all their columns finds.
func Select(ctx context.Context, c db.Session, query string, args ...any) ([]record.Link, error) {
	var rows []Row
	if err := c.All(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("read links: %w", err)
	}
	out := make([]record.Link, len(rows))
	for i, r := range rows {
		l, err := r.Link()
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

// BySource is the link of a CRM record, nil where it has none.
func (s *Links) BySource(ctx context.Context, connection string, entity record.Entity, module record.Module, id string) (*record.Link, error) {
	return BySource(ctx, s.db.Reader(), connection, entity, module, id)
}

// BySource reads the link of a CRM record, nil where it has none.
func BySource(ctx context.Context, c db.Session, connection string, entity record.Entity, module record.Module, id string) (*record.Link, error) {
	return first(Select(ctx, c, linkBySource, connection, entity, id, module))
}

// ByTarget is the link of a billing record, nil where it has none.
func (s *Links) ByTarget(ctx context.Context, connection string, module record.Module, id string) (*record.Link, error) {
	return first(Select(ctx, s.db.Reader(), linkByTarget, connection, module, id))
}

func first(links []record.Link, err error) (*record.Link, error) {
	if err != nil || len(links) == 0 {
		return nil, err
	}
	return &links[0], nil
}

// OfSources returns the links of the CRM records that have one, by CRM id.
func (s *Links) OfSources(ctx context.Context, connection string, entity record.Entity, ids []string) (map[string]record.Link, error) {
	return OfSources(ctx, s.db.Reader(), connection, entity, ids)
}

// OfSources reads the links of those of the CRM records that have one, by CRM id, within a session.
func OfSources(ctx context.Context, c db.Session, connection string, entity record.Entity, ids []string) (map[string]record.Link, error) {
	links, err := Select(ctx, c, linksBySource, connection, entity, c.List(ids))
	if err != nil {
		return nil, err
	}
	out := make(map[string]record.Link, len(links))
	for _, l := range links {
		out[l.CRMID] = l
	}
	return out, nil
}

// OfTargets returns the links of the billing records that have one, by billing id.
func (s *Links) OfTargets(ctx context.Context, connection string, module record.Module, ids []string) (map[string]record.Link, error) {
	return OfTargets(ctx, s.db.Reader(), connection, module, ids)
}

// OfTargets reads the links of those of the billing records that have one, by billing id, within a session.
func OfTargets(ctx context.Context, c db.Session, connection string, module record.Module, ids []string) (map[string]record.Link, error) {
	links, err := Select(ctx, c, linksOfTargets, connection, module, c.List(ids))
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

// Of reads the links of records of one module of a side, in no order.
func Of(ctx context.Context, c db.Session, connection string, side record.Side, module record.Module, ids []string) ([]record.Link, error) {
	query := linksOfModule
	if side == record.Billing {
		query = linksOfTargets
	}
	return Select(ctx, c, query, connection, module, c.List(ids))
}

// OfModule returns the links of the records of a CRM module that have one, by CRM id.
func (s *Links) OfModule(ctx context.Context, connection string, module record.Module, ids []string) (map[string]record.Link, error) {
	links, err := Select(ctx, s.db.Reader(), linksOfModule, connection, module, s.db.List(ids))
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
func (s *Links) PersonsOf(ctx context.Context, connection string, customers []string) ([]string, error) {
	var ids []string
	if err := s.db.Reader().All(ctx, &ids, personsOf, connection, s.db.List(customers)); err != nil {
		return nil, fmt.Errorf("read the contact persons of customers: %w", err)
	}
	return ids, nil
}

// Linked reports which of the billing records have a link.
func (s *Links) Linked(ctx context.Context, connection string, module record.Module, ids []string) (map[string]bool, error) {
	var linked []string
	if err := s.db.Reader().All(ctx, &linked, linkedTargets, connection, module, s.db.List(ids)); err != nil {
		return nil, fmt.Errorf("read links of %s: %w", module, err)
	}
	out := make(map[string]bool, len(linked))
	for _, id := range linked {
		out[id] = true
	}
	return out, nil
}

// Count counts a connection's links by entity.
func (s *Links) Count(ctx context.Context, connection string) (map[record.Entity]int, error) {
	var rows []struct {
		Entity string `db:"entity"`
		N      int    `db:"n"`
	}
	if err := s.db.Reader().All(ctx, &rows, countLinks, connection); err != nil {
		return nil, fmt.Errorf("count links of %s: %w", connection, err)
	}
	out := make(map[record.Entity]int, len(rows))
	for _, r := range rows {
		out[record.Entity(r.Entity)] = r.N
	}
	return out, nil
}

const linksByModule = `SELECT entity, crm_module, COUNT(*) AS n FROM links WHERE connection = ? AND gone = '' GROUP BY entity, crm_module`

// CountByModule counts a connection's links by entity and CRM module, but for those that are gone.
func (s *Links) CountByModule(ctx context.Context, connection string) (map[record.Entity]map[record.Module]int, error) {
	var rows []struct {
		Entity string `db:"entity"`
		Module string `db:"crm_module"`
		N      int    `db:"n"`
	}
	if err := s.db.Reader().All(ctx, &rows, linksByModule, connection); err != nil {
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
