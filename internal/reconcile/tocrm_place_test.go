package reconcile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

func TestWhereABillingRecordHasItsPlaceFollowsTheMode(t *testing.T) {
	t.Parallel()
	individual := business("90", "Ana Kiss")
	individual.Record.Values = record.Values{"customer_sub_type": "individual", "display_name": "Ana Kiss"}
	individual.Back = record.Values{"First_Name": "Ana", "Last_Name": ""}
	cases := []struct {
		mode               record.Mode
		unattached         bool
		business, personal record.Action
	}{
		{record.ModeAccounts, false, record.ActionCreate, record.ActionSkip},
		{record.ModeContacts, false, record.ActionSkip, record.ActionCreate},
		{record.ModeAccountsAndContacts, true, record.ActionCreate, record.ActionCreate},
		{record.ModeAccountsAndContacts, false, record.ActionCreate, record.ActionSkip},
	}
	for _, c := range cases {
		r := bothRules("")
		r.Customers.Mode, r.Customers.Unattached = c.mode, c.unattached
		for src, want := range map[*reconcile.BillingSource]record.Action{ptr(business("91", "Acme")): c.business, &individual: c.personal} {
			got := reconcile.NewPlanner(r, record.EntityCustomers).DecideCRM(*src, nil)
			require.Equal(t, want, got.Action, "%+v", c)
			require.Equal(t, want == record.ActionSkip, got.Code == reconcile.CodeNotInMode)
		}
	}
	got := decideCRM(record.Skip, record.EntityCustomers, individual)
	require.Equal(t, record.Contacts, got.TargetModule)
	require.Equal(t, "Ana Kiss", got.After["Last_Name"], "the CRM takes no contact without a last name")
	attached := inCRM(record.Contacts, "5", record.Values{"First_Name": "Ana", "Last_Name": "Kiss", "Account_Name": map[string]any{"id": "7"}})
	require.Equal(t, record.ActionCreate, decideCRM(record.Skip, record.EntityCustomers, individual, attached).Action, "an account's contact is a contact person")
	attached.ParentID = ""
	require.Equal(t, record.ActionSkip, decideCRM(record.Skip, record.EntityCustomers, individual, attached).Action)

	unknown := record.Record{Values: record.Values{}}
	require.Equal(t, record.Contacts, reconcile.CRMModule(record.EntityCustomers, record.ModeContacts, unknown), "a customer that does not say what it is")
	require.Equal(t, record.Accounts, reconcile.CRMModule(record.EntityCustomers, record.ModeAccounts, unknown))
}

func ptr[T any](v T) *T { return &v }

func TestAContactPersonBecomesAContactOfItsCustomersAccount(t *testing.T) {
	t.Parallel()
	account := &record.Link{Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "7", BillingID: "90"}
	got := decideCRM(record.Skip, record.EntityContactPersons, someone("5", account))
	require.Equal(t, record.ActionCreate, got.Action)
	require.Equal(t, record.Contacts, got.TargetModule)
	require.Equal(t, "7", got.TargetParentID)
	require.Equal(t, record.Values{"First_Name": "Ana", "Last_Name": "Kiss", "Email": "a@b.c", "Account_Name": map[string]any{"id": "7"}}, got.After)
	require.NotContains(t, got.Base, "Account_Name")
	require.Equal(t, "cw-k3-contact_persons-5", got.Marker, "in the CRM it has a field of ours")
	require.Equal(t, "Ana Kiss", reconcile.TargetName(got))
	_, ok := reconcile.WithSuffix(got)
	require.False(t, ok, "a person's name takes no suffix")

	contact := func(id, account string) record.Record {
		return inCRM(record.Contacts, id, record.Values{"First_Name": "ana", "Last_Name": "Kiss", "Email": "A@b.c", "Account_Name": map[string]any{"id": account}})
	}
	got = decideCRM(record.Skip, record.EntityContactPersons, someone("5", account), contact("3", "8"), contact("4", "7"))
	require.Equal(t, record.ActionLink, got.Action)
	require.Equal(t, "4", got.TargetID, "of this account")

	for what, c := range map[string]struct {
		parent  *reconcile.Parent
		code    string
		outcome record.Outcome
	}{
		"no customer":      {nil, reconcile.CodeParentFailed, record.Failed},
		"customer skipped": {&reconcile.Parent{Known: true, Outcome: record.Skipped, Reason: "exists"}, reconcile.CodeParentSkipped, record.Skipped},
		"customer failed":  {&reconcile.Parent{Known: true, Outcome: record.Failed, Reason: "refused"}, reconcile.CodeParentFailed, record.Failed},
		"not yet":          {&reconcile.Parent{Known: true}, reconcile.CodeParentFailed, record.Failed},
		"an individual":    {&reconcile.Parent{Known: true, Link: &record.Link{CRMModule: record.Contacts}}, "", record.Unchanged},
		"account deleted":  {&reconcile.Parent{Known: true, Link: &record.Link{CRMModule: record.Accounts, Gone: record.CRM}}, reconcile.CodeParentSkipped, record.Skipped},
	} {
		src := someone("5", nil)
		src.Parent = c.parent
		got := decideCRM(record.Skip, record.EntityContactPersons, src)
		require.Equal(t, c.code, got.Code, what)
		require.Equal(t, c.outcome, got.Outcome, what)
		require.NotEmpty(t, got.Reason, what)
	}
}

func TestABillingRecordThatCannotGoToTheCRMFailsWithARemedy(t *testing.T) {
	t.Parallel()
	src := business("90", " ")
	require.Equal(t, reconcile.CodeNameMissing, decideCRM(record.Skip, record.EntityCustomers, src).Code)
	src.Problems = []string{"rate is odd"}
	got := decideCRM(record.Skip, record.EntityCustomers, src)
	require.Equal(t, reconcile.CodeFieldInvalid, got.Code)
	require.Equal(t, "customers: rate is odd", got.Reason)
	src = business("90", "Acme")
	src.Record.Whole = false
	require.Equal(t, reconcile.CodeDetailsMissing, decideCRM(record.Skip, record.EntityCustomers, src).Code)
}
