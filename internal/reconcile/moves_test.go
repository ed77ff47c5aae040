package reconcile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// personOf returns a contact that was linked as a contact person of that customer.
func personOf(customer string) reconcile.Source {
	src := contact("1", "Ana", "Kiss", "a@b.c")
	src.Link = &record.Link{Entity: record.EntityContactPersons, CRMModule: record.Contacts, BillingModule: record.ContactPersons,
		BillingID: "5", BillingParentID: customer, Base: src.Values.Clone()}
	return src
}

func TestAPersonFollowsItsContactToAnotherCustomer(t *testing.T) {
	t.Parallel()
	p := reconcile.NewPlanner(rules(record.Skip), record.EntityContactPersons)
	src := personOf("91")
	require.True(t, p.NeedsPersons(src), "somebody may have moved the person by hand")
	got := p.Decide(src, nil)
	require.Equal(t, record.ActionMove, got.Action)
	require.Equal(t, record.OpPlanned, got.State)
	require.Equal(t, reconcile.CodeMoved, got.Code)
	require.Empty(t, got.TargetID)
	require.Equal(t, "90", got.TargetParentID)
	require.Equal(t, record.Values{reconcile.MovedPerson: "5", reconcile.MovedCustomer: "91"}, got.Before)
	require.Equal(t, record.Values{"first_name": "Ana", "last_name": "Kiss", "email": "a@b.c"}, got.After, "all of it, since it is created")
	require.Equal(t, src.Values, reconcile.Base(got))
	require.Contains(t, got.Reason, "from customer 91 to customer 90")
	require.True(t, reconcile.Creates(got), "it is settled as a creation is")

	there := person("8", "90", "ana", "kiss", "a@b.c")
	got = decide(record.Skip, record.EntityContactPersons, src, person("7", "91", "Ana", "Kiss", "a@b.c"), there)
	require.Equal(t, "8", got.TargetID, "one of its name and e-mail there is taken over")
	require.Equal(t, record.Values{"first_name": "Ana", "last_name": "Kiss"}, got.After)
	require.False(t, reconcile.Creates(got))

	src.Link.BillingParentID = "90"
	require.False(t, p.NeedsPersons(src))
	require.Equal(t, record.ActionNone, decide(record.Skip, record.EntityContactPersons, src).Action)
}

func TestAMovingPersonTakesBothSidesEditsAlong(t *testing.T) {
	t.Parallel()
	src := personOf("91")
	src.Values["first_name"] = "Anna"
	src.Held = record.Values{"first_name": "Ana", "last_name": "Kiss", "email": "new@b.c"}
	src.Directions = map[string]record.Direction{"first_name": record.BothWays, "email": record.BothWays}
	src.Target = &record.Record{Module: record.ContactPersons, ID: "5", ParentID: "91"}
	got := decide(record.Skip, record.EntityContactPersons, src)
	require.Equal(t, record.Values{"first_name": "Anna", "last_name": "Kiss", "email": "new@b.c"}, got.After)
	require.Equal(t, "a@b.c", reconcile.Base(got)["email"], "the new address is still to go to the CRM")
	require.Equal(t, "Anna", reconcile.Base(got)["first_name"])

	src.Values["email"] = "other@b.c"
	r := rules(record.Skip)
	r.Conflicts = record.AskWins
	got = reconcile.NewPlanner(r, record.EntityContactPersons).Decide(src, nil)
	require.Equal(t, reconcile.CodeFieldConflict, got.Code, "what somebody is to decide is decided first")
}

func TestAContactThatLostItsAccountBecomesACustomerOfItsOwn(t *testing.T) {
	t.Parallel()
	src := personOf("91")
	src.Record.ParentID, src.Parent = "", nil
	src.Values = record.Values{"display_name": "Ana Kiss", "email": "a@b.c"}
	p := reconcile.NewPlanner(rules(record.Skip), record.EntityCustomers)
	name, _ := p.Keys(src)
	require.Equal(t, "ana kiss", name, "it may be a duplicate there")
	got := p.Decide(src, nil)
	require.Equal(t, record.ActionCreate, got.Action)
	require.Equal(t, reconcile.CodeMoved, got.Code)
	require.Contains(t, got.Reason, "contact person 5 stays in billing")
	require.Contains(t, got.Reason, "customer 91")
	require.Empty(t, got.TargetID+got.TargetParentID)
	require.Equal(t, "cw-k3-contacts-1", got.Marker)

	own := customer("70", "Ana Kiss")
	own.Marker = got.Marker
	got = decide(record.Skip, record.EntityCustomers, src, own)
	require.Equal(t, record.ActionLink, got.Action, "the customer that it was before is its again")
	require.Equal(t, reconcile.CodeAdopted, got.Code)
	require.Contains(t, got.Reason, "contact person 5 stays")

	got = decide(record.Skip, record.EntityCustomers, src, customer("71", "ana kiss"))
	require.Equal(t, record.ActionSkip, got.Action, "the rule for duplicates holds for it too")
	require.Equal(t, reconcile.CodeDuplicate, got.Code)
}

func TestACustomerWhoseContactGotAnAccountStaysAndBecomesAPersonBesides(t *testing.T) {
	t.Parallel()
	src := personOf("90")
	src.Link.Entity, src.Link.BillingID, src.Link.BillingParentID = record.EntityCustomers, "70", ""
	require.True(t, reconcile.NewPlanner(rules(record.Skip), record.EntityContactPersons).NeedsPersons(src))
	got := decide(record.Skip, record.EntityContactPersons, src)
	require.Equal(t, record.ActionCreate, got.Action)
	require.Equal(t, reconcile.CodeMoved, got.Code)
	require.Equal(t, "90", got.TargetParentID)
	require.Contains(t, got.Reason, "customer 70 stays in billing")
}

func TestAContactWithoutAccountIsLeftOutWherePreferencesSaySo(t *testing.T) {
	t.Parallel()
	src := personOf("91")
	src.Record.ParentID, src.Parent = "", nil
	got := decide(record.Skip, record.EntityContactPersons, src)
	require.Equal(t, record.ActionSkip, got.Action)
	require.Equal(t, reconcile.CodeUnattached, got.Code)
	require.Contains(t, got.Reason, "contact person 5 of customer 91 stays in billing")

	o := record.CustomerOptions{Mode: record.ModeAccountsAndContacts}
	no := false
	require.Equal(t, []reconcile.Feed{{Module: record.Contacts, Attached: &no}}, reconcile.Strays(record.EntityContactPersons, o))
	o.Unattached = true
	require.Empty(t, reconcile.Strays(record.EntityContactPersons, o), "then they become customers")
}

func TestNothingIsWrittenOverALinkWhoseContactHasAnotherPlaceNow(t *testing.T) {
	t.Parallel()
	link := record.Link{Entity: record.EntityContactPersons, CRMModule: record.Contacts, CRMID: "4", BillingID: "5", BillingParentID: "90"}
	src := someone("5", &record.Link{Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "7", BillingID: "90"})
	src.Link = &link
	alone := inCRM(record.Contacts, "4", record.Values{"First_Name": "Ana"})
	src.CRM, src.CRMValues = &alone, mapped(record.EntityContactPersons, alone.Values)
	got := decideCRM(record.Skip, record.EntityContactPersons, src)
	require.Equal(t, record.ActionSkip, got.Action)
	require.Equal(t, reconcile.CodeMoved, got.Code)
	require.Contains(t, got.Reason, "no longer belongs to an account; contact person 5 stays in billing")

	attached := alone
	attached.ParentID = "7"
	src.CRM = &attached
	require.Equal(t, record.ActionUpdate, decideCRM(record.Skip, record.EntityContactPersons, src).Action)
	link.Entity = record.EntityCustomers
	got = decideCRM(record.Skip, record.EntityCustomers, src)
	require.Equal(t, reconcile.CodeMoved, got.Code)
	require.Contains(t, got.Reason, "belongs to an account now")
}
