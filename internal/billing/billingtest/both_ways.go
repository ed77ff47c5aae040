package billingtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

func customFields(t *testing.T, f Fixture) {
	for module, w := range map[record.Module]billing.Write{record.Customers: customer("Custom"), record.Items: item("Custom")} {
		made := f.make(t, module, f.withCustom(module, w))
		for key, v := range f.Custom[module] {
			require.Equal(t, written(v), written(made.Values[key]), "%s of %s", key, module)
		}
		require.Equal(t, w.Marker, made.Marker)
		for key := range made.Values {
			require.NotEqual(t, "custom_fields", key)
			require.NotContains(t, key, "causeway", "the marker is not among the values")
		}
		got, err := f.Port.Get(t.Context(), module, made.ID)
		require.NoError(t, err)
		require.Equal(t, made, got)

		cleared := slices.Sorted(func(yield func(string) bool) {
			for key := range f.Custom[module] {
				if !yield(key) {
					return
				}
			}
		})[0]
		back := record.Values{cleared: nil} // the other values stay as they were read
		for key := range f.Custom[module] {
			if key != cleared {
				back[key] = got.Values[key]
			}
		}
		changed, err := f.Port.Update(t.Context(), module, made.ID, billing.Write{Values: back})
		require.NoError(t, err)
		require.Empty(t, written(changed.Values[cleared]))
		require.Equal(t, w.Marker, changed.Marker, "the marker stays")
		for key, v := range back {
			require.Equal(t, written(v), written(changed.Values[key]), "%s of %s", key, module)
		}
		plain, err := f.Port.Update(t.Context(), module, made.ID, billing.Write{Values: record.Values{noteOf(module): "other"}})
		require.NoError(t, err)
		for key, v := range back {
			require.Equal(t, written(v), written(plain.Values[key]), "what an update does not name stays")
		}
	}
}

func noteOf(module record.Module) string {
	if module == record.Items {
		return "description"
	}
	return "notes"
}

func customRefused(t *testing.T, f Fixture) {
	w := customer("Odd")
	w.Values["cf_nobody_made_this"] = "x"
	_, err := f.Port.Create(t.Context(), record.Customers, w, f.Capabilities.UpsertByMarker)
	requireKind(t, err, record.Invalid)
	require.ErrorContains(t, err, "cf_nobody_made_this")

	firm := f.make(t, record.Customers, customer("Firm"))
	_, err = f.Port.Create(t.Context(), record.ContactPersons, billing.Write{ParentID: firm.ID, Values: record.Values{"first_name": "A", "cf_x": "1"}}, false)
	requireKind(t, err, record.Invalid)
}

func search(t *testing.T, f Fixture) {
	for _, name := range []string{"Ångström Labs", "Labs of Ångström", "Acme 50%_"} {
		w := customer(name)
		w.Values["email"] = strings.ToLower(strings.Fields(name)[1]) + "@found.example"
		if name == "Acme 50%_" {
			w.Values["email"] = "Office@Acme.example"
		}
		made := f.make(t, record.Customers, w)
		require.NoError(t, f.Port.SetActive(t.Context(), record.Customers, made.ID, name != "Acme 50%_"))
		f.make(t, record.Items, item(name))
	}
	for _, c := range []struct {
		module record.Module
		q      billing.SearchQuery
		want   int
	}{
		{record.Customers, billing.SearchQuery{Name: "ÅNGSTRÖM"}, 2}, {record.Customers, billing.SearchQuery{Name: " labs of "}, 1},
		{record.Customers, billing.SearchQuery{Name: "ångström", Limit: 1}, 1}, {record.Customers, billing.SearchQuery{Name: "50%_"}, 1},
		{record.Customers, billing.SearchQuery{Email: "office@acme"}, 1}, {record.Customers, billing.SearchQuery{Email: "FOUND.example"}, 2},
		{record.Customers, billing.SearchQuery{Name: "Labs", Email: "acme"}, 0}, {record.Customers, billing.SearchQuery{Name: "Nobody"}, 0},
		{record.Customers, billing.SearchQuery{Name: "Labs", Email: "of@"}, 1},
		{record.Items, billing.SearchQuery{Name: "ångSTRÖM"}, 2}, {record.Items, billing.SearchQuery{Name: "5_"}, 0},
	} {
		found, err := f.Port.Search(t.Context(), c.module, c.q)
		require.NoError(t, err)
		require.Len(t, found, c.want, "%s %+v", c.module, c.q)
		for _, r := range found {
			require.Equal(t, c.module, r.Module)
			require.NotEmpty(t, r.ID)
		}
	}
	for module, q := range map[record.Module]billing.SearchQuery{
		record.Customers: {Name: " "}, record.Items: {Name: "x", Email: "x"}, record.ContactPersons: {Name: "x"},
	} {
		_, err := f.Port.Search(t.Context(), module, q)
		requireKind(t, err, record.Invalid)
	}
}

func deletePerson(t *testing.T, f Fixture) {
	firm, other := f.make(t, record.Customers, customer("Firm")), f.make(t, record.Customers, customer("Other"))
	before, err := f.Port.ContactPersons(t.Context(), firm.ID)
	require.NoError(t, err)
	made := f.make(t, record.ContactPersons, billing.Write{ParentID: firm.ID, Values: record.Values{"first_name": "Ana", "email": "ana@example.com"}})
	requireKind(t, f.Port.DeletePerson(t.Context(), other.ID, made.ID), record.NotFound)
	require.NoError(t, f.Port.DeletePerson(t.Context(), firm.ID, made.ID))
	err = f.Port.DeletePerson(t.Context(), firm.ID, made.ID)
	requireKind(t, err, record.NotFound)
	require.ErrorContains(t, err, made.ID)
	requireKind(t, f.Port.DeletePerson(t.Context(), "4600000099999999", made.ID), record.NotFound)
	after, err := f.Port.ContactPersons(t.Context(), firm.ID)
	require.NoError(t, err)
	require.Len(t, after, len(before))
	_, err = f.Port.Get(t.Context(), record.Customers, firm.ID)
	require.NoError(t, err, "its customer stays")
}

func fields(t *testing.T, f Fixture) {
	made := map[record.Module]record.Record{}
	for module, w := range map[record.Module]billing.Write{record.Customers: customer("Fields"), record.Items: item("Fields")} {
		made[module] = f.make(t, module, f.withCustom(module, w))
	}
	made[record.ContactPersons] = f.make(t, record.ContactPersons,
		billing.Write{ParentID: made[record.Customers].ID, Values: record.Values{"first_name": "Ana", "email": "ana@example.com"}})
	for module, rec := range made {
		list, err := f.Port.Fields(t.Context(), module)
		require.NoError(t, err)
		seen := map[string]record.Field{}
		for _, field := range list {
			require.NotContains(t, seen, field.Name)
			require.NotEmpty(t, field.Label, field.Name)
			require.NotContains(t, field.Name, "causeway")
			seen[field.Name] = field
			head, inner, nested := strings.Cut(field.Name, ".")
			value, ok := rec.Values[head]
			require.True(t, ok || field.Custom || field.ReadOnly, "%s of %s is not a field", field.Name, module)
			if nested {
				require.Contains(t, value, inner)
			}
		}
		for key := range f.Custom[module] {
			require.True(t, seen[key].Custom, "%s of %s", key, module)
		}
		again, err := f.Port.Fields(t.Context(), module)
		require.NoError(t, err)
		require.Equal(t, list, again)
		writeEach(t, f, rec, list)
	}
	_, err := f.Port.Fields(t.Context(), "bells")
	requireKind(t, err, record.Invalid)
}

// writeEach writes each writable text field at its full length, which must succeed, and one character longer, which must fail.
func writeEach(t *testing.T, f Fixture, rec record.Record, list []record.Field) {
	t.Helper()
	for _, field := range list {
		head, inner, nested := strings.Cut(field.Name, ".")
		if field.ReadOnly || field.Custom || field.Length < 20 || field.Type != "text" && field.Type != "multiline" || head == "tax_id" {
			continue
		}
		for extra, refused := range []bool{false, true} {
			var value any = strings.Repeat("é", field.Length+extra)
			if nested {
				value = map[string]any{inner: value}
			}
			_, err := f.Port.Update(t.Context(), rec.Module, rec.ID, billing.Write{ParentID: rec.ParentID, Values: record.Values{head: value}})
			if refused {
				requireKind(t, err, record.Invalid)
			} else {
				require.NoError(t, err, field.Name)
			}
		}
	}
}
