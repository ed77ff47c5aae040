package settings

import (
	"strconv"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/api"
)

// Tax is one of the organisation's taxes.
type Tax struct {
	ID, Name string
	Percent  decimal.Decimal
}

var taxes = []Tax{
	{"4600000000013001", "Standard", decimal.MustNew(20, 0)},
	{"4600000000013003", "Reduced", decimal.MustNew(5, 0)},
	{"4600000000013005", "State", decimal.MustParse("8.25")},
	{"4600000000013007", "Zero", decimal.MustNew(0, 0)},
}

// TaxByID returns the tax with that id.
func TaxByID(id string) (Tax, bool) {
	for _, t := range taxes {
		if t.ID == id {
			return t, true
		}
	}
	return Tax{}, false
}

func listTaxes(*api.Call) (api.Reply, error) {
	all := []map[string]any{}
	for i, t := range taxes {
		all = append(all, map[string]any{"tax_id": t.ID, "tax_name": t.Name, "tax_percentage": t.Percent.String(), "tax_type": "tax",
			"tax_authority_id": "4600000000013901", "tax_authority_name": "Arizona", "is_default_tax": strconv.FormatBool(i == 0), "is_editable": "true"})
	}
	return api.OK(api.PartOf("taxes", all)), nil
}
