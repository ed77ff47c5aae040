package zohocrm_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (c *crm) accounts(n int) []string {
	var ids []string
	for len(ids) < n {
		var batch []map[string]any
		for i := 0; i < 100 && len(ids)+i < n; i++ {
			batch = append(batch, m{"Account_Name": fmt.Sprintf("Account %04d", len(ids)+i), "Billing_City": "Berlin"})
		}
		ids = append(ids, c.create("Accounts", batch...)...)
		c.pass(time.Minute)
	}
	return ids
}

func TestListNeedsFieldsAndGivesIDsBesidesThem(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	require.Equal(t, http.StatusNoContent, c.get("Accounts?fields=Account_Name").status)
	ids := c.accounts(3)
	re := c.get("Accounts")
	require.Equal(t, http.StatusBadRequest, re.status)
	require.Equal(t, "REQUIRED_PARAM_MISSING", re.code())
	re = c.get("Accounts?fields=Account_Name,Nonsense&")
	require.Equal(t, http.StatusOK, re.status)
	require.Equal(t, []string{ids[2], ids[1], ids[0]}, re.ids(), "newest id first by default")
	require.Equal(t, m{"id": ids[2], "Account_Name": "Account 0002"}, re.data()[0])
	require.Equal(t, false, re.info()["more_records"])
	require.Nil(t, re.info()["next_page_token"])
}

func TestPageTokensGiveEachRecordOnceUnderEveryOrder(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	ids := c.accounts(450)
	for _, sort := range []string{"id", "Created_Time", "Modified_Time"} {
		for _, order := range []string{"asc", "desc"} {
			seen := map[string]int{}
			query := "Accounts?fields=Account_Name&per_page=90&sort_by=" + sort + "&sort_order=" + order
			token, pages := "", 0
			for {
				re := c.get(query + token)
				require.Equal(t, http.StatusOK, re.status, re.raw)
				pages++
				for _, id := range re.ids() {
					seen[id]++
				}
				if re.info()["more_records"] != true {
					break
				}
				token = "&page_token=" + url.QueryEscape(re.info()["next_page_token"].(string))
			}
			require.Equal(t, 5, pages)
			require.Len(t, seen, len(ids))
			for id, n := range seen {
				require.Equal(t, 1, n, "record %s by %s %s", id, sort, order)
			}
		}
	}
}

func TestPageTokenIsBoundAndExpires(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	c.accounts(5)
	token := c.get("Accounts?fields=Account_Name&per_page=2").info()["next_page_token"].(string)
	for name, tc := range map[string]struct {
		query, code string
	}{
		"other parameters": {"fields=Account_Name&per_page=3&page_token=" + token, "TOKEN_BOUND_DATA_MISMATCH"},
		"with page":        {"fields=Account_Name&per_page=2&page=2&page_token=" + token, "AMBIGUITY_DURING_PROCESSING"},
		"changed":          {"fields=Account_Name&per_page=2&page_token=x" + token, "INVALID_DATA"},
	} {
		re := c.get("Accounts?" + tc.query)
		require.Equal(t, http.StatusBadRequest, re.status, name)
		require.Equal(t, tc.code, re.code(), name)
	}
	again := "Accounts?fields=Account_Name&per_page=2&page_token=" + token
	c.user = "4711"
	require.Equal(t, "TOKEN_BOUND_DATA_MISMATCH", c.get(again).code(), "another user")
	c.user = "5540230000000235011"
	c.restart()
	require.Equal(t, http.StatusOK, c.get(again).status, "a token survives a restart")
	c.pass(24 * time.Hour)
	require.Equal(t, "EXPIRED_VALUE", c.get(again).code())
}

func TestListRefusesWhatZohoRefuses(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	c.accounts(1)
	many := "F0"
	for i := 1; i <= 50; i++ {
		many += fmt.Sprintf(",F%d", i)
	}
	for query, code := range map[string]string{
		"fields=" + many:                             "LIMIT_EXCEEDED",
		"fields=id&page=11":                          "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
		"fields=id&per_page=201":                     "INVALID_DATA",
		"fields=id&sort_by=Account_Name":             "INVALID_DATA",
		"fields=id&sort_order=up":                    "PATTERN_NOT_MATCHED",
		"fields=id&cvid=1":                           "INVALID_DATA",
		"fields=id&cvid=5820000000061001&sort_by=id": "AMBIGUITY_DURING_PROCESSING",
	} {
		re := c.get("Accounts?" + query)
		require.Equal(t, http.StatusBadRequest, re.status, query)
		require.Equal(t, code, re.code(), query)
	}
	require.Equal(t, "INVALID_MODULE", c.get("Nonsense?fields=id").code())
	require.Equal(t, http.StatusNotFound, c.get("a/b/c/d").status)
	require.Equal(t, http.StatusMethodNotAllowed, c.call(http.MethodPatch, "Accounts", "").status)
}

func TestIfModifiedSinceAnswersNotModifiedAsSet(t *testing.T) {
	t.Parallel()
	for setting, status := range map[string]int{"304": 304, "204": 204} {
		c := newCRM(t, "notModified", setting)
		ids := c.accounts(2)
		after := c.clock().Add(time.Hour).Format(time.RFC3339)
		before := c.clock().Add(-time.Hour).Format("2006-01-02T15:04:05+00:00")
		for _, path := range []string{"Accounts?fields=Account_Name", "Accounts/" + ids[0]} {
			require.Equal(t, status, c.get(path, "If-Modified-Since", after).status, path)
			require.Equal(t, http.StatusOK, c.get(path, "If-Modified-Since", before).status, path)
			require.Equal(t, http.StatusBadRequest, c.get(path, "If-Modified-Since", "yesterday").status, path)
		}
	}
}

func TestScopesDecideWhatATokenReaches(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	c.accounts(1)
	c.scopes = []string{"ZohoCRM.modules.accounts.READ"}
	require.Equal(t, http.StatusOK, c.get("Accounts?fields=id").status)
	for _, re := range []reply{c.get("Contacts?fields=id"), c.call(http.MethodPost, "Accounts", `{"data":[{}]}`), c.get("org"),
		c.get("users"), c.get("settings/modules"), c.coql("select id from Accounts where id > 0")} {
		require.Equal(t, http.StatusUnauthorized, re.status)
		require.Equal(t, "OAUTH_SCOPE_MISMATCH", re.code())
	}
}
