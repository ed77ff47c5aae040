package zohobilling

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/govalues/decimal"
)

// itemFields are what a caller may write, but for the rate.
type itemFields struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	SKU         string `json:"sku"`
	Unit        string `json:"unit"`
	ProductType string `json:"product_type"`
	TaxID       string `json:"tax_id"`
	IsTaxable   bool   `json:"is_taxable"`
	HSNOrSAC    string `json:"hsn_or_sac"`
}

// item is a record as the API shows it, in lists too.
type item struct {
	ItemID string `json:"item_id"`
	itemFields
	Rate         json.Number   `json:"rate"`
	Status       string        `json:"status"`
	TaxName      string        `json:"tax_name"`
	TaxPercent   string        `json:"tax_percentage"`
	TaxType      string        `json:"tax_type"`
	CustomFields []customField `json:"custom_fields"`
	CreatedTime  string        `json:"created_time"`
	UpdatedTime  string        `json:"updated_time"`
}

// itemBody is a request.
type itemBody struct {
	raw          json.RawMessage
	Rate         json.RawMessage    `json:"rate"`
	CustomFields []customFieldInput `json:"custom_fields"`
}

func (c *call) itemBody() (itemBody, error) {
	var b itemBody
	if err := c.decode(&b.raw); err != nil {
		return b, err
	}
	raw := b.raw
	err := decodeShape(raw, &b)
	b.raw = raw
	return b, err
}

func (it *item) edit(c *call, body itemBody) error {
	if err := decodeShape(body.raw, &it.itemFields); err != nil {
		return err
	}
	if body.Rate != nil && string(body.Rate) != "null" {
		rate, err := parseRate(body.Rate)
		if err != nil {
			return err
		}
		it.Rate = rate
	}
	if it.ProductType == "" {
		it.ProductType = "goods"
	}
	fields, err := setCustomFields(it.CustomFields, body.CustomFields, c.fieldsOf("items"))
	if err != nil {
		return err
	}
	it.CustomFields = fields
	return it.check()
}

func (it *item) check() error {
	switch {
	case nameKey(it.Name) == "":
		return invalid("name")
	case it.Rate == "":
		return invalid("rate")
	case it.ProductType != "goods" && it.ProductType != "service" && it.ProductType != "digital_service":
		return invalid("product_type")
	}
	if err := checkText("description", it.Description, 2000, true); err != nil {
		return err
	}
	return checkTexts(text{"name", it.Name, 100}, text{"sku", it.SKU, 100}, text{"unit", it.Unit, 100}, text{"tax_id", it.TaxID, 50},
		text{"hsn_or_sac", it.HSNOrSAC, 50})
}

// parseRate reads a rate as an exact decimal, given as a number or as text.
func parseRate(raw json.RawMessage) (json.Number, error) {
	s := strings.Trim(string(raw), `"`)
	d, err := decimal.Parse(s)
	if err != nil || d.IsNeg() {
		return "", invalid("rate")
	}
	return json.Number(d.Trim(0).String()), nil
}

// rateKey is a rate whose order as text is its order as a number.
func rateKey(rate string) (string, error) {
	d, err := decimal.Parse(rate)
	if err != nil || d.IsNeg() {
		return "", invalid("rate")
	}
	whole, fraction, _ := strings.Cut(d.String(), ".")
	return strings.Repeat("0", max(0, 20-len(whole))) + whole + "." + fraction + strings.Repeat("0", max(0, 20-len(fraction))), nil
}

func newItem() item {
	return item{itemFields: itemFields{IsTaxable: true}, Status: "active", CustomFields: []customField{}}
}

func loadItem(raw []byte) (item, int64, error) {
	it := newItem()
	if err := json.Unmarshal(raw, &it); err != nil {
		return it, 0, err
	}
	id, err := strconv.ParseInt(it.ItemID, 10, 64)
	return it, id, err
}
