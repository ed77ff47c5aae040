package zohocrm_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSearchFindsByCriteriaEmailPhoneAndWord(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	acme := c.create("Accounts", m{"Account_Name": "Acme (West), Inc", "Phone": "555"}, m{"Account_Name": "Beta", "Website": "acme.example"})
	people := c.create("Contacts", m{"First_Name": "Zoë", "Last_Name": "Ek", "Email": "zoe@acme.example", "Account_Name": m{"id": acme[0]}},
		m{"First_Name": "Bo", "Last_Name": "Zoëga", "Phone": "555"})
	c.create("Products", m{"Product_Name": "zoe@acme.example"})
	find := func(module, param, value string) []string {
		return c.get(module + "/search?" + url.Values{param: {value}}.Encode()).ids()
	}
	require.Equal(t, []string{acme[1], acme[0]}, find("Accounts", "word", "ACME"))
	require.Equal(t, []string{acme[0]}, find("Accounts", "criteria", `(Account_Name:equals:acme \(west\), inc)`))
	require.Equal(t, []string{acme[0]}, find("Accounts", "criteria", `((Account_Name:starts_with:ac)and(Phone:equals:555))`))
	require.Equal(t, []string{people[1], people[0]}, find("Contacts", "criteria", "((First_Name:starts_with:zoë)or(Last_Name:starts_with:zoë))"))
	require.Equal(t, []string{people[0]}, find("Contacts", "criteria", "(Account_Name:equals:"+acme[0]+")"))
	require.Equal(t, []string{people[0]}, find("Contacts", "email", "ZOE@acme.example"))
	require.Equal(t, []string{people[1]}, find("Contacts", "phone", "555"))
	require.Empty(t, find("Products", "email", "zoe@acme.example"), "a module without e-mails has none of that e-mail")
	require.Equal(t, []string{people[1]}, c.get("Contacts/search?word=555&criteria=(Last_Name:equals:Zo%C3%ABga)&fields=Last_Name").ids(), "criteria go first")
}

func TestSearchPagesAndKeepsToItsLimits(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	ids := c.create("Accounts", m{"Account_Name": "aa 1"}, m{"Account_Name": "aa 2"}, m{"Account_Name": "aa 3"})
	first := c.get("Accounts/search?word=aa&per_page=2&fields=Account_Name")
	require.Equal(t, []string{ids[2], ids[1]}, first.ids())
	require.Equal(t, true, first.info()["more_records"])
	require.Equal(t, []string{ids[0]}, c.get("Accounts/search?word=aa&per_page=2&page=2").ids())
	require.Equal(t, http.StatusNoContent, c.get("Accounts/search?word=zz").status)
	require.Equal(t, "EXPECTED_PARAM_MISSING", c.get("Accounts/search").code())
	require.Equal(t, "LIMIT_REACHED", c.get("Accounts/search?word=aa&page=11").code())
	require.Equal(t, "INVALID_DATA", c.get("Accounts/search?word=a").code())
	require.Equal(t, "INVALID_QUERY", c.get("Accounts/search?criteria=(No:equals:1)").code())
	c.scopes = []string{"ZohoCRM.modules.ALL"}
	require.Equal(t, "OAUTH_SCOPE_MISMATCH", c.get("Accounts/search?word=aa").code(), "searching takes a scope of its own")
}

func TestWhatChangedLatelyIsNotInTheSearchIndexYet(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "searchDelay", "30")
	id := c.create("Accounts", m{"Account_Name": "Fresh"})[0]
	require.Equal(t, http.StatusNoContent, c.get("Accounts/search?word=fresh").status)
	require.Equal(t, []string{id}, c.coql("select id from Accounts where Account_Name = 'Fresh'").ids(), "COQL has no index to wait for")
	c.pass(31 * time.Second)
	require.Equal(t, []string{id}, c.get("Accounts/search?word=fresh").ids())
}

func TestTheContactsOfAnAccountAreFoundByTheirLookup(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	a := c.create("Accounts", m{"Account_Name": "A"}, m{"Account_Name": "B"})
	k := c.create("Contacts", m{"Last_Name": "1", "Account_Name": m{"id": a[0]}}, m{"Last_Name": "2", "Account_Name": m{"id": a[1]}},
		m{"Last_Name": "3", "Account_Name": m{"id": a[0]}}, m{"Last_Name": "4"})
	find := func(where string) []string {
		return c.coql("select id from Contacts where " + where + " order by id asc").ids()
	}
	require.Equal(t, []string{k[0], k[2]}, find("Account_Name = '"+a[0]+"'"))
	require.Equal(t, []string{k[2]}, find("(Account_Name = '"+a[0]+"' and id > "+k[0]+")"))
	require.Equal(t, []string{k[0], k[1], k[2]}, find("Account_Name in ('"+a[0]+"', '"+a[1]+"')"))
	require.Equal(t, []string{k[0], k[2], k[3]}, find("(Account_Name = '"+a[0]+"' or Last_Name = '4')"))
	require.Equal(t, []string{k[2], k[0]}, c.coql("select id from Contacts where Account_Name = '"+a[0]+"' order by Last_Name desc").ids())
	c.call(http.MethodPut, "Contacts/"+k[0], `{"data":[{"Account_Name":null}]}`)
	require.Equal(t, []string{k[2]}, find("Account_Name = '"+a[0]+"'"))
}
