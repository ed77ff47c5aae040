package reconcile_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

func TestAnItemsDuplicateIsFoundBySKUElseByName(t *testing.T) {
	t.Parallel()
	src := product("7", "Chai", "A1")
	sku, name := item("5", "Tea", "A1"), item("6", "CHAI", "B2")
	cases := map[string]struct {
		candidates []record.Record
		action     record.Action
		target     string
	}{
		"none":                              {[]record.Record{item("4", "Tea", "B2")}, record.ActionCreate, ""},
		"by SKU":                            {[]record.Record{sku}, record.ActionLink, "5"},
		"by name":                           {[]record.Record{name}, record.ActionLink, "6"},
		"both are one":                      {[]record.Record{item("5", "chai", "A1")}, record.ActionLink, "5"},
		"the SKU decides among namesakes":   {[]record.Record{item("4", "chai", ""), item("5", "chai", "A1")}, record.ActionLink, "5"},
		"they point to different items":     {[]record.Record{name, sku}, record.ActionConflict, ""},
		"a SKU counts case and all":         {[]record.Record{item("5", "Tea", "a1")}, record.ActionCreate, ""},
		"a customer is no item's candidate": {[]record.Record{customer("5", "Chai")}, record.ActionCreate, ""},
	}
	for what, c := range cases {
		got := decide(record.Overwrite, record.EntityItems, src, c.candidates...)
		require.Equal(t, c.action, got.Action, what)
		require.Equal(t, c.target, got.TargetID, what)
	}
	for _, d := range []record.Duplicates{record.Skip, record.Overwrite, record.Clone} {
		got := decide(d, record.EntityItems, src, name, sku)
		require.Equal(t, record.Conflicts, got.Outcome)
		require.Equal(t, reconcile.CodeAmbiguous, got.Code)
		require.Contains(t, got.Reason, "item 5")
		require.Contains(t, got.Reason, "item 6")
	}
}

func TestWithoutASKUNoSKUIsEqual(t *testing.T) {
	t.Parallel()
	require.Equal(t, record.ActionCreate, decide(record.Skip, record.EntityItems, product("7", "Chai", ""), item("5", "Tea", "")).Action)
}

func TestOverwritingLeavesAnItemsTypeAsItIs(t *testing.T) {
	t.Parallel()
	src := product("7", "Chai", "A1")
	require.Equal(t, "goods", decide(record.Skip, record.EntityItems, src).After["product_type"])
	got := decide(record.Overwrite, record.EntityItems, src, item("5", "Chai", "A1"))
	require.Equal(t, record.ActionLink, got.Action)
	require.Empty(t, got.After)
	require.Empty(t, record.Diff(src.Values, reconcile.Base(got)), "the link's base is what was found equal")
}

func TestASuffixedNameFitsAndKeepsItsLetters(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Acme (12)", reconcile.SuffixedName("Acme", "12", 200))
	require.Equal(t, "Acm (12)", reconcile.SuffixedName("Acme Ltd", "12", 8))
	require.Equal(t, "Acme (12)", reconcile.SuffixedName("Acme Ltd", "12", 10), "no blank is left before the suffix")
	require.Equal(t, "株式 (12)", reconcile.SuffixedName("株式会社", "12", 7), "characters, not bytes")
	require.Equal(t, "Caf (12)", reconcile.SuffixedName("Cafe\u0301s", "12", 9), "a letter is not cut from its accent")
	require.Equal(t, 200, len([]rune(reconcile.SuffixedName(strings.Repeat("é", 300), "12", 200))))
}

func TestARefusedNameIsSuffixedAndTheSKULeftOut(t *testing.T) {
	t.Parallel()
	op := decide(record.Clone, record.EntityItems, product("7", "Chai", "A1"), item("5", "Chai", "A1"))
	got, ok := reconcile.WithSuffix(op)
	require.True(t, ok)
	require.Equal(t, "Chai (7)", got.After["name"])
	require.NotContains(t, got.After, "sku")
	require.Equal(t, "chai (7)", got.NameKey)
	require.Contains(t, got.Reason, "item 5")
	require.Contains(t, got.Reason, `named "Chai (7)", without the SKU`)
	require.Equal(t, "A1", op.After["sku"], "the operation that was given stays as it is")
	_, ok = reconcile.WithSuffix(got)
	require.False(t, ok, "once")

	again := product("7", "Chai", "A1")
	again.Link = &record.Link{Entity: record.EntityItems, BillingID: "9", Base: reconcile.Base(got)}
	require.Equal(t, record.ActionNone, decide(record.Clone, record.EntityItems, again).Action, "the suffix is no difference")
	again.Values["rate"] = json.Number("19")
	require.Equal(t, record.Values{"rate": json.Number("19")}, decide(record.Clone, record.EntityItems, again).After)
	again.Values["name"] = "Chai Latte"
	require.Equal(t, "Chai Latte", decide(record.Clone, record.EntityItems, again).After["name"])

	renamed, ok := reconcile.WithSuffix(decide(record.Clone, record.EntityItems, again))
	require.True(t, ok, "a new name that is refused is suffixed too")
	require.Equal(t, "Chai Latte (7)", renamed.After["name"])
	require.Equal(t, "A1", renamed.After["sku"], "a record that exists is not left with another SKU than the CRM's")

	_, ok = reconcile.WithSuffix(record.Operation{Entity: record.EntityItems, After: record.Values{"sku": "A1"}})
	require.False(t, ok, "an update that writes no name has none to suffix")
}

func TestTwoRecordsOfOneNameAreNeverDuplicatesOfEachOther(t *testing.T) {
	t.Parallel()
	p := reconcile.NewPlanner(rules(record.Overwrite), record.EntityCustomers)
	theirs := []record.Record{customer("90", "Acme")}
	require.Equal(t, record.ActionLink, p.Decide(account("7", "Acme"), theirs).Action)
	require.Equal(t, record.ActionCreate, p.Decide(account("8", "Acme"), theirs).Action, "the target is given away")

	p = reconcile.NewPlanner(rules(record.Skip), record.EntityCustomers)
	require.Equal(t, record.ActionSkip, p.Decide(account("7", "Acme"), theirs).Action)
	require.Equal(t, record.ActionSkip, p.Decide(account("8", "Acme"), theirs).Action, "a skip gives nothing away")
}

func TestDetailsAreNeededOfShortForms(t *testing.T) {
	t.Parallel()
	short := customer("90", "Acme")
	short.Whole = false
	p := reconcile.NewPlanner(rules(record.Skip), record.EntityCustomers)
	require.Equal(t, []string{"90"}, p.NeedsDetails([]record.Record{short, customer("91", "Acme"), short}))

	got := p.Decide(account("7", "Acme"), []record.Record{short})
	require.Equal(t, reconcile.CodeDetailsMissing, got.Code, "whose record it is cannot be told")
	require.Equal(t, record.Failed, got.Outcome)
	require.Equal(t, record.ActionCreate, p.Decide(account("8", "Other"), []record.Record{short}).Action, "of another name: no matter")
}

func TestARecordThatCannotBeSyncedFailsWithFieldAndRemedy(t *testing.T) {
	t.Parallel()
	got := decide(record.Skip, record.EntityCustomers, account("7", " \t"))
	require.Equal(t, record.ActionFail, got.Action)
	require.Equal(t, record.Failed, got.Outcome)
	require.Equal(t, reconcile.CodeNameMissing, got.Code)
	require.Contains(t, got.Reason, "fill Account_Name in the CRM's Accounts, then retry")

	src := product("7", "Chai", "A1")
	src.Problems = []string{"Unit_Price is not a number", "Product_Code is odd"}
	src.Link = &record.Link{Entity: record.EntityItems, BillingID: "5"}
	got = decide(record.Skip, record.EntityItems, src)
	require.Equal(t, reconcile.CodeFieldInvalid, got.Code)
	require.Equal(t, "Products: Unit_Price is not a number; Product_Code is odd", got.Reason)
	require.Equal(t, "5", got.TargetID)
}

func TestKeysAndPoolFindASourcesCandidates(t *testing.T) {
	t.Parallel()
	p := reconcile.NewPlanner(rules(record.Skip), record.EntityItems)
	src := product("7", " CHAI ", " A1 ")
	name, sku := p.Keys(src)
	require.Equal(t, "chai", name)
	require.Equal(t, "A1", sku)
	pool := reconcile.NewPool([]record.Record{item("6", "chai", "A1"), item("5", "Tea", "A1"), item("4", "Chai", ""), item("3", "Mate", "C")})
	var ids []string
	for _, c := range pool.For(name, sku) {
		ids = append(ids, c.ID)
	}
	require.Equal(t, []string{"4", "5", "6"}, ids)
	src.Link = &record.Link{Entity: record.EntityItems}
	name, sku = p.Keys(src)
	require.Empty(t, name+sku, "a linked record needs no candidates")
}
