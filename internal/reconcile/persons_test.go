package reconcile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

func contact(id, first, last, mail string) reconcile.Source {
	return reconcile.Source{
		Record: record.Record{Side: record.CRM, Module: record.Contacts, ID: id, ParentID: "7", Name: first + " " + last},
		Values: record.Values{"first_name": first, "last_name": last, "email": mail},
		Parent: &reconcile.Parent{Known: true, Name: "Acme", Link: &record.Link{Entity: record.EntityCustomers, BillingID: "90", Born: record.Billing}},
	}
}

func person(id, customer, first, last, mail string) record.Record {
	return record.Record{Side: record.Billing, Module: record.ContactPersons, ID: id, ParentID: customer, Name: first + " " + last, Email: mail,
		Values: record.Values{"first_name": first, "last_name": last, "email": mail}}
}

func TestWhichRecordsFeedAnEntityFollowsTheMode(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	c, p := record.EntityCustomers, record.EntityContactPersons
	options := func(m record.Mode, unattached bool) record.CustomerOptions {
		return record.CustomerOptions{Mode: m, Unattached: unattached}
	}
	require.Equal(t, []record.Entity{c, record.EntityItems}, reconcile.Entities(record.ModeAccounts))
	require.Equal(t, []record.Entity{c, record.EntityItems}, reconcile.Entities(record.ModeContacts))
	require.Equal(t, []record.Entity{c, p, record.EntityItems}, reconcile.Entities(record.ModeAccountsAndContacts))
	require.Equal(t, []reconcile.Feed{{Module: record.Accounts}}, reconcile.SourcesOf(c, options(record.ModeAccounts, true)))
	require.Equal(t, []reconcile.Feed{{Module: record.Contacts}}, reconcile.SourcesOf(c, options(record.ModeContacts, false)))
	both := record.ModeAccountsAndContacts
	require.Equal(t, []reconcile.Feed{{Module: record.Accounts}, {Module: record.Contacts, Attached: &no}}, reconcile.SourcesOf(c, options(both, true)))
	require.Equal(t, []reconcile.Feed{{Module: record.Accounts}}, reconcile.SourcesOf(c, options(both, false)))
	require.Equal(t, []reconcile.Feed{{Module: record.Contacts, Attached: &yes}}, reconcile.SourcesOf(p, options(both, false)))
	require.Empty(t, reconcile.SourcesOf(p, options(record.ModeAccounts, true)))
	require.Equal(t, []reconcile.Feed{{Module: record.Products}}, reconcile.SourcesOf(record.EntityItems, options(both, false)))
}

func TestAContactPersonNeedsItsCustomer(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		parent  *reconcile.Parent
		outcome record.Outcome
		code    string
		reason  string
	}{
		"account skipped":       {&reconcile.Parent{Known: true, Name: "Acme", Outcome: record.Skipped, Reason: "exists"}, record.Skipped, reconcile.CodeParentSkipped, `"Acme" (7) was skipped: exists`},
		"account failed":        {&reconcile.Parent{Known: true, Name: "Acme", Outcome: record.Failed, Reason: "no name"}, record.Failed, reconcile.CodeParentFailed, `"Acme" (7) is not in billing: no name`},
		"account in conflict":   {&reconcile.Parent{Known: true, Name: "Acme", Outcome: record.Conflicts, Reason: "which?"}, record.Failed, reconcile.CodeParentFailed, "which?"},
		"account not yet there": {&reconcile.Parent{Known: true, Name: "Acme"}, record.Failed, reconcile.CodeParentFailed, "no customer in billing yet"},
		"account unknown":       {&reconcile.Parent{}, record.Failed, reconcile.CodeParentFailed, "account 7 is not among"},
		"no parent at all":      {nil, record.Failed, reconcile.CodeParentFailed, "account 7 is not among"},
	}
	for what, c := range cases {
		src := contact("1", "Ana", "Kiss", "")
		src.Parent = c.parent
		got := decide(record.Clone, record.EntityContactPersons, src)
		require.Equal(t, c.outcome, got.Outcome, what)
		require.Equal(t, record.OpDone, got.State, what)
		require.Equal(t, c.code, got.Code, what)
		require.Contains(t, got.Reason, c.reason, what)
	}
	got := decide(record.Skip, record.EntityContactPersons, contact("1", "Ana", "Kiss", "a@b.c"))
	require.Equal(t, record.ActionCreate, got.Action)
	require.Equal(t, "90", got.TargetParentID)
	require.Equal(t, "ana kiss", got.NameKey)
	require.Empty(t, got.Marker, "persons carry no field of ours")
}

func TestAPersonOfEqualNameAndEmailIsLinkedOnce(t *testing.T) {
	t.Parallel()
	for _, d := range []record.Duplicates{record.Skip, record.Clone, record.Overwrite} {
		p := reconcile.NewPlanner(rules(d), record.EntityContactPersons)
		have := []record.Record{person("3", "91", "Ana", "Kiss", "a@b.c"), person("5", "90", "ana", "KISS", "A@b.c"), person("4", "90", "Ana", "Kiss", "")}
		got := p.Decide(contact("1", "Ana", "Kiss", "a@b.c"), have)
		require.Equal(t, record.ActionLink, got.Action)
		require.Equal(t, "5", got.TargetID)
		require.Equal(t, "90", got.TargetParentID)
		require.Equal(t, record.ActionCreate, p.Decide(contact("2", "Ana", "Kiss", "a@b.c"), have).Action, "a person is given once")
		require.Equal(t, "4", p.Decide(contact("6", "Ana", "Kiss", ""), have).TargetID, "no e-mail equals no e-mail")
		require.Equal(t, record.ActionCreate, p.Decide(contact("8", "Ana", "Kiss", "other@b.c"), have).Action)
	}
}

func TestOnlyACustomerThatThisRunDidNotCreateIsAskedForItsPersons(t *testing.T) {
	t.Parallel()
	p := reconcile.NewPlanner(rules(record.Skip), record.EntityContactPersons)
	src := contact("1", "Ana", "Kiss", "")
	require.True(t, p.NeedsPersons(src))
	src.Parent.Link.Born = record.CRM
	require.True(t, p.NeedsPersons(src), "its persons may be ours, their links lost: they carry no marker")
	src.Parent.Fresh = true
	require.False(t, p.NeedsPersons(src))
}
