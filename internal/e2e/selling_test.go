//go:build unix

package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// selling is a deployment whose connection pushes transactions.
type selling struct {
	*deployment
	outside *outside
	admin   *contract.Client
	// user is a CRM user whose profile is Administrator.
	user     string
	accounts []string // ids in the CRM
	products []object
}

// deploySelling connects, waits for the first sync, and turns transactions on.
func deploySelling(t testing.TB, d *deployment) *selling {
	t.Helper()
	s := &selling{deployment: d}
	s.dial(t)
	d.startWorker(t)
	d.connect(t, "accounts_and_contacts")
	d.awaitDone(t)
	s.turnOnTransactions(t)
	return s
}

func (s *selling) dial(t testing.TB) {
	t.Helper()
	c := s.client(t)
	s.admin = contract.NewClient(c)
}

// turnOnTransactions turns transactions on, and reads the accounts, products and an administrator from the CRM.
func (s *selling) turnOnTransactions(t testing.TB) {
	t.Helper()
	s.starter(t, "configure", "--transactions=quotes_and_invoices", "--yes")
	s.outside = lookFromOutside(t, s.sides, leaveFaults)
	for _, a := range s.outside.crm(t, "Accounts", "Account_Name") {
		s.accounts = append(s.accounts, a.text("id"))
	}
	slices.Sort(s.accounts)
	s.products = s.outside.crm(t, "Products", "Product_Name,Unit_Price,Product_Active")
	slices.SortFunc(s.products, byID)
	s.user = s.outside.administrator(t)
}

// administrator returns the id of a CRM user whose profile is Administrator.
func (o *outside) administrator(t testing.TB) string {
	t.Helper()
	got, err := o.get(t.Context(), o.CRMURL+"/crm/v8/users?type=ActiveUsers")
	require.NoError(t, err)
	for _, u := range got["users"].([]any) {
		user := object(u.(map[string]any))
		if profile, ok := user["profile"].(map[string]any); ok && profile["name"] == "Administrator" {
			return user.text("id")
		}
	}
	require.FailNow(t, "no administrator among the sample's users")
	return ""
}

// document returns a document of one line, a different one for each number.
func (s *selling) document(n int) *contract.Document {
	return &contract.Document{
		Account: s.accounts[n%len(s.accounts)],
		Lines:   []contract.Line{{Product: s.products[n%len(s.products)].text("id"), Quantity: fmt.Sprint(1 + n%7), Rate: fmt.Sprintf("%d.%02d", 10+n%90, n%100)}},
	}
}

func (s *selling) push(ctx context.Context, kind, id, key, action string, doc *contract.Document) (contract.PushResult, error) {
	return s.admin.Push(ctx, contract.PushInput{Connection: "demo", Type: kind, Transaction: id},
		contract.PushRequest{Key: key, Action: action, User: s.user, Document: doc})
}

// billed returns the documents in billing, by the transaction's id, with which our marker ends.
func (o *outside) billed(t testing.TB, module string) map[string][]object {
	t.Helper()
	out := map[string][]object{}
	one := strings.TrimSuffix(module, "s")
	for page := 1; ; page++ {
		got, err := o.get(t.Context(), fmt.Sprintf("%s/billing/v1/%s?page=%d", o.BillingURL, module, page))
		require.NoError(t, err)
		for _, d := range got[module].([]any) {
			id := object(d.(map[string]any)).text(one + "_id")
			whole, err := o.get(t.Context(), o.BillingURL+"/billing/v1/"+module+"/"+id)
			require.NoError(t, err)
			doc := object(whole[one].(map[string]any))
			marker := ""
			fields, _ := doc["custom_fields"].([]any)
			for _, f := range fields {
				field := object(f.(map[string]any))
				if field.text("api_name") == "cf_causeway_id" || field.text("label") == "cf_causeway_id" {
					marker = field.text("value")
				}
			}
			_, transaction, _ := strings.Cut(marker, "-invoices-")
			if transaction == "" {
				_, transaction, _ = strings.Cut(marker, "-quotes-")
			}
			out[transaction] = append(out[transaction], doc)
		}
		if more, _ := got["page_context"].(map[string]any)["has_more_page"].(bool); !more {
			return out
		}
	}
}
