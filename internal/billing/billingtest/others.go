package billingtest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

func persons(t *testing.T, f Fixture) {
	w := customer("Firm")
	delete(w.Values, "email")
	firm, err := f.Port.Create(t.Context(), record.Customers, w, f.Capabilities.UpsertByMarker)
	if err != nil {
		firm = f.make(t, record.Customers, customer("Firm")) // this side requires an e-mail address, and may make a contact person from it
	}
	before, err := f.Port.ContactPersons(t.Context(), firm.ID)
	require.NoError(t, err)
	person := billing.Write{ParentID: firm.ID, Marker: "not carried", Values: record.Values{"first_name": "Ana", "last_name": "Trujillo", "email": "ana@example.com"}}
	made := f.make(t, record.ContactPersons, person)
	require.Equal(t, firm.ID, made.ParentID)
	require.Equal(t, "Ana Trujillo", made.Name)
	require.Equal(t, "ana@example.com", made.Email)
	require.True(t, made.Whole)

	changed, err := f.Port.Update(t.Context(), record.ContactPersons, made.ID, billing.Write{ParentID: firm.ID, Values: record.Values{"phone": "5"}})
	require.NoError(t, err)
	require.Equal(t, "5", changed.Values["phone"])
	require.Equal(t, "Ana Trujillo", changed.Name)

	after, err := f.Port.ContactPersons(t.Context(), firm.ID)
	require.NoError(t, err)
	require.Len(t, after, len(before)+1)
	for _, p := range after {
		require.Equal(t, firm.ID, p.ParentID)
	}
	_, err = f.Port.ContactPersons(t.Context(), "4600000099999999")
	requireKind(t, err, record.NotFound)
}

func findByName(t *testing.T, f Fixture) {
	f.make(t, record.Customers, customer("Čapek & Ťuhýk"))
	f.make(t, record.Customers, customer("Čapek & Ťuhýk II"))
	f.make(t, record.Items, item("Häfele 50% _x"))
	for name, module := range map[string]record.Module{"Čapek & Ťuhýk": record.Customers, "čapek & ťuhýk": record.Customers, "häfele 50% _X": record.Items} {
		found, err := f.Port.FindByName(t.Context(), module, name)
		require.NoError(t, err)
		require.Len(t, found, 1, name)
	}
	none, err := f.Port.FindByName(t.Context(), record.Customers, "Nobody")
	require.NoError(t, err)
	require.Empty(t, none)
}

func notFound(t *testing.T, f Fixture) {
	const id = "4600000099999999"
	for module, field := range map[record.Module]string{record.Customers: "phone", record.Items: "description"} {
		_, err := f.Port.Get(t.Context(), module, id)
		requireKind(t, err, record.NotFound)
		require.ErrorContains(t, err, id)
		_, err = f.Port.Update(t.Context(), module, id, billing.Write{Values: record.Values{field: "5"}})
		requireKind(t, err, record.NotFound)
		requireKind(t, f.Port.SetActive(t.Context(), module, id, false), record.NotFound)
	}
}

func invalid(t *testing.T, f Fixture) {
	for _, change := range []record.Values{{"email": "none"}, {"currency_code": "XXX"}, {"display_name": ""}, {"phone": "bell\x07"}} {
		w := customer("Wrong")
		for name, v := range change {
			w.Values[name] = v
		}
		_, err := f.Port.Create(t.Context(), record.Customers, w, f.Capabilities.UpsertByMarker)
		requireKind(t, err, record.Invalid)
	}
	w := item("Wrong")
	w.Values["rate"] = json.Number("-1")
	_, err := f.Port.Create(t.Context(), record.Items, w, f.Capabilities.UpsertByMarker)
	requireKind(t, err, record.Invalid)
}

func metadata(t *testing.T, f Fixture) {
	orgs, err := f.Port.Organizations(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, orgs)
	for _, org := range orgs {
		require.NotEmpty(t, org.ID)
		require.NotEmpty(t, org.Name)
		require.NotEmpty(t, org.Email)
		require.NotEmpty(t, org.Country)
		require.Len(t, org.BaseCurrency, 3)
	}
	users, err := f.Port.Users(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, users)
	currencies, err := f.Port.Currencies(t.Context())
	require.NoError(t, err)
	bases := 0
	for _, c := range currencies {
		if c.Base {
			bases++
			require.Equal(t, orgs[0].BaseCurrency, c.Code)
		}
	}
	require.Equal(t, 1, bases)
}

func canceled(t *testing.T, f Fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Port.Create(ctx, record.Customers, customer("Never"), f.Capabilities.UpsertByMarker)
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, record.IsAmbiguous(err))
}

func scopes(t *testing.T, f Fixture) {
	require.NoError(t, f.Port.CheckScopes(t.Context(), modules))
}
