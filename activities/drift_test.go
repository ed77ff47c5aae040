package activities_test

import (
	"testing"

	"causeway/internal/record"
	"causeway/internal/sandbox/zohocrm"

	"github.com/stretchr/testify/require"
)

func TestAMappedFieldThatIsGoneRestsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	w := unconnected(t, options{}, account(1001, "Acme", "Phone", "1"))
	require.NoError(t, w.box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: "Branch", Label: "Branch", Type: "text"}))
	w.connect(nil)
	w.prefer(func(p *record.Preferences) {
		p.Customers.AccountMap = append(p.Customers.AccountMap, record.FieldMap{Source: "Branch", Target: "department", Kind: record.KindText})
	})
	w.change("Accounts", "1001", object{"Branch": "North"})
	w.sync()
	require.Equal(t, "North", w.customer("Acme").text("department"))

	require.NoError(t, w.box.CRM().DropField(t.Context(), "Accounts", "Branch"))
	w.change("Accounts", "1001", object{"Phone": "2"})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "2", w.customer("Acme").text("phone"), "the other fields go on")
	require.Equal(t, "North", w.customer("Acme").text("department"), "nothing is blanked")
	kept, err := w.store.Run(t.Context(), run.RunID)
	require.NoError(t, err)
	require.Len(t, kept.Drift, 1)
	require.Contains(t, kept.Drift[0].String(), "Branch of Accounts (crm)")
}

func TestAPicklistValueWithoutAPairRestsItsMap(t *testing.T) {
	t.Parallel()
	w := unconnected(t, options{}, account(1001, "Acme", "Phone", "1"))
	field := zohocrm.CustomField{Module: "Accounts", API: "Grade", Label: "Grade", Type: "picklist", Picks: []string{"A", "B"}}
	require.NoError(t, w.box.CRM().AddField(t.Context(), field))
	w.connect(nil)
	w.prefer(func(p *record.Preferences) {
		p.Customers.AccountMap = append(p.Customers.AccountMap, record.FieldMap{Source: "Grade", Target: "department", Kind: record.KindChoice,
			Choices: map[string]string{"A": "first", "B": "second"}})
	})
	w.change("Accounts", "1001", object{"Grade": "B"})
	w.sync()
	require.Equal(t, "second", w.customer("Acme").text("department"))
	field.Picks = append(field.Picks, "C")
	require.NoError(t, w.box.CRM().SetField(t.Context(), field))
	w.change("Accounts", "1001", object{"Grade": "C", "Phone": "2"})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "2", w.customer("Acme").text("phone"))
	require.Equal(t, "second", w.customer("Acme").text("department"))
	kept, err := w.store.Run(t.Context(), run.RunID)
	require.NoError(t, err)
	require.Len(t, kept.Drift, 1)
}
