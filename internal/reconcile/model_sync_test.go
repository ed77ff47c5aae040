package reconcile_test

import (
	"cmp"
	"slices"

	"github.com/stretchr/testify/require"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// sync runs one sync and returns the number of its writes.
func (w *world) sync() int {
	w.look()
	writes := 0
	for _, step := range reconcile.Steps(record.Preferences{Customers: w.rules.Customers, Items: w.rules.Items, Conflicts: w.rules.Conflicts}) {
		w.disturb()
		var ops []record.Operation
		if step.Direction == record.ToBilling {
			ops = w.planToBilling(step.Entity)
		} else {
			ops = w.planToCRM(step.Entity)
		}
		w.disturb()
		for _, op := range ops {
			if w.apply(op) {
				writes++
			}
			w.disturb()
		}
	}
	return writes
}

// due returns the rows of a feed that are to be planned.
func (w *world) due(side record.Side, feed reconcile.Feed) []*row {
	var out []*row
	for _, id := range ids(w.mirror[side]) {
		r := w.mirror[side][id]
		if r.due && r.Module == feed.Module && (feed.Attached == nil || *feed.Attached == (r.ParentID != "")) {
			out = append(out, r)
		}
	}
	return out
}

func (w *world) planToBilling(entity record.Entity) []record.Operation {
	p := reconcile.NewPlanner(w.rules, entity)
	candidates := w.unlinked(record.Billing)
	pool := reconcile.NewPool(candidates)
	var ops []record.Operation
	for _, feed := range slices.Concat(reconcile.SourcesOf(entity, w.rules.Customers), reconcile.Strays(entity, w.rules.Customers)) {
		for _, r := range w.due(record.CRM, feed) {
			src := w.source(entity, r)
			found := pool.For(p.Keys(src))
			if p.NeedsPersons(src) {
				found = candidates
			}
			ops = append(ops, p.Decide(src, found))
		}
	}
	w.markDue(p.Owed())
	return ops
}

func (w *world) source(entity record.Entity, r *row) reconcile.Source {
	kind := kindOf(entity, r.Module)
	src := reconcile.Source{Record: r.Record, Hash: r.hash, Values: mapped(kind, r.Values), Directions: directions(kind), Decided: w.decided[r.ID]}
	if entity == record.EntityCustomers {
		src.Defaults = record.Values{"customer_sub_type": map[bool]string{true: "individual", false: "business"}[kind == individuals]}
	}
	if src.Link = w.linkOf(entity, r.ID); src.Link != nil && src.Link.Entity == entity {
		if target := w.mirror[record.Billing][src.Link.BillingID]; target != nil {
			src.Target, src.Held, src.Newer = &target.Record, held(kind, target.Values), newer(r.Record, target.Record)
		}
	}
	if r.Module == record.Contacts && r.ParentID != "" {
		src.Parent = &reconcile.Parent{Known: w.mirror[record.CRM][r.ParentID] != nil, Link: w.links[key(record.EntityCustomers, r.ParentID)]}
	}
	return src
}

func newer(crm, billing record.Record) record.Side {
	if billing.Modified.After(crm.Modified) {
		return record.Billing
	}
	return record.CRM
}

func (w *world) planToCRM(entity record.Entity) []record.Operation {
	p := reconcile.NewPlanner(w.rules, entity)
	pool := reconcile.NewPool(w.unlinked(record.CRM))
	var ops []record.Operation
	for _, feed := range reconcile.BillingFeeds(entity, w.rules.Customers) {
		for _, r := range w.due(record.Billing, feed) {
			src := w.billingSource(entity, r)
			ops = append(ops, p.DecideCRM(src, pool.For(p.KeysCRM(src))))
		}
	}
	w.markDue(p.Owed())
	return ops
}

func (w *world) billingSource(entity record.Entity, r *row) reconcile.BillingSource {
	link := w.byTarget(r.ID)
	module := reconcile.CRMModule(entity, w.rules.Customers.Mode, r.Record)
	if link != nil {
		module = link.CRMModule
	}
	kind := kindOf(entity, module)
	src := reconcile.BillingSource{
		Record: r.Record, Hash: r.hash, Link: link, Held: held(kind, r.Values), Back: back(kind, r.Values, nil),
		BackOf:     func(units []string) record.Values { return back(kind, r.Values, units) },
		Mapped:     func(crm record.Values) record.Values { return mapped(kind, crm) },
		Directions: directions(kind),
	}
	if src.Link != nil {
		src.Decided = w.decided[src.Link.CRMID]
		if target := w.mirror[record.CRM][src.Link.CRMID]; target != nil {
			src.CRM, src.CRMValues, src.Newer = &target.Record, mapped(kind, target.Values), newer(target.Record, r.Record)
		}
	}
	if entity == record.EntityContactPersons {
		src.Parent = &reconcile.Parent{Known: w.mirror[record.Billing][r.ParentID] != nil, Link: w.byTarget(r.ParentID)}
	}
	return src
}

func (w *world) markDue(refs []record.Ref) {
	for _, ref := range refs {
		if r := w.mirror[ref.Side][ref.ID]; r != nil {
			r.due = true
		}
	}
}

// apply runs an operation and reports whether it wrote to a side.
func (w *world) apply(op record.Operation) bool {
	from, to := record.CRM, record.Billing
	if op.Direction() == record.ToCRM {
		from, to = to, from
	}
	parked := key(op.Entity, crmIDOf(op)) + " " + string(op.Direction())
	delete(w.parked, parked)
	if !op.Action.Writes() {
		w.park(op)
		if op.Outcome == record.Skipped || op.Outcome == record.Failed {
			w.parked[parked] = op.Code
		}
		if op.Outcome == record.Unchanged {
			w.settle(from, op)
		}
		return false
	}
	target, there := w.live[to][op.TargetID]
	if op.TargetID != "" && !there {
		return false // deleted since: it fails
	}
	if w.refuses(to, op) {
		suffixed, ok := reconcile.WithSuffix(op)
		if !ok || w.refuses(to, suffixed) {
			w.parked[parked] = "REFUSED"
			return false
		}
		op = suffixed
	}
	wrote := len(op.After) > 0
	if op.TargetID == "" {
		if op.Action != record.ActionMove {
			require.True(w.t, reconcile.Creates(op))
		}
		op.TargetID, wrote = w.newID(), true
		target = record.Record{ID: op.TargetID, Module: op.TargetModule, ParentID: op.TargetParentID, Marker: op.Marker, Values: record.Values{}}
	}
	if wrote {
		w.reply(to, op, w.put(to, target, op.After))
	}
	if op.Action == record.ActionMove {
		old := op.Before.Text(reconcile.MovedPerson)
		delete(w.live[record.Billing], old)
		delete(w.mirror[record.Billing], old)
		wrote = true
	}
	w.join(op, reconcile.Base(op))
	w.settle(from, op)
	return wrote
}

// reply stores what a write returned.
func (w *world) reply(side record.Side, op record.Operation, got record.Record) {
	kind, values := kindOf(op.Entity, op.SourceModule), held
	if side == record.CRM {
		kind, values = kindOf(op.Entity, op.TargetModule), mapped
	}
	have := w.mirror[side][got.ID]
	op.TargetID = got.ID
	w.mirror[side][got.ID] = &row{Record: got, hash: hashOf(got),
		due: have != nil && have.due || reconcile.TargetStaysDue(op, values(kind, got.Values), directions(kind))}
}

func (w *world) join(op record.Operation, base record.Values) {
	link := record.Link{Entity: op.Entity, Base: base, Born: reconcile.Born(op),
		CRMModule: op.SourceModule, CRMID: op.SourceID, BillingModule: op.TargetModule, BillingID: op.TargetID, BillingParentID: op.TargetParentID}
	if op.Direction() == record.ToCRM {
		link.CRMModule, link.CRMID, link.BillingModule, link.BillingID = op.TargetModule, op.TargetID, op.SourceModule, op.SourceID
		link.BillingParentID = w.mirror[record.Billing][op.SourceID].ParentID
	}
	w.links[key(op.Entity, link.CRMID)] = &link
	for _, other := range record.Entities() {
		if l := w.links[key(other, link.CRMID)]; l != nil && other != op.Entity && l.Gone == "" {
			l.Gone = record.CRM // what the contact was before
		}
	}
	w.decided[link.CRMID] = reconcile.Unspent(w.decided[link.CRMID], base)
}

// settle clears the due flag of what was planned.
func (w *world) settle(side record.Side, op record.Operation) {
	if r := w.mirror[side][op.SourceID]; r != nil && r.hash == op.SourceHash {
		r.due = false
	}
}

func crmIDOf(op record.Operation) string {
	if op.Direction() == record.ToCRM {
		return op.TargetID
	}
	return op.SourceID
}

// park decides the conflicts that wait for a decision, as a user would.
func (w *world) park(op record.Operation) {
	if op.Code != reconcile.CodeFieldConflict {
		return
	}
	id := crmIDOf(op)
	w.decided[id] = slices.DeleteFunc(w.decided[id], func(d record.Decision) bool { _, open := op.After[d.Field]; return open })
	for _, field := range ids(op.After) {
		winner := record.CRM
		if cmp.Compare(len(field)%2, 0) == 0 {
			winner = record.Billing
		}
		w.decided[id] = append(w.decided[id], record.Decision{Field: field, Winner: winner, CRM: op.After[field], Billing: op.Before[field]})
	}
}

// refuses reports whether the side has another record with that name or SKU.
func (w *world) refuses(side record.Side, op record.Operation) bool {
	fields := map[record.Module][]string{record.Customers: {"display_name"}, record.Items: {"name", "sku"}}[op.TargetModule]
	if side == record.CRM && w.strictCRM && op.TargetModule == record.Products {
		fields = []string{"Product_Code"}
	}
	for _, r := range w.live[side] {
		for _, field := range fields {
			want := op.After.Text(field)
			if r.Module == op.TargetModule && r.ID != op.TargetID && want != "" && record.NameKey(r.Values.Text(field)) == record.NameKey(want) {
				return true
			}
		}
	}
	return false
}
