package apply

import (
	"context"
	"errors"
	"maps"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
)

// linksOf reads the links of operations that change a linked record, by the source's id.
func (a *applying) linksOf(ctx context.Context, ops []record.Operation) (map[string]record.Link, error) {
	var ids []string
	var module record.Module
	for _, op := range ops {
		if !reconcile.Creates(op) || op.Action == record.ActionMove {
			ids, module = append(ids, op.SourceID), op.SourceModule
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	if a.toCRM() {
		return a.try.Store.Links.OfTargets(ctx, a.in.Connection, module, ids)
	}
	return a.try.Store.Links.OfSources(ctx, a.in.Connection, a.entity, ids)
}

// rowsOf reads the mirror's rows for operations to the CRM: the targets, which replies do not show, and the sources.
func (a *applying) rowsOf(ctx context.Context, ops []record.Operation) error {
	if !a.toCRM() {
		return nil
	}
	var err error
	a.targets, a.sources = map[string]record.Record{}, map[string]record.Record{}
	read := func(into map[string]record.Record, side record.Side, ref func(record.Operation) (record.Module, string)) {
		ids := map[record.Module][]string{}
		for _, op := range ops {
			if module, id := ref(op); id != "" {
				ids[module] = append(ids[module], id)
			}
		}
		for module, list := range ids {
			found, readErr := a.try.Store.Mirror.Records(ctx, a.in.Connection, side, module, list)
			err = errors.Join(err, readErr)
			maps.Copy(into, found)
		}
	}
	read(a.targets, record.CRM, func(op record.Operation) (record.Module, string) { return op.TargetModule, op.TargetID })
	read(a.sources, record.Billing, func(op record.Operation) (record.Module, string) { return op.SourceModule, op.SourceID })
	return err
}

// decisionsOn reads what users decided on the pairs of the operations.
func (a *applying) decisionsOn(ctx context.Context, ops []record.Operation) error {
	if !a.both {
		return nil
	}
	ids := map[record.Module][]string{}
	for _, op := range ops {
		if a.toCRM() {
			ids[op.TargetModule] = append(ids[op.TargetModule], op.TargetID)
		} else {
			ids[op.SourceModule] = append(ids[op.SourceModule], op.SourceID)
		}
	}
	a.decided = map[string][]record.Decision{}
	for module, list := range ids {
		found, err := a.try.Store.Operations.Decisions(ctx, a.in.Connection, a.entity, module, list)
		if err != nil {
			return err
		}
		maps.Copy(a.decided, found)
	}
	return nil
}

// dropDecisions removes the decisions that outcomes have carried out.
func (a *applying) dropDecisions(ctx context.Context, outcomes []operations.Outcome) error {
	for _, o := range outcomes {
		if o.Link == nil || len(a.decided[o.Link.CRMID]) == 0 {
			continue
		}
		left := reconcile.Unspent(a.decided[o.Link.CRMID], o.Link.Base)
		if err := a.try.Store.Operations.SetDecisions(ctx, o.Link.Connection, o.Link.Entity, o.Link.CRMModule, o.Link.CRMID, left); err != nil {
			return err
		}
	}
	return nil
}
