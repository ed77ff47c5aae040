package reconcile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

func bothRules(c record.ConflictRule) reconcile.Rules {
	r := rules(record.Skip)
	r.Customers.Extent, r.Items.Extent, r.Conflicts = record.Both, record.Both, c
	return r
}

var ways = map[string]record.Direction{
	"display_name": both, "phone": both, "notes": both, "billing_address": both, "company_name": toBil, "cf_score": toCRM,
	"name": both, "sku": both, "rate": both, "status": both,
}

// linked returns an account with a customer in billing, where both sides agree on all values.
func linked(base record.Values) reconcile.Source {
	src := account("7", "Acme")
	src.Link = &record.Link{Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "7", BillingModule: record.Customers, BillingID: "90", Base: base}
	src.Values, src.Held, src.Directions = base.Clone(), base.Clone(), ways
	target := customer("90", "Acme")
	src.Target = &target
	return src
}

func plan(c record.ConflictRule, src reconcile.Source) (record.Operation, []record.Ref) {
	p := reconcile.NewPlanner(bothRules(c), record.EntityCustomers)
	op := p.Decide(src, nil)
	return op, p.Owed()
}

func TestBothWaysALinkedRecordTakesBillingsHalfOfTheMerge(t *testing.T) {
	t.Parallel()
	src := linked(record.Values{"display_name": "Acme", "phone": "1", "notes": "n", "company_name": "Acme", "cf_score": "1", "legacy": "kept"})
	got, owed := plan(record.AskWins, src)
	require.Equal(t, record.ActionNone, got.Action)
	require.Empty(t, owed)

	src.Values["phone"], src.Held["notes"], src.Held["company_name"], src.Values["cf_score"] = "2", "theirs", "theirs", "9"
	got, owed = plan(record.AskWins, src)
	require.Equal(t, record.ActionUpdate, got.Action)
	require.Equal(t, record.Values{"phone": "2"}, got.After, "not the notes, which billing changed, nor what goes the other way only")
	require.Equal(t, record.Values{"phone": "1"}, got.Before)
	require.Equal(t, record.Values{"display_name": "Acme", "phone": "2", "notes": "n", "company_name": "Acme", "cf_score": "1", "legacy": "kept"}, reconcile.Base(got))
	require.Equal(t, []record.Ref{{Side: record.Billing, Module: record.Customers, ID: "90"}}, owed, "its own half is still to come")
	require.Empty(t, got.Rule)
}

func TestWhatBothSidesChangedAlikeMovesTheBaseAndWritesNothing(t *testing.T) {
	t.Parallel()
	src := linked(record.Values{"phone": "1", "display_name": "Acme"})
	src.Values["phone"], src.Held["phone"] = "2", "2"
	got, _ := plan(record.AskWins, src)
	require.Equal(t, record.ActionUpdate, got.Action)
	require.Equal(t, record.OpPlanned, got.State)
	require.Empty(t, got.After)
	require.Equal(t, "2", reconcile.Base(got)["phone"])

	src.Link.Base, src.Values["phone"] = reconcile.Base(got), "3"
	got, _ = plan(record.AskWins, src)
	require.Equal(t, record.Values{"phone": "3"}, got.After, "the next edit is no conflict")
}

func TestAConflictIsParkedOrResolvedByTheRule(t *testing.T) {
	t.Parallel()
	src := linked(record.Values{"phone": "1", "notes": "n", "display_name": "Acme"})
	src.Values["phone"], src.Held["phone"], src.Values["notes"] = "secret 2", "secret 3", "new"

	got, _ := plan(record.AskWins, src)
	require.Equal(t, record.ActionConflict, got.Action)
	require.Equal(t, record.Conflicts, got.Outcome)
	require.Equal(t, record.OpDone, got.State)
	require.Equal(t, reconcile.CodeFieldConflict, got.Code)
	require.Equal(t, "conflicts:ask", got.Rule)
	require.Equal(t, record.Values{"phone": "secret 3"}, got.Before)
	require.Equal(t, record.Values{"phone": "secret 2"}, got.After, "the fields in conflict alone")
	require.Contains(t, got.Reason, "both sides changed phone")
	require.Contains(t, got.Reason, "starter conflicts resolve")
	require.NotContains(t, got.Reason, "secret", "a reason names fields, never values")

	got, _ = plan(record.CRMWins, src)
	require.Equal(t, record.Values{"phone": "secret 2", "notes": "new"}, got.After)
	require.Equal(t, "conflicts:crm", got.Rule)
	require.Contains(t, got.Reason, "phone: the CRM wins")
	require.NotContains(t, got.Reason, "notes", "nobody contested it")

	got, owed := plan(record.BillingWins, src)
	require.Equal(t, record.Values{"notes": "new"}, got.After)
	require.Empty(t, got.Rule, "the operation that writes the phone says so")
	require.Len(t, owed, 1)

	src.Newer = record.Billing
	got, _ = plan(record.NewestWins, src)
	require.NotContains(t, got.After, "phone")

	src.Decided = []record.Decision{{Field: "phone", Winner: record.CRM, CRM: "secret 2", Billing: "secret 3"}}
	got, _ = plan(record.AskWins, src)
	require.Equal(t, "secret 2", got.After["phone"])
	require.Equal(t, reconcile.RuleDecided, got.Rule)
}

func TestASuffixedNameIsNoEditOfBillings(t *testing.T) {
	t.Parallel()
	src := linked(record.Values{"name": "Chai", "sku": "A1", "rate": "1"})
	src.Record.Module, src.Link.Entity = record.Products, record.EntityItems
	src.Held["name"], src.Held["sku"] = "Chai (7)", ""
	decide := func() (record.Operation, []record.Ref) {
		p := reconcile.NewPlanner(bothRules(record.AskWins), record.EntityItems)
		return p.Decide(src, nil), p.Owed()
	}
	got, owed := decide()
	require.Equal(t, record.ActionNone, got.Action)
	require.Empty(t, owed)

	src.Link.Base = record.Values{"name": "Chai (7)", "sku": "", "rate": "1"}
	got, owed = decide()
	require.Equal(t, record.ActionNone, got.Action, "also where the link was restored from what billing holds")
	require.Empty(t, owed)

	src.Link.Base, src.Values["name"] = src.Values.Clone(), "Chai Latte"
	src.Link.Base["name"] = "Chai"
	got, owed = decide()
	require.Equal(t, record.Values{"name": "Chai Latte", "sku": "A1"}, got.After, "a new name goes to billing as ever, and the SKU is tried with it")
	require.Empty(t, owed)
	got, ok := reconcile.WithSuffix(got)
	require.True(t, ok)
	require.Equal(t, record.Values{"name": "Chai Latte (7)"}, got.After, "it had none, and goes without")
	require.Equal(t, record.Values{"name": "Chai Latte (7)", "sku": nil, "rate": "1"}, reconcile.Base(got), "as billing has it")

	src.Values["name"], src.Held["name"] = "Chai", "Mate"
	src.Link.Base = record.Values{"name": "Chai (7)", "sku": nil, "rate": "1"}
	got, owed = decide()
	require.Equal(t, record.Values{"sku": "A1"}, got.After, "nobody removed the SKU: it was left out")
	require.Len(t, owed, 1, "and a name that somebody gave it in billing goes to the CRM")
}

func TestALinkedRecordKnownInShortFormOnlyIsNotMerged(t *testing.T) {
	t.Parallel()
	src := linked(record.Values{"phone": "1", "display_name": "Acme"})
	src.Target.Whole, src.Values["phone"] = false, "2"
	got, _ := plan(record.CRMWins, src)
	require.Equal(t, reconcile.CodeDetailsMissing, got.Code)
	require.Equal(t, record.Failed, got.Outcome)
}

func TestFieldsForTheCRMAreNotSentToBilling(t *testing.T) {
	t.Parallel()
	src := account("7", "Acme")
	src.Values["cf_score"], src.Directions = "9", ways
	require.NotContains(t, decide(record.Skip, record.EntityCustomers, src).After, "cf_score")
	got := decide(record.Overwrite, record.EntityCustomers, src, customer("90", "Acme"))
	require.Equal(t, record.ActionLink, got.Action)
	require.NotContains(t, reconcile.Base(got), "cf_score")
	require.Equal(t, "duplicates:overwrite", got.Rule)
}

func TestARecordThatIsGoneOnOneSideStaysOnTheOther(t *testing.T) {
	t.Parallel()
	src := linked(record.Values{"phone": "1", "display_name": "Acme"})
	src.Link.Gone, src.Link.GoneAt, src.Values["phone"] = record.Billing, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), "2"
	src.Target = nil
	got, _ := plan(record.CRMWins, src)
	require.Equal(t, record.ActionSkip, got.Action)
	require.Equal(t, reconcile.CodeDeletedInBilling, got.Code)
	require.Contains(t, got.Reason, "customer 90 was deleted in billing")

	src.Link.Gone = record.CRM
	got, _ = plan(record.CRMWins, src)
	require.Equal(t, reconcile.CodeDeletedInBilling, got.Code, "both went, and the CRM's alone is back")
	src.Directions = nil
	got, _ = plan(record.CRMWins, src)
	require.Equal(t, record.ActionLink, got.Action)
	require.Equal(t, reconcile.CodeRestored, got.Code)
	require.Equal(t, "90", got.TargetID)
	require.Equal(t, record.Values{"phone": "2"}, got.After)
	require.Equal(t, record.Values{"phone": "2", "display_name": "Acme"}, reconcile.Base(got))

	src.Values["phone"] = "1"
	got, _ = plan(record.CRMWins, src)
	require.Equal(t, record.ActionLink, got.Action)
	require.Equal(t, record.OpPlanned, got.State)
	require.Empty(t, got.After)
	require.Equal(t, src.Link.Base, reconcile.Base(got), "the link keeps what was agreed on")

	target := customer("90", "Acme")
	src.Target, src.Held["phone"], src.Directions = &target, "3", ways
	src.Values["phone"] = "2"
	got, _ = plan(record.AskWins, src)
	require.Equal(t, record.ActionConflict, got.Action, "its edits since then are merged as ever")
}

func TestAPersonOfADeletedCustomerIsLeftOut(t *testing.T) {
	t.Parallel()
	src := contact("1", "Ana", "Kiss", "")
	src.Parent.Link.Gone = record.Billing
	got := decide(record.Skip, record.EntityContactPersons, src)
	require.Equal(t, record.ActionSkip, got.Action)
	require.Equal(t, reconcile.CodeParentSkipped, got.Code)
	require.Contains(t, got.Reason, "customer 90")
}

func TestAViewBoundsWhatIsFetched(t *testing.T) {
	t.Parallel()
	src := account("7", " ")
	src.OutOfView = true
	got := decide(record.Skip, record.EntityCustomers, src)
	require.Equal(t, record.ActionSkip, got.Action, "also where it could not be synced")
	require.Equal(t, reconcile.CodeNotInView, got.Code)
	require.Equal(t, "view", got.Rule)

	src = linked(record.Values{"phone": "1", "display_name": "Acme"})
	src.OutOfView, src.Values["phone"] = true, "2"
	got, _ = plan(record.CRMWins, src)
	require.Equal(t, reconcile.CodeLeftView, got.Code)
	require.Equal(t, "90", got.TargetID, "it stays linked")
	require.Equal(t, "Not in the view, so it is not synced. The link stays.", got.Reason)
}

func TestTheStepsOfASyncFollowModeAndExtent(t *testing.T) {
	t.Parallel()
	c, p, i := record.EntityCustomers, record.EntityContactPersons, record.EntityItems
	prefs := func(mode record.Mode, customers, items record.Extent) record.Preferences {
		return record.Preferences{Customers: record.CustomerOptions{Mode: mode, Extent: customers}, Items: record.ItemOptions{Extent: items}}
	}
	for _, mode := range []record.Mode{record.ModeAccounts, record.ModeContacts, record.ModeAccountsAndContacts} {
		var want []reconcile.Step
		for _, e := range reconcile.Entities(mode) {
			want = append(want, reconcile.Step{Entity: e, Direction: toBil})
		}
		require.Equal(t, want, reconcile.Steps(prefs(mode, record.Fetch, record.Fetch)), "to billing only: as the entities stand")
	}
	require.Equal(t, []reconcile.Step{{c, toBil}, {p, toBil}, {c, toCRM}, {p, toCRM}, {c, toBil}, {i, toCRM}, {i, toBil}},
		reconcile.Steps(prefs(record.ModeAccountsAndContacts, record.Both, record.Both)), "the CRM's customers first, and billing's items")
	require.Equal(t, []reconcile.Step{{c, toBil}, {c, toCRM}, {c, toBil}, {i, toBil}}, reconcile.Steps(prefs(record.ModeContacts, record.Both, record.Fetch)))

	o := record.CustomerOptions{Mode: record.ModeAccountsAndContacts}
	require.Equal(t, []reconcile.Feed{{Module: record.ContactPersons}}, reconcile.BillingFeeds(p, o))
	require.Equal(t, []reconcile.Feed{{Module: record.Customers}}, reconcile.BillingFeeds(c, o))
	require.Equal(t, []reconcile.Feed{{Module: record.Items}}, reconcile.BillingFeeds(i, o))
	o.Mode = record.ModeAccounts
	require.Empty(t, reconcile.BillingFeeds(p, o))
}

func TestWhatAWriteLeftToCarryBackStaysDue(t *testing.T) {
	t.Parallel()
	src := linked(record.Values{"display_name": "Acme", "phone": "1", "notes": "n", "company_name": "Acme", "cf_score": "1"})
	src.Values["phone"] = "2"
	op, _ := plan(record.CRMWins, src)
	reply := func(change record.Values) record.Values { return write(src.Held, write(op.After, change)) }
	require.False(t, reconcile.TargetStaysDue(op, reply(nil), ways), "our own write coming back")
	require.False(t, reconcile.TargetStaysDue(op, reply(record.Values{"display_name": "Acme (7)"}), ways), "also under a suffix")
	require.False(t, reconcile.TargetStaysDue(op, reply(record.Values{"company_name": "theirs"}), ways), "it does not go to the CRM")
	require.True(t, reconcile.TargetStaysDue(op, reply(record.Values{"notes": "theirs"}), ways), "somebody edited it meanwhile")
	require.True(t, reconcile.TargetStaysDue(op, reply(record.Values{"cf_score": "2"}), ways))
	require.False(t, reconcile.TargetStaysDue(op, reply(record.Values{"notes": "theirs"}), nil), "nothing goes to the CRM at all")

	made := decideCRM(record.Skip, record.EntityCustomers, business("90", "Acme"))
	made.TargetID = "7"
	values, to := mapped(record.EntityCustomers, made.After), directions(record.EntityCustomers)
	require.False(t, reconcile.TargetStaysDue(made, values, to))
	values["notes"] = "a rule of the CRM's filled it"
	require.True(t, reconcile.TargetStaysDue(made, values, to))
}

func TestADecisionIsSpentByTheDirectionThatCarriesItOut(t *testing.T) {
	t.Parallel()
	phone := record.Decision{Field: "phone", Winner: record.CRM, CRM: "2", Billing: "3"}
	notes := record.Decision{Field: "notes", Winner: record.Billing, CRM: "a", Billing: "b"}
	src := linked(record.Values{"display_name": "Acme", "phone": "1", "notes": "n"})
	src.Values["phone"], src.Held["phone"], src.Values["notes"], src.Held["notes"] = "2", "3", "a", "b"
	src.Decided = []record.Decision{phone, notes}
	op, owed := plan(record.AskWins, src)
	require.Equal(t, record.Values{"phone": "2"}, op.After)
	require.Len(t, owed, 1)
	require.Equal(t, []record.Decision{notes}, reconcile.Unspent(src.Decided, reconcile.Base(op)))
	require.Empty(t, reconcile.Unspent([]record.Decision{notes}, record.Values{"notes": "b"}))
}
