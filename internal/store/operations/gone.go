package operations

import (
	"context"
	"fmt"
	"strings"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/links"
	"causeway/internal/store/mirror"
	"causeway/internal/store/runs"

	"github.com/google/uuid"
)

// The codes of what a store notes by itself.
const (
	CodeDeleted = "DELETED" // the record was deleted on its side: its link is marked, and nothing else happens
	CodeMerged  = "MERGED"  // the CRM merged the record into another
)

const (
	goneFromCRM = `
UPDATE links SET gone = 'crm', gone_at = ? WHERE connection = ? AND entity IN ('customers', 'contact_persons', 'items')
AND crm_module = ? AND crm_id {in} AND gone = '' RETURNING *`
	goneFromBilling = `
UPDATE links SET gone = 'billing', gone_at = ? WHERE connection = ? AND billing_module = ? AND billing_id {in} AND gone = '' RETURNING *`
	goneWithCustomer = `
UPDATE links SET gone = 'billing', gone_at = ? WHERE connection || '' = ? AND entity = 'contact_persons' AND billing_parent_id <> ''
AND billing_parent_id {in} AND gone = '' RETURNING *`
	dropPersons = `DELETE FROM mirror WHERE connection = ? AND side = 'billing' AND module = 'contact_persons' AND parent_id <> '' AND parent_id {in}`
	dropMirror  = `DELETE FROM mirror WHERE connection = ? AND side = ? AND module = ? AND id {in}`
)

// MarkGone stores that records were deleted on a side, and returns the operations that tell so: links are marked,
// and the mirror forgets the records. A customer takes its contact persons along. Idempotent: a link is marked
// once, and an operation's id follows from the run and the record.
func (s *Operations) MarkGone(ctx context.Context, run string, side record.Side, module record.Module, ids []string) (ops []record.Operation, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	begun, err := runs.Get(ctx, s.db.Reader(), run)
	if err != nil {
		return nil, err
	}
	at := time.Now()
	err = s.db.Write(ctx, func(tx db.Session) error {
		links, err := markGone(ctx, tx, begun.Connection, side, module, ids, at)
		if err != nil {
			return err
		}
		if ops, err = goneOperations(ctx, tx, begun, side, links, at); err != nil {
			return err
		}
		if len(ops) > 0 {
			if _, err := insertOfRun(ctx, tx, run, ops); err != nil {
				return err
			}
		}
		if _, err = tx.Exec(ctx, dropMirror, begun.Connection, side, module, tx.List(ids)); err != nil || module != record.Customers {
			return err
		}
		_, err = tx.Exec(ctx, dropPersons, begun.Connection, tx.List(ids))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("note %d deleted %s: %w", len(ids), module, err)
	}
	return ops, nil
}

func markGone(ctx context.Context, tx db.Session, connection string, side record.Side, module record.Module, ids []string, at time.Time) ([]record.Link, error) {
	query := goneFromCRM
	if side == record.Billing {
		query = goneFromBilling
	}
	marked, err := links.Select(ctx, tx, query, db.Micros(at), connection, module, tx.List(ids))
	if err != nil || module != record.Customers {
		return marked, err
	}
	persons, err := links.Select(ctx, tx, goneWithCustomer, db.Micros(at), connection, tx.List(ids))
	return append(marked, persons...), err
}

// noun is what people call a record of a module.
func noun(m record.Module) string {
	switch m {
	case record.Accounts:
		return "account"
	case record.Contacts:
		return "contact"
	case record.Products:
		return "product"
	case record.Customers:
		return "customer"
	case record.ContactPersons:
		return "contact person"
	case record.Items:
		return "item"
	case record.Quotes, record.Invoices: // no link has them
	}
	return string(m)
}

// reasonGone returns the reason of a deletion on a side: what was deleted, and that its counterpart is unchanged.
func reasonGone(op record.Operation, side record.Side) string {
	what := noun(op.SourceModule)
	what = strings.ToUpper(what[:1]) + what[1:] + " " + op.SourceName
	if side == record.Billing {
		return fmt.Sprintf("%s (%s) was deleted in billing. Its CRM %s is unchanged.", what, op.SourceID, noun(op.TargetModule))
	}
	return fmt.Sprintf("%s (%s) was deleted in the CRM. Its %s in billing is unchanged.", what, op.SourceID, noun(op.TargetModule))
}

// goneOperations returns the operations that show in the history which links were marked.
func goneOperations(ctx context.Context, tx db.Session, run record.Run, side record.Side, links []record.Link, at time.Time) ([]record.Operation, error) {
	ops := make([]record.Operation, 0, len(links))
	for _, l := range links {
		op := noted(run, l, record.ActionGone, at)
		op.Code, op.Outcome = CodeDeleted, record.Deleted
		if side == record.Billing {
			op.SourceModule, op.SourceID, op.TargetModule, op.TargetID = l.BillingModule, l.BillingID, l.CRMModule, l.CRMID
			op.TargetParentID = ""
		}
		var name string
		if _, err := tx.Get(ctx, &name, nameInMirror, run.Connection, side, op.SourceModule, op.SourceID); err != nil {
			return nil, err
		}
		op.SourceName = name
		op.Reason = reasonGone(op, side)
		ops = append(ops, op)
	}
	return ops, nil
}

const nameInMirror = `SELECT name FROM mirror WHERE connection = ? AND side = ? AND module = ? AND id = ?`

// noted returns a completed operation of the CRM record of a link, which records what was seen.
func noted(run record.Run, l record.Link, action record.Action, at time.Time) record.Operation {
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte("causeway:noted:"+run.ID+":"+string(l.Entity)+":"+string(l.CRMModule)+":"+l.CRMID+":"+string(action)))
	return record.Operation{
		ID: id.String(), Connection: run.Connection, Run: run.ID, Entity: l.Entity, Action: action,
		SourceModule: l.CRMModule, SourceID: l.CRMID, TargetModule: l.BillingModule, TargetID: l.BillingID, TargetParentID: l.BillingParentID,
		State: record.OpDone, PlannedAt: at, DoneAt: at,
	}
}

const (
	dropGoneLink = `DELETE FROM links WHERE connection = ? AND entity = ? AND crm_module = ? AND crm_id = ? AND gone <> ''`
	moveLink     = `UPDATE links SET crm_id = ? WHERE connection = ? AND entity = ? AND crm_module = ? AND crm_id = ?`
)

// MoveLink notes that the CRM merged a record into another: its link moves to the survivor, which becomes
// due. Where the survivor has a link of its own, that one stays, and the loser's is marked as gone: its
// billing record stays as it is. Idempotent: a link that was moved or marked is not found again.
func (s *Operations) MoveLink(ctx context.Context, run string, entity record.Entity, module record.Module, loser, survivor string) error {
	begun, err := runs.Get(ctx, s.db.Reader(), run)
	if err != nil {
		return err
	}
	at := time.Now()
	err = s.db.Write(ctx, func(tx db.Session) error {
		link, err := links.BySource(ctx, tx, begun.Connection, entity, module, loser)
		if err != nil || link == nil || link.Gone != "" {
			return err
		}
		own, err := links.BySource(ctx, tx, begun.Connection, entity, module, survivor)
		if err != nil {
			return err
		}
		op := noted(begun, *link, record.ActionMerge, at)
		op.Code, op.Outcome = CodeMerged, record.Linked
		if own != nil && own.Gone == "" {
			op.Outcome = record.Deleted
			op.Reason = fmt.Sprintf("The CRM merged it into %s %s, which is linked with %s %s. That link stays. %s %s is unchanged in billing and has no link now.",
				noun(module), survivor, noun(own.BillingModule), own.BillingID, noun(link.BillingModule), link.BillingID)
			if _, err := tx.Exec(ctx, goneFromCRMOnly, db.Micros(at), begun.Connection, entity, module, loser); err != nil {
				return err
			}
		} else {
			op.Reason = fmt.Sprintf("The CRM merged it into %s %s, which is linked with %s %s now.", noun(module), survivor, noun(link.BillingModule), link.BillingID)
			if _, err := tx.Exec(ctx, dropGoneLink, begun.Connection, entity, module, survivor); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, moveLink, survivor, begun.Connection, entity, module, loser); err != nil {
				return err
			}
		}
		if _, err := tx.Get(ctx, &op.SourceName, nameInMirror, begun.Connection, record.CRM, module, loser); err != nil {
			return err
		}
		if _, err := insertOfRun(ctx, tx, run, []record.Operation{op}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, dropMirror, begun.Connection, record.CRM, module, tx.List([]string{loser})); err != nil {
			return err
		}
		_, err = mirror.MarkDue(ctx, tx, []mirror.Key{{Connection: begun.Connection, Side: record.CRM, Module: module, ID: survivor}})
		return err
	})
	if err != nil {
		return fmt.Errorf("move the link of %s %s to %s: %w", module, loser, survivor, err)
	}
	return nil
}

const goneFromCRMOnly = `UPDATE links SET gone = 'crm', gone_at = ? WHERE connection = ? AND entity = ? AND crm_module = ? AND crm_id = ?`
