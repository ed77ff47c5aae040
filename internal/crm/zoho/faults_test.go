package zoho

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/sandbox/platform"
)

func twoAccounts() []crm.Write {
	return []crm.Write{{Marker: "fault:1", Values: record.Values{"Account_Name": "Faulty"}},
		{Marker: "fault:2", Values: record.Values{"Account_Name": "Faulty"}}}
}

// A write without a good answer is sent once and reported as ambiguous. When it is settled, it is sent again and
// returns the same records, whether the first took effect or not.
func TestAWriteOfUnknownOutcomeIsSentOnceAndCanBeSentAgain(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"resetAfterWrite", "timeoutAfterWrite", "truncate", "notJSON", "wrongType", "serverError", "reset", "lateWrite"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, map[string]string{"lateWriteDelay": "300ms"})
			c := newClient(t, credential(s))
			count, err := c.Count(t.Context(), record.Accounts)
			require.NoError(t, err)
			require.NoError(t, s.Gate().Faults.Set("crm."+fault, "1"))
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			done, err := c.Upsert(ctx, record.Accounts, twoAccounts())
			require.True(t, record.IsAmbiguous(err), "%v", err)
			require.Empty(t, done)
			require.Equal(t, 1, s.Gate().Calls.Snapshot()[platform.CRM].Write, "no write is repeated")

			require.NoError(t, s.Gate().Faults.Set("crm."+fault, "0"))
			done, err = c.Upsert(t.Context(), record.Accounts, twoAccounts())
			require.NoError(t, err)
			again, err := c.Upsert(t.Context(), record.Accounts, twoAccounts())
			require.NoError(t, err)
			for i := range again {
				require.False(t, again[i].Created)
				require.Equal(t, done[i].ID, again[i].ID)
			}
			after, err := c.Count(t.Context(), record.Accounts)
			require.NoError(t, err)
			require.Equal(t, count+2, after)
		})
	}
}

// A call that certainly did nothing is repeated and is not ambiguous.
func TestAWriteThatSurelyDidNothingIsSentAgain(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"rateLimit", "rateLimitRetryAfter", "expiredToken"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, nil)
			c := newClient(t, credential(s))
			require.NoError(t, s.Gate().Faults.Set("crm."+fault, "0.3"))
			for i := range 8 {
				_, err := c.Upsert(t.Context(), record.Accounts, []crm.Write{{Marker: fmt.Sprint("m", i), Values: record.Values{"Account_Name": "A"}}})
				require.False(t, record.IsAmbiguous(err), "%v", err)
				if err != nil { // the token was refused too often in a row
					require.Equal(t, "expiredToken", fault, "%v", err)
				}
			}
		})
	}
}

func TestReadsOfChangesViewsAndNamesSurviveEveryFault(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"rateLimit", "serverError", "reset", "truncate", "notJSON", "wrongType", "expiredToken"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, nil)
			c := newClient(t, credential(s))
			f := fixture(s, c)
			page, err := c.Read(t.Context(), record.Accounts, crm.ReadQuery{Limit: 3})
			require.NoError(t, err)
			view := f.AddView(t, record.Accounts, "Everything", "", "")
			f.Delete(t, record.Accounts, page.Records[0].ID)
			require.NoError(t, s.Gate().Faults.Set("crm."+kind, "0.2"))

			gone, err := c.Deleted(t.Context(), record.Accounts, crm.DeletedQuery{})
			require.NoError(t, err)
			require.Len(t, gone.Deletions, 1)
			_, err = c.Survivor(t.Context(), record.Accounts, page.Records[0].ID)
			require.True(t, record.IsKind(err, record.NotFound), "%v", err)
			views, err := c.Views(t.Context(), record.Accounts)
			require.NoError(t, err)
			require.Contains(t, views, record.View{ID: view, Name: "Everything"})
			members := map[string]bool{}
			for after, more := (record.Cursor{}), true; more; {
				got, err := c.ViewMembers(t.Context(), record.Accounts, view, after)
				require.NoError(t, err)
				for _, id := range got.IDs {
					members[id] = true
				}
				after, more = got.Next, got.More
			}
			require.Len(t, members, 229)
			found, err := c.Search(t.Context(), crm.SearchQuery{Module: record.Accounts, Name: page.Records[1].Name})
			require.NoError(t, err)
			require.NotEmpty(t, found)
		})
	}
}

// A connection that only fetches needs no write scope. One that goes both ways learns which scopes are missing.
func TestTheScopesToWriteAreAskedForWhereItGoesBothWays(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	cred := credential(s)
	var err error
	cred.RefreshToken, err = s.Gate().Accounts.Mint(t.Context(), []string{"ZohoCRM.modules.READ", "ZohoCRM.modules.accounts.ALL",
		"ZohoCRM.modules.contacts.CREATE", "ZohoCRM.coql.READ", "ZohoCRM.org.READ", "ZohoCRM.users.READ", "ZohoCRM.settings.ALL"})
	require.NoError(t, err)
	c := newClient(t, cred)
	modules := []record.Module{record.Accounts, record.Contacts}
	require.NoError(t, c.CheckScopes(t.Context(), modules, crm.Uses{}))
	err = c.CheckScopes(t.Context(), modules, crm.Uses{Write: true})
	require.True(t, record.IsKind(err, record.Unauthorized), "%v", err)
	require.ErrorContains(t, err, "ZohoCRM.modules.contacts.UPDATE")
	require.NotContains(t, err.Error(), "accounts")
	require.NotContains(t, err.Error(), "contacts.CREATE")

	done, err := c.Upsert(t.Context(), record.Contacts, []crm.Write{{Marker: "m", Values: record.Values{"Last_Name": "A"}}})
	require.True(t, record.IsKind(err, record.Unauthorized), "%v", err)
	require.ErrorContains(t, err, "ZohoCRM.modules.contacts.UPDATE")
	require.False(t, record.IsAmbiguous(err))
	require.Empty(t, done)
	_, err = c.ViewMembers(t.Context(), record.Accounts, "1", record.Cursor{ID: bulkCursor})
	require.ErrorContains(t, err, "ZohoCRM.bulk.ALL")
	err = c.CheckScopes(t.Context(), modules, crm.Uses{Views: true})
	require.ErrorContains(t, err, "ZohoCRM.bulk.ALL")
	require.NotContains(t, err.Error(), "custom_views", "settings.ALL covers it")
	_, err = c.Search(t.Context(), crm.SearchQuery{Module: record.Accounts, Name: "A"})
	require.ErrorContains(t, err, "ZohoSearch.securesearch.READ")
}
