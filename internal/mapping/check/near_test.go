package check

import (
	"testing"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestAFieldThatIsNoneNamesThoseItMayHaveBeenMeantFor(t *testing.T) {
	t.Parallel()
	fields := []record.Field{{Name: "Phone"}, {Name: "Fax"}, {Name: "Billing_City", Label: "Billing City"}, {Name: "Tier1", Label: "Customer Tier"}, {Name: "Account_Name"}}
	for wrong, meant := range map[string]string{
		"phone": `"Phone"`, "Phon": `"Phone"`, "BillingCity": `"Billing_City"`, "Biling_Citty": `"Billing_City"`, "Customer_Tier": `"Tier1"`,
	} {
		require.Contains(t, Unknown([]string{"Fax", wrong}, fields), "did you mean "+meant+"?", wrong)
	}
	require.Contains(t, Unknown([]string{"Shoe_Size"}, fields), "choose one that is, by its API name")
	require.NotContains(t, Unknown([]string{"Shoe_Size"}, fields), "did you mean")
	require.Empty(t, Unknown([]string{"Phone", "Account_Name.name", "id"}, fields))
}
