package metadata

// OrgID is the id of the sandbox's CRM organisation.
const OrgID = "5820000000000001"

// currency is a currency that the organisation can have.
type currency struct {
	Code, Name, Symbol, Rate, Places string
}

// currencies that a multi-currency organisation has enabled besides its base.
var currencies = []currency{
	{"USD", "US Dollar", "$", "1.000000000", "2"},
	{"EUR", "Euro", "€", "0.920000000", "2"},
	{"GBP", "British Pound", "£", "0.790000000", "2"},
	{"JPY", "Japanese Yen", "¥", "150.000000000", "0"},
	{"INR", "Indian Rupee", "₹", "83.000000000", "2"},
}

func CurrencyOf(code string) currency {
	for _, c := range currencies {
		if c.Code == code {
			return c
		}
	}
	return currency{code, code, code, "1.000000000", "2"}
}

// EnabledCurrencies gives the organisation's currencies, the base first.
func EnabledCurrencies(base string) []currency {
	all := []currency{CurrencyOf(base)}
	for _, c := range currencies {
		if c.Code != base {
			all = append(all, c)
		}
	}
	all[0].Rate = "1.000000000"
	return all
}

func CurrencyCodes(base string) []string {
	var codes []string
	for _, c := range EnabledCurrencies(base) {
		codes = append(codes, c.Code)
	}
	return codes
}
