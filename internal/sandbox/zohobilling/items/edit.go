package items

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
)

// body is a request. raw is decoded over the item: a field that it does not name stays.
type body struct {
	raw          json.RawMessage
	Rate         json.RawMessage `json:"rate"`
	CustomFields []fields.Input  `json:"custom_fields"`
}

func readBody(c *api.Call) (body, error) {
	var b body
	if err := c.Decode(&b.raw); err != nil {
		return b, err
	}
	raw := b.raw
	err := api.DecodeShape(raw, &b)
	b.raw = raw
	return b, err
}

func (m *Module) edit(c *api.Call, it *Item, given body) error {
	if err := api.DecodeShape(given.raw, &it.itemFields); err != nil {
		return err
	}
	if given.Rate != nil && string(given.Rate) != "null" {
		rate, err := parseRate(given.Rate)
		if err != nil {
			return err
		}
		it.Rate = rate
	}
	if it.ProductType == "" {
		it.ProductType = "goods"
	}
	values, err := fields.Set(it.CustomFields, given.CustomFields, m.fields.Of("items", c.Settings))
	if err != nil {
		return err
	}
	it.CustomFields = values
	return it.check()
}

func (it *Item) check() error {
	switch {
	case api.NameKey(it.Name) == "":
		return api.Invalid("name")
	case it.Rate == "":
		return api.Invalid("rate")
	case it.ProductType != "goods" && it.ProductType != "service" && it.ProductType != "digital_service":
		return api.Invalid("product_type")
	}
	if err := api.CheckLines("description", it.Description, 2000); err != nil {
		return err
	}
	return cmp.Or(api.CheckLine("name", it.Name, 100), api.CheckLine("sku", it.SKU, 100), api.CheckLine("unit", it.Unit, 100), api.CheckLine("tax_id", it.TaxID, 50),
		api.CheckLine("hsn_or_sac", it.HSNOrSAC, 50))
}

// parseRate reads a rate that is written as a number or as a text.
func parseRate(raw json.RawMessage) (json.Number, error) {
	s := strings.Trim(string(raw), `"`)
	d, err := decimal.Parse(s)
	if err != nil || d.IsNeg() {
		return "", api.Invalid("rate")
	}
	return json.Number(d.Trim(0).String()), nil
}
