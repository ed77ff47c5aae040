package metadata

// OrgID is the id of the sandbox's CRM organisation.
const OrgID = "5820000000000001"

// Currency is a currency that the organisation can have.
type Currency struct {
	Code, Name, Symbol, Rate, Places string
}

// currencies are those that an organisation with several has enabled, besides its base currency.
var currencies = []Currency{
	{"USD", "US Dollar", "$", "1.000000000", "2"},
	{"EUR", "Euro", "€", "0.920000000", "2"},
	{"GBP", "British Pound", "£", "0.790000000", "2"},
	{"JPY", "Japanese Yen", "¥", "150.000000000", "0"},
	{"INR", "Indian Rupee", "₹", "83.000000000", "2"},
}

// CurrencyOf returns the currency of a code. A code that the sandbox does not know gets its own code as its name.
func CurrencyOf(code string) Currency {
	for _, c := range currencies {
		if c.Code == code {
			return c
		}
	}
	return Currency{code, code, code, "1.000000000", "2"}
}

// EnabledCurrencies returns the organisation's currencies, the base currency first.
func EnabledCurrencies(base string) []Currency {
	all := []Currency{CurrencyOf(base)}
	for _, c := range currencies {
		if c.Code != base {
			all = append(all, c)
		}
	}
	all[0].Rate = "1.000000000"
	return all
}

// CurrencyCodes returns the codes of the enabled currencies, the base currency first.
func CurrencyCodes(base string) []string {
	var codes []string
	for _, c := range EnabledCurrencies(base) {
		codes = append(codes, c.Code)
	}
	return codes
}
