package billingtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// Fixture is an organisation without records.
type Fixture struct {
	Port billing.Port
	// Capabilities are what Probe must find.
	Capabilities billing.Capabilities
	// Custom holds values for the organisation's custom fields, by module and key.
	Custom map[record.Module]record.Values
	// Estimate and Invoice create a document of a customer, with a line for an item, as users do in billing itself.
	Estimate, Invoice func(t *testing.T, customerID, itemID string)
}

var modules = []record.Module{record.Customers, record.ContactPersons, record.Items}

func customer(name string) billing.Write {
	return billing.Write{Marker: "cw-test-accounts-" + name, Values: record.Values{"display_name": name, "company_name": name,
		"customer_sub_type": "business", "email": "info@example.com", "phone": "12", "status": "active",
		"billing_address": map[string]any{"street": "1 Quay", "city": "Lyon"}}}
}

func item(name string) billing.Write {
	return billing.Write{Marker: "cw-test-products-" + name, Values: record.Values{"name": name, "sku": "sku-" + name,
		"rate": json.Number("12.50"), "description": "a thing"}}
}

func (f Fixture) make(t *testing.T, module record.Module, w billing.Write) record.Record {
	t.Helper()
	r, err := f.Port.Create(t.Context(), module, w, f.Capabilities.UpsertByMarker)
	require.NoError(t, err)
	return r
}

func requireKind(t *testing.T, err error, kind record.Kind) {
	t.Helper()
	require.Error(t, err)
	require.True(t, record.IsKind(err, kind), "%v is %s", err, record.KindOf(err))
	require.False(t, record.IsAmbiguous(err), "a refusal is not ambiguous")
}

func (f Fixture) all(t *testing.T, module record.Module, q billing.ListQuery) []record.Record {
	t.Helper()
	var out []record.Record
	for q.Page = 1; ; q.Page++ {
		page, err := f.Port.List(t.Context(), module, q)
		require.NoError(t, err)
		out = append(out, page.Records...)
		if !page.More {
			return out
		}
	}
}

// withCustom adds values for all custom fields of the organisation to a write.
func (f Fixture) withCustom(module record.Module, w billing.Write) billing.Write {
	for key, v := range f.Custom[module] {
		w.Values[key] = v
	}
	return w
}

// written returns a custom value in one form, whatever form the side shows it in.
func written(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(x))
		for i, p := range x {
			parts[i] = written(p)
		}
		slices.Sort(parts)
		return strings.Join(parts, ",")
	case string:
		if parts := strings.Split(x, ","); len(parts) > 1 {
			slices.Sort(parts)
			return strings.Join(parts, ",")
		}
		if whole, fraction, ok := strings.Cut(x, "."); ok {
			return strings.TrimSuffix(whole+"."+strings.TrimRight(fraction, "0"), ".")
		}
		return x
	case json.Number:
		return written(x.String())
	default:
		return fmt.Sprint(x)
	}
}
