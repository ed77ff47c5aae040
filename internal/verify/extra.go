package verify

import (
	"context"
	"maps"
	"slices"
	"sync"

	"causeway/internal/reconcile"
	"causeway/internal/record"

	"golang.org/x/sync/errgroup"
)

// findExtra finds the records of ours that no CRM record accounts for.
func (v *verification) findExtra(ctx context.Context) error {
	for _, entity := range []record.Entity{record.EntityCustomers, record.EntityItems} {
		own, err := v.ownUnseen(ctx, entity)
		if err != nil {
			return err
		}
		if len(own) == 0 {
			continue
		}
		if err := v.dropAccounted(ctx, entity, own); err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(own)) {
			v.report.Extra = append(v.report.Extra, Extra{Entity: entity, BillingID: id, Name: own[id]})
		}
	}
	return v.findDoubledPersons(ctx)
}

// ownUnseen returns the names, by id, of the records with our marker that were not reached through a link. The list
// of customers shows no markers, so each customer is fetched, as far as the sample allows.
func (v *verification) ownUnseen(ctx context.Context, entity record.Entity) (map[string]string, error) {
	ids := v.lists[entity].unseen(func(x row) bool { return x.own || !x.whole })
	if entity == record.EntityCustomers && v.sample != nil {
		ids = pickEvenly(ids, v.o.Sample-v.fetched)
	}
	var mu sync.Mutex
	own := map[string]string{}
	read := 0
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(v.o.InFlight)
	for _, id := range ids {
		group.Go(func() error {
			r, err := v.billing.Get(gctx, entity.Module(), id)
			if record.IsKind(err, record.NotFound) {
				return nil // deleted since it was listed
			}
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if record.OwnMarker(v.connection.Incarnation, r.Marker) {
				own[id] = nameOf(r)
			}
			if read++; read%200 == 0 {
				v.o.Progress(Progress{Step: "look for extra " + string(entity), Read: read})
			}
			return nil
		})
	}
	return own, group.Wait()
}

// dropAccounted removes the records that are linked with an existing CRM record: one of a module that the
// preferences no longer sync, or one made since its page was read.
func (v *verification) dropAccounted(ctx context.Context, entity record.Entity, own map[string]string) error {
	for after := ""; ; {
		links, err := v.store.Links.Page(ctx, v.connection.ID, entity, after, linksPage)
		if err != nil {
			return err
		}
		for _, link := range links {
			name, ok := own[link.BillingID]
			if !ok {
				continue
			}
			if link.Gone == record.CRM {
				v.report.Explained = append(v.report.Explained, Explained{Entity: entity, CRMID: link.CRMID, Name: name, Outcome: record.Deleted,
					Reason: deletedIn(record.CRM, link)})
				delete(own, link.BillingID)
				continue
			}
			if link.Gone == record.Moved {
				v.report.Explained = append(v.report.Explained, Explained{Entity: entity, CRMID: link.CRMID, Name: name, Outcome: record.Skipped,
					Reason: reconcile.MovedOn(&link)})
				delete(own, link.BillingID)
				continue
			}
			_, err := v.crm.Get(ctx, link.CRMModule, link.CRMID)
			switch {
			case err == nil:
				delete(own, link.BillingID)
			case !record.IsKind(err, record.NotFound):
				return err
			}
		}
		if len(links) < linksPage {
			return nil
		}
		after = links[len(links)-1].CRMID
	}
}
