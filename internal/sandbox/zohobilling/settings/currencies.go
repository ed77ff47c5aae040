package settings

import (
	"strconv"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/api"
)

// currencies are those that an organisation has enabled. A base currency that is not among them is added.
var currencies = []struct{ code, name, symbol string }{
	{"USD", "US Dollar", "$"}, {"EUR", "Euro", "€"}, {"GBP", "Pound Sterling", "£"}, {"INR", "Indian Rupee", "₹"},
	{"CAD", "Canadian Dollar", "$"}, {"AUD", "Australian Dollar", "$"}, {"JPY", "Japanese Yen", "¥"},
	{"CHF", "Swiss Franc", "CHF"}, {"BRL", "Brazilian Real", "R$"}, {"SEK", "Swedish Krona", "kr"},
}

// Currency is one that an organisation has enabled.
type Currency struct {
	ID         string `json:"currency_id"`
	Code       string `json:"currency_code"`
	Name       string `json:"currency_name"`
	Symbol     string `json:"currency_symbol"`
	Precision  int    `json:"price_precision"`
	Format     string `json:"currency_format"`
	IsBase     bool   `json:"is_base_currency"`
	Rate       int    `json:"exchange_rate"`
	EffectedOn string `json:"effective_date"`
}

func enabledCurrencies(v platform.Values) []Currency {
	known := currencies
	if !hasCode(v.BillingCurrency) {
		known = append(known[:len(known):len(known)], struct{ code, name, symbol string }{v.BillingCurrency, v.BillingCurrency, v.BillingCurrency})
	}
	var all []Currency
	for i, k := range known {
		cur := Currency{ID: strconv.FormatInt(4600000000000090+int64(i), 10), Code: k.code, Name: k.code + "- " + k.name, Symbol: k.symbol,
			Precision: 2, Format: "###,##0.00", IsBase: k.code == v.BillingCurrency, Rate: 1, EffectedOn: "2019-03-01"}
		if k.code == "JPY" {
			cur.Precision, cur.Format = 0, "###,##0"
		}
		all = append(all, cur)
	}
	return all
}

func hasCode(code string) bool {
	for _, k := range currencies {
		if k.code == code {
			return true
		}
	}
	return false
}

func baseCurrency(v platform.Values) Currency {
	cur, _ := FindCurrency(v, v.BillingCurrency)
	return cur
}

// FindCurrency returns the currency with that code, if the organisation has enabled it.
func FindCurrency(v platform.Values, code string) (Currency, bool) {
	for _, cur := range enabledCurrencies(v) {
		if cur.Code == code {
			return cur, true
		}
	}
	return Currency{}, false
}

func listCurrencies(c *api.Call) (api.Reply, error) {
	filter := c.Query("filter_by")
	if filter != "" && filter != "Currencies.ExcludeBaseCurrency" && filter != "Currencies.All" {
		return api.Reply{}, api.Invalid("filter_by")
	}
	all := []Currency{}
	for _, cur := range enabledCurrencies(c.Settings) {
		if !cur.IsBase || filter != "Currencies.ExcludeBaseCurrency" {
			all = append(all, cur)
		}
	}
	return api.OK(api.PartOf("currencies", all)), nil
}
