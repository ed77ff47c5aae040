package operations

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

const (
	getDecisions = `SELECT crm_id, decided FROM decisions WHERE connection = ? AND entity = ? AND crm_module = ? AND crm_id {in}`
	putDecisions = `
INSERT INTO decisions (connection, entity, crm_module, crm_id, decided) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (connection, entity, crm_module, crm_id) DO UPDATE SET decided = excluded.decided`
	dropDecisions = `DELETE FROM decisions WHERE connection = ? AND entity = ? AND crm_module = ? AND crm_id = ?`
)

// Decide keeps what somebody decided on a record in conflict, field by field; a later decision on a field
// takes the place of an earlier one. Idempotent.
func (s *Operations) Decide(ctx context.Context, connection string, entity record.Entity, module record.Module, id string, decided []record.Decision) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		had, err := decisionsIn(ctx, tx, connection, entity, module, []string{id})
		if err != nil {
			return err
		}
		all := slices.DeleteFunc(had[id], func(d record.Decision) bool {
			return slices.ContainsFunc(decided, func(n record.Decision) bool { return n.Field == d.Field })
		})
		return setDecisions(ctx, tx, connection, entity, module, id, append(all, decided...))
	})
	if err != nil {
		return fmt.Errorf("keep the decision on %s %s: %w", module, id, err)
	}
	return nil
}

// SetDecisions keeps what is left of the decisions on a record: those that were not carried out yet. Idempotent.
func (s *Operations) SetDecisions(ctx context.Context, connection string, entity record.Entity, module record.Module, id string, left []record.Decision) error {
	err := s.db.Write(ctx, func(tx db.Session) error { return setDecisions(ctx, tx, connection, entity, module, id, left) })
	if err != nil {
		return fmt.Errorf("keep the decisions on %s %s: %w", module, id, err)
	}
	return nil
}

func setDecisions(ctx context.Context, tx db.Session, connection string, entity record.Entity, module record.Module, id string, all []record.Decision) error {
	if len(all) == 0 {
		_, err := tx.Exec(ctx, dropDecisions, connection, entity, module, id)
		return err
	}
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, putDecisions, connection, entity, module, id, db.Clean(string(data)))
	return err
}

// Decisions returns what people decided on the records, by CRM id.
func (s *Operations) Decisions(ctx context.Context, connection string, entity record.Entity, module record.Module, ids []string) (map[string][]record.Decision, error) {
	out, err := decisionsIn(ctx, s.db.Reader(), connection, entity, module, ids)
	if err != nil {
		return nil, fmt.Errorf("read decisions on %s: %w", module, err)
	}
	return out, nil
}

func decisionsIn(ctx context.Context, c db.Session, connection string, entity record.Entity, module record.Module, ids []string) (map[string][]record.Decision, error) {
	var rows []struct {
		ID      string `db:"crm_id"`
		Decided string `db:"decided"`
	}
	if err := c.All(ctx, &rows, getDecisions, connection, entity, module, c.List(ids)); err != nil {
		return nil, err
	}
	out := make(map[string][]record.Decision, len(rows))
	for _, r := range rows {
		decided, err := decodeDecisions(r.Decided)
		if err != nil {
			return nil, err
		}
		out[r.ID] = decided
	}
	return out, nil
}

// decodeDecisions keeps numbers exact, as values are.
func decodeDecisions(data string) ([]record.Decision, error) {
	values, err := record.DecodeValues([]byte(`{"all":` + data + `}`))
	if err != nil {
		return nil, err
	}
	list, _ := values["all"].([]any)
	out := make([]record.Decision, 0, len(list))
	for _, one := range list {
		d, _ := one.(map[string]any)
		v := record.Values(d)
		out = append(out, record.Decision{Field: v.Text("field"), Winner: record.Side(v.Text("winner")), CRM: d["crm"], Billing: d["billing"]})
	}
	return out, nil
}
