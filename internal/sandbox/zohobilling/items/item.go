package items

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
)

// itemFields are what a client may write, except the rate and the custom fields.
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

// Item is an item as replies and lists show it.
type Item struct {
	ItemID string `json:"item_id"`
	itemFields
	Rate         json.Number    `json:"rate"`
	Status       string         `json:"status"`
	TaxName      string         `json:"tax_name"`
	TaxPercent   string         `json:"tax_percentage"`
	TaxType      string         `json:"tax_type"`
	CustomFields []fields.Value `json:"custom_fields"`
	CreatedTime  string         `json:"created_time"`
	UpdatedTime  string         `json:"updated_time"`
}

func newItem() Item {
	return Item{itemFields: itemFields{IsTaxable: true}, Status: "active", CustomFields: []fields.Value{}}
}

// Load decodes a stored item, and returns its id as a number too.
func Load(raw []byte) (Item, int64, error) {
	it := newItem()
	if err := json.Unmarshal(raw, &it); err != nil {
		return it, 0, err
	}
	id, err := strconv.ParseInt(it.ItemID, 10, 64)
	return it, id, err
}

// rateKey returns the rate with leading zeros: sorted as texts, rates are in the order of their numbers.
func rateKey(rate string) (string, error) {
	d, err := decimal.Parse(rate)
	if err != nil || d.IsNeg() {
		return "", api.Invalid("rate")
	}
	whole, fraction, _ := strings.Cut(d.String(), ".")
	return strings.Repeat("0", max(0, 20-len(whole))) + whole + "." + fraction + strings.Repeat("0", max(0, 20-len(fraction))), nil
}
