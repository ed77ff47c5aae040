package verify

import (
	"context"
	"fmt"
	"slices"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// listMembers reads the members of the view that limits the module, if there is one.
func (v *verification) listMembers(ctx context.Context, module record.Module) error {
	view := v.prefs.View(module)
	if view == nil {
		return nil
	}
	members := map[string]bool{}
	v.members[module] = members
	for after := (record.Cursor{}); ; {
		page, err := v.crm.ViewMembers(ctx, module, view.ID, after)
		if err != nil {
			return err
		}
		for _, id := range page.IDs {
			members[id] = true
		}
		v.o.Progress(Progress{Step: "list the view of " + string(module), Read: len(members)})
		if after = page.Next; !page.More {
			return nil
		}
	}
}

// excludedReason returns why the preferences exclude a record, or an empty text.
func (v *verification) excludedReason(r record.Record, link *record.Link) string {
	members := v.members[r.Module]
	switch {
	case members == nil || members[r.ID]:
		return ""
	case link == nil:
		return reconcile.ReasonNotInView
	default:
		return reconcile.ReasonLeftView
	}
}

func deletedIn(side record.Side, l record.Link) string {
	if side == record.CRM {
		return fmt.Sprintf("%s %s was deleted in the CRM; %s %s stays in billing", l.CRMModule, l.CRMID, l.BillingModule, l.BillingID)
	}
	return fmt.Sprintf("%s %s was deleted in billing; %s %s stays in the CRM", l.BillingModule, l.BillingID, l.CRMModule, l.CRMID)
}

// findNotInCRM finds, where the sync goes both ways, the billing records that are not in the CRM and for which no
// run recorded a reason.
func (v *verification) findNotInCRM(ctx context.Context) error {
	for _, entity := range []record.Entity{record.EntityCustomers, record.EntityItems} {
		if v.prefs.Extent(entity) != record.Both || entity == record.EntityCustomers && v.sample != nil {
			continue // a sample cannot tell which of the others are ours
		}
		if err := v.reportNotInCRM(ctx, entity); err != nil {
			return err
		}
	}
	return nil
}

func (v *verification) reportNotInCRM(ctx context.Context, entity record.Entity) error {
	known := map[string]bool{}
	for _, e := range v.report.Extra {
		known[e.BillingID] = true
	}
	for after := ""; ; {
		links, err := v.store.Links.Page(ctx, v.connection.ID, entity, after, linksPage)
		if err != nil {
			return err
		}
		for _, link := range links {
			known[link.BillingID] = true
		}
		if len(links) < linksPage {
			break
		}
		after = links[len(links)-1].CRMID
	}
	unknown := v.lists[entity].unseen(func(row) bool { return true })
	unknown = slices.DeleteFunc(unknown, func(id string) bool { return known[id] })
	for part := range slices.Chunk(unknown, linksPage) {
		ops, err := v.store.Operations.Last(ctx, v.connection.ID, entity, entity.Module(), part)
		if err != nil {
			return err
		}
		for _, id := range part {
			if op := ops[id]; op.Outcome.Parked() {
				v.report.Explained = append(v.report.Explained, Explained{Entity: entity, CRMID: op.TargetID, Name: op.SourceName, Outcome: op.Outcome, Reason: op.Reason})
				continue
			}
			r, err := v.billing.Get(ctx, entity.Module(), id)
			if record.IsKind(err, record.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			v.report.Missing = append(v.report.Missing, Missing{Entity: entity, BillingID: id, Name: nameOf(r)})
		}
	}
	return nil
}
