package mapping_test

import (
	"testing"

	"causeway/internal/mapping"
	"causeway/internal/mapping/discover"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestARemedyNamesTheFieldThatFillsTheRefusedOne(t *testing.T) {
	t.Parallel()
	maps := mapping.Maps{Account: discover.AccountPairs, Item: discover.ItemPairs}
	for message, want := range map[string]string{
		"Invalid value passed for phone":                  "it is filled from Phone of Accounts: correct it in the CRM",
		"Invalid value passed for billing_address.street": "it is filled from Billing_Street of Accounts: correct it in the CRM",
		"Invalid value passed for currency_code":          "it is filled from Currency of Accounts: correct it in the CRM, or enable that currency in billing",
		"Invalid value passed for telephone_phones":       "correct the record in Accounts in the CRM, or the field map",
		"": "correct the record in Accounts in the CRM, or the field map",
	} {
		require.Equal(t, want, maps.Remedy(record.EntityCustomers, record.Accounts, message), message)
	}
	require.Contains(t, maps.Remedy(record.EntityItems, record.Products, "The sku, it seems, is wrong"), "Product_Code of Products")
}
