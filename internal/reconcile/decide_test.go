package reconcile_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

const incarnation = "k3"

func rules(d record.Duplicates) reconcile.Rules {
	return reconcile.Rules{
		Incarnation: incarnation,
		Customers:   record.CustomerOptions{Mode: record.ModeAccountsAndContacts, Duplicates: d, Unattached: true},
		Items:       record.ItemOptions{Duplicates: d},
	}
}

func account(id, name string) reconcile.Source {
	return reconcile.Source{
		Record:   record.Record{Side: record.CRM, Module: record.Accounts, ID: id, Name: name},
		Hash:     "h" + id,
		Values:   record.Values{"display_name": name, "phone": "1", "notes": "", "billing_address": map[string]any{"city": "Pécs", "zip": ""}},
		Defaults: record.Values{"customer_sub_type": "business"},
	}
}

func product(id, name, unit string) reconcile.Source {
	return reconcile.Source{
		Record:   record.Record{Side: record.CRM, Module: record.Products, ID: id, Name: name},
		Values:   record.Values{"name": name, "sku": unit, "rate": json.Number("18.00"), "status": "active"},
		Defaults: record.Values{"product_type": "goods"},
	}
}

func customer(id, name string) record.Record {
	return record.Record{Side: record.Billing, Module: record.Customers, ID: id, Name: name, Whole: true,
		Values: record.Values{"customer_id": id, "display_name": name, "phone": "1"}}
}

func item(id, name, unit string) record.Record {
	return record.Record{Side: record.Billing, Module: record.Items, ID: id, Name: name, SKU: unit, Whole: true,
		Values: record.Values{"name": name, "sku": unit, "rate": json.Number("18"), "status": "active", "product_type": "service"}}
}

func decide(d record.Duplicates, entity record.Entity, src reconcile.Source, candidates ...record.Record) record.Operation {
	return reconcile.NewPlanner(rules(d), entity).Decide(src, candidates)
}

func TestARecordWithoutDuplicateIsCreatedWithAllThatIsSet(t *testing.T) {
	t.Parallel()
	got := decide(record.Skip, record.EntityCustomers, account("7", " ACME  Straße "), customer("1", "Other"))
	require.Equal(t, record.Operation{
		Entity: record.EntityCustomers, Action: record.ActionCreate, State: record.OpPlanned,
		SourceModule: record.Accounts, SourceID: "7", SourceName: "ACME  Straße", SourceHash: "h7",
		TargetModule: record.Customers, NameKey: "acme strasse", Marker: "cw-k3-accounts-7",
		After: record.Values{"display_name": " ACME  Straße ", "phone": "1", "customer_sub_type": "business", "billing_address": map[string]any{"city": "Pécs"}},
	}, got)
}

func TestALinkedRecordIsUpdatedByWhatChangedSinceBothSidesAgreed(t *testing.T) {
	t.Parallel()
	link := &record.Link{Entity: record.EntityCustomers, BillingID: "90", Base: record.Values{
		"display_name": "Acme", "phone": "1", "notes": "old", "billing_address": map[string]any{"city": "Pécs"}, "legacy": "kept"}}
	src := account("7", "Acme")
	src.Link = link

	got := decide(record.Skip, record.EntityCustomers, src)
	require.Equal(t, record.ActionUpdate, got.Action)
	require.Equal(t, record.Values{"notes": ""}, got.After, "a cleared source clears its target")
	require.Equal(t, "90", got.TargetID)
	require.Equal(t, record.OpPlanned, got.State)
	before, after := reconcile.Changes(got)
	require.Equal(t, record.Values{"notes": "old"}, before)
	require.Equal(t, record.Values{"notes": ""}, after)

	link.Base = reconcile.Base(got)
	require.Equal(t, "kept", link.Base["legacy"])
	got = decide(record.Skip, record.EntityCustomers, src)
	require.Equal(t, record.ActionNone, got.Action)
	require.Equal(t, record.Unchanged, got.Outcome)
	require.Equal(t, record.OpDone, got.State)
	require.Empty(t, got.After)

	src.Values["billing_address"] = map[string]any{"city": "Győr", "zip": "9021"}
	got = decide(record.Skip, record.EntityCustomers, src)
	require.Equal(t, record.Values{"billing_address": map[string]any{"city": "Győr", "zip": "9021"}}, got.After, "an object goes as a whole")
}

func TestAStatusAndAPriceCountAsFieldsAndNotationDoesNot(t *testing.T) {
	t.Parallel()
	src := product("7", "Chai", "A1")
	src.Link = &record.Link{Entity: record.EntityItems, BillingID: "5",
		Base: record.Values{"name": "Chai", "sku": "A1", "rate": json.Number("18"), "status": "active"}}
	require.Equal(t, record.ActionNone, decide(record.Skip, record.EntityItems, src).Action)
	src.Values["status"] = "inactive"
	require.Equal(t, record.Values{"status": "inactive"}, decide(record.Skip, record.EntityItems, src).After)
}

func TestNamesAreEqualByWhatTheyShow(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		crm, billing string
		equal        bool
	}{
		"case":                       {"ACME Ltd", "acme LTD", true},
		"sharp s":                    {"STRASSE", "straße", true},
		"final sigma":                {"ΟΔΟΣ", "οδος", true},
		"outer and inner space":      {" Acme \t  Ltd ", "Acme Ltd", true},
		"ideographic space":          {"株式会社\u3000東京", "株式会社 東京", true},
		"full width":                 {"ＡＣＭＥ", "acme", true},
		"composed and decomposed":    {"Café", "Cafe\u0301", true},
		"ligature":                   {"ofﬁce", "OFFICE", true},
		"cherokee's two cases":       {"ᏣᎳᎩ", "ꮳꮃꭹ", true},
		"an accent counts":           {"Café", "Cafe", false},
		"a script counts":            {"Acme", "Асмe", false},
		"a dotless i counts":         {"ırmak", "irmak", false},
		"space that is missing":      {"AcmeLtd", "Acme Ltd", false},
		"punctuation counts":         {"Acme, Inc.", "Acme Inc", false},
		"another digit's own script": {"Acme 1", "Acme ١", false},
	}
	for name, c := range cases {
		got := decide(record.Skip, record.EntityCustomers, account("7", c.crm), customer("1", c.billing))
		require.Equal(t, c.equal, got.Action == record.ActionSkip, name)
	}
}

func TestADuplicateFollowsThePreferences(t *testing.T) {
	t.Parallel()
	found := customer("90", "ACME")
	found.Values["phone"], found.Values["notes"] = "2", "theirs"
	found.Values["billing_address"] = map[string]any{"city": "Pécs", "state": "theirs"}

	got := decide(record.Skip, record.EntityCustomers, account("7", "Acme"), found)
	require.Equal(t, record.ActionSkip, got.Action)
	require.Equal(t, record.Skipped, got.Outcome)
	require.Equal(t, record.OpDone, got.State)
	require.Equal(t, reconcile.CodeDuplicate, got.Code)
	require.Equal(t, "90", got.TargetID)
	require.Contains(t, got.Reason, "customer 90")
	require.Contains(t, got.Reason, "choose overwrite or clone")

	got = decide(record.Overwrite, record.EntityCustomers, account("7", "Acme"), found)
	require.Equal(t, record.ActionLink, got.Action)
	require.Equal(t, record.OpPlanned, got.State)
	require.Equal(t, "90", got.TargetID)
	require.Equal(t, record.Values{"display_name": "Acme", "phone": "1", "notes": ""}, got.After, "mapped fields that differ, no others")
	require.Equal(t, record.Billing, reconcile.Born(got))

	got = decide(record.Clone, record.EntityCustomers, account("7", "Acme"), found)
	require.Equal(t, record.ActionClone, got.Action)
	require.Empty(t, got.TargetID)
	require.Equal(t, "Acme", got.After["display_name"], "the plain name is tried first")
	require.Contains(t, got.Reason, "customer 90")
	require.Equal(t, record.CRM, reconcile.Born(got))
}

func TestSeveralDuplicatesOfOneName(t *testing.T) {
	t.Parallel()
	two := []record.Record{customer("100", "acme"), customer("90", "ACME"), customer("100", "acme")}
	got := decide(record.Skip, record.EntityCustomers, account("7", "Acme"), two...)
	require.Equal(t, "90", got.TargetID, "the first by id")
	require.Contains(t, got.Reason, "2 in all")

	got = decide(record.Overwrite, record.EntityCustomers, account("7", "Acme"), two...)
	require.Equal(t, record.ActionConflict, got.Action)
	require.Equal(t, record.Conflicts, got.Outcome)
	require.Equal(t, reconcile.CodeAmbiguous, got.Code)
	require.Contains(t, got.Reason, "90 and 100")

	require.Equal(t, record.ActionClone, decide(record.Clone, record.EntityCustomers, account("7", "Acme"), two...).Action)
}

func TestAMarkerTellsWhoseRecordItIs(t *testing.T) {
	t.Parallel()
	marked := func(marker string) record.Record {
		c := customer("90", "Acme")
		c.Marker = marker
		return c
	}
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		own := marked(record.Marker(incarnation, record.Accounts, "7"))
		own.Values["phone"] = "2"
		got := decide(d, record.EntityCustomers, account("7", "Acme"), customer("80", "Acme"), own)
		require.Equal(t, record.ActionLink, got.Action, "its own record is adopted, whatever the rule")
		require.Equal(t, "90", got.TargetID)
		require.Equal(t, reconcile.CodeAdopted, got.Code)
		require.Equal(t, "1", got.After["phone"], "what differs is updated")
		require.NotContains(t, got.After, "display_name")
		require.Equal(t, record.CRM, reconcile.Born(got))

		other := marked(record.Marker(incarnation, record.Accounts, "8"))
		got = decide(d, record.EntityCustomers, account("7", "Acme"), other)
		require.Equal(t, record.ActionCreate, got.Action, "another source's record is no duplicate")
	}
	foreign := marked(record.Marker("another", record.Accounts, "7"))
	require.Equal(t, record.ActionSkip, decide(record.Skip, record.EntityCustomers, account("7", "Acme"), foreign).Action,
		"a marker of another incarnation counts as none")
}
