package contract_test

import (
	"strings"
	"testing"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestRequestsThatAreWrongByThemselvesSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("9", 300)
	for _, c := range []struct {
		req   interface{ Check() error }
		words string
	}{
		{contract.ConfigureRequest{}, "name the draft"},
		{contract.RetryRequest{}, "name the run"},
		{contract.RetryRequest{Run: "r", Records: []string{"1", ""}}, "record id"},
		{contract.RetryRequest{Run: "r", Records: make([]string, 1001)}, "give 1000 at most"},
		{contract.ResyncRecordRequest{Module: "Leads", ID: "1"}, "use one of Accounts, Contacts, Products, customers, items"},
		{contract.ResyncRecordRequest{Module: "Accounts"}, "record id"},
		{contract.ResyncRecordRequest{Module: "Accounts", ID: "1\n2"}, "letters, digits"},
		{contract.ResyncRecordRequest{Module: "Accounts", ID: long}, "at most 100"},
		{contract.ImportRecordRequest{Side: "crm", Module: "items", ID: "1"}, `of the side billing, not of "crm"`},
		{contract.ImportRecordRequest{Module: "Accounts", ID: "1"}, "of the side crm"},
		{contract.ImportRecordRequest{Side: "billing", Module: "contact_persons", ID: "1"}, "is synced with its customer"},
		{contract.ResolveConflictRequest{Module: "Accounts", ID: "1"}, "say who wins"},
		{contract.ResolveConflictRequest{Module: "Leads", ID: "1", Winner: "crm"}, "use one of"},
		{contract.ResolveConflictRequest{Module: "Accounts", ID: "1", Winner: "newest"}, "use crm or billing"},
		{contract.ResolveConflictRequest{Module: "Accounts", ID: "1", Fields: []contract.FieldDecision{{Field: "phone"}}}, "winner of phone"},
		{contract.ResolveConflictRequest{Module: "Accounts", ID: "1",
			Fields: []contract.FieldDecision{{Field: "phone", Winner: "crm"}, {Field: "phone", Winner: "billing"}}}, "each field once"},
	} {
		err := c.req.Check()
		require.ErrorContains(t, err, c.words)
		require.Less(t, len(err.Error()), 250, "what was given is not repeated whole")
	}
}

func TestRequestsThatAreRight(t *testing.T) {
	t.Parallel()
	for _, req := range []interface{ Check() error }{
		contract.ConfigureRequest{Draft: "d"},
		contract.RetryRequest{Run: "r"}, contract.RetryRequest{Run: "r", Code: "X", Records: []string{"5820000100000001"}},
		contract.ResyncRecordRequest{Module: "Contacts", ID: "1"}, contract.ResyncRecordRequest{Module: "customers", ID: "1"},
		contract.ImportRecordRequest{Side: "billing", Module: "items", ID: "1"},
		contract.ResolveConflictRequest{Module: "contact_persons", ID: "1", Winner: "billing"},
		contract.ResolveConflictRequest{Module: "Accounts", ID: "1", Fields: []contract.FieldDecision{{Field: "phone", Winner: "crm"}}},
	} {
		require.NoError(t, req.Check())
	}
}

func TestADecisionOnAFieldGoesBeforeThatOnAll(t *testing.T) {
	t.Parallel()
	req := contract.ResolveConflictRequest{Winner: "crm", Fields: []contract.FieldDecision{{Field: "phone", Winner: "billing"}}}
	require.Equal(t, "billing", req.WinnerOf("phone"))
	require.Equal(t, "crm", req.WinnerOf("email"))
	req.Winner = ""
	require.Empty(t, req.WinnerOf("email"), "what nobody decided on stays open")
}
