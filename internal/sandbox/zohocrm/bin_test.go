package zohocrm_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/zohocrm"
)

func number(t testing.TB, id string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(id, 10, 64)
	require.NoError(t, err)
	return n
}

// admin calls a path of /sandbox/v1/crm/, outside the API.
func (c *crm) admin(method, path, body string) reply {
	c.t.Helper()
	w := httptest.NewRecorder()
	c.org.Control().ServeHTTP(w, httptest.NewRequest(method, "/sandbox/v1/crm/"+path, strings.NewReader(body)))
	return reply{status: w.Code, raw: w.Body.String()}
}

func (c *crm) merge(module, loser, survivor string) reply {
	c.t.Helper()
	return c.admin(http.MethodPost, "merge", `{"module":"`+module+`","loser":"`+loser+`","survivor":"`+survivor+`"}`)
}

func TestAMergedRecordIsAmongTheDeletedAndItsContactsMoveToTheSurvivor(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	a := c.create("Accounts", m{"Account_Name": "Loser"}, m{"Account_Name": "Survivor"})
	k := c.create("Contacts", m{"Last_Name": "K", "Account_Name": m{"id": a[0]}})[0]
	c.pass(time.Minute)
	before := c.get("Accounts/" + a[1] + "?fields=Modified_Time").data()[0]["Modified_Time"]
	re := c.merge("Accounts", a[0], a[1])
	require.Equal(t, http.StatusOK, re.status, re.raw)
	require.Equal(t, a[0], c.get("Accounts/deleted").data()[0]["id"])
	contact := c.get("Contacts/" + k).data()[0]
	require.Equal(t, a[1], contact["Account_Name"].(map[string]any)["id"])
	require.Equal(t, "2026-03-01T12:01:00+00:00", contact["Modified_Time"], "an incremental read sees the contact")
	require.NotEqual(t, before, c.get("Accounts/" + a[1]).data()[0]["Modified_Time"])
	require.Equal(t, a[1], c.get("Accounts/" + a[0]).data()[0]["id"], "the loser's id answers with the survivor")
	require.NoError(t, c.settings.Set("mergeTrace", "off"))
	require.Equal(t, "INVALID_DATA", c.get("Accounts/"+a[0]).code())
}

func TestATraceOfMergesIsFollowedToTheRecordThatLives(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	a := c.create("Accounts", m{"Account_Name": "A"}, m{"Account_Name": "B"}, m{"Account_Name": "C"})
	require.Equal(t, http.StatusOK, c.merge("Accounts", a[0], a[1]).status)
	require.Equal(t, http.StatusOK, c.merge("Accounts", a[1], a[2]).status)
	require.Equal(t, a[2], c.get("Accounts/" + a[0]).data()[0]["id"])
	require.NoError(t, c.org.Delete(t.Context(), "Accounts", number(t, a[2])))
	require.Equal(t, "INVALID_DATA", c.get("Accounts/"+a[0]).code(), "a survivor that was deleted answers for nobody")
}

func TestMergesThatCannotBeAreRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	a := c.create("Accounts", m{"Account_Name": "A"}, m{"Account_Name": "B"})
	require.ErrorIs(t, c.org.Merge(t.Context(), "Accounts", number(t, a[0]), number(t, a[0])), zohocrm.ErrSameRecord)
	require.Contains(t, c.merge("Accounts", a[0], a[0]).raw, "into itself")
	require.Equal(t, http.StatusNotFound, c.merge("Accounts", a[0], "77").status)
	require.Equal(t, http.StatusNotFound, c.merge("Accounts", "77", a[0]).status)
	require.Contains(t, c.merge("Deals", a[0], a[1]).raw, "Accounts, Contacts, Products")
	require.Contains(t, c.merge("Accounts", "x", a[1]).raw, "loser")
	require.Len(t, c.get("Accounts?fields=id").ids(), 2, "nothing was deleted")
	require.Equal(t, http.StatusOK, c.merge("Accounts", a[0], a[1]).status)
	require.Equal(t, http.StatusNotFound, c.merge("Accounts", a[1], a[0]).status, "no circle: the loser is gone")
}

func TestASurvivorThatPointedAtTheLoserPointsAtNothing(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	parent := c.create("Accounts", m{"Account_Name": "Parent"})[0]
	child := c.create("Accounts", m{"Account_Name": "Child", "Parent_Account": m{"id": parent}})[0]
	require.Equal(t, http.StatusOK, c.merge("Accounts", parent, child).status)
	require.Nil(t, c.get("Accounts/" + child).data()[0]["Parent_Account"])
}

func TestARestoredRecordIsBackAsItWasAndCountsAsChanged(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	a := c.create("Accounts", m{"Account_Name": "A", "Phone": "1", "Causeway_ID": "m"})[0]
	require.Equal(t, http.StatusOK, c.call(http.MethodDelete, "Accounts/"+a, "").status)
	c.pass(time.Hour)
	re := c.admin(http.MethodPost, "restore", `{"module":"Accounts","id":"`+a+`"}`)
	require.Equal(t, http.StatusOK, re.status, re.raw)
	back := c.get("Accounts/" + a).data()[0]
	require.Equal(t, "1", back["Phone"])
	require.Equal(t, "2026-03-01T13:00:00+00:00", back["Modified_Time"])
	require.Equal(t, http.StatusNoContent, c.get("Accounts/deleted").status)
	require.Equal(t, "DUPLICATE_DATA", c.call(http.MethodPost, "Accounts", `{"data":[{"Account_Name":"B","Causeway_ID":"m"}]}`).code(), "its unique values are kept again")
	require.Equal(t, http.StatusNotFound, c.admin(http.MethodPost, "restore", `{"module":"Accounts","id":"`+a+`"}`).status, "it is not in the bin")

	require.Equal(t, http.StatusOK, c.call(http.MethodDelete, "Accounts/"+a, "").status)
	require.Equal(t, http.StatusOK, c.admin(http.MethodPost, "purge", `{}`).status)
	require.Equal(t, http.StatusNotFound, c.admin(http.MethodPost, "restore", `{"module":"Accounts","id":"`+a+`"}`).status)
	require.Equal(t, "permanent", c.get("Accounts/deleted").data()[0]["type"])
}

func TestDeletedRecordsPageAndNarrowByTypeAndTime(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	ctx := t.Context()
	ids := c.create("Products", m{"Product_Name": "1"}, m{"Product_Name": "2"}, m{"Product_Name": "3"}, m{"Product_Name": "4"})
	require.NoError(t, c.org.Delete(ctx, "Products", number(t, ids[0])))
	require.NoError(t, c.org.Purge(ctx))
	for _, id := range ids[1:] {
		c.pass(time.Hour)
		require.NoError(t, c.org.Delete(ctx, "Products", number(t, id)))
	}
	require.Equal(t, []string{ids[3], ids[2], ids[1], ids[0]}, c.get("Products/deleted?type=all").ids())
	require.Equal(t, []string{ids[3], ids[2], ids[1]}, c.get("Products/deleted?type=recycle").ids())
	require.Equal(t, []string{ids[0]}, c.get("Products/deleted?type=permanent").ids())
	first := c.get("Products/deleted?per_page=3")
	require.Equal(t, []string{ids[3], ids[2], ids[1]}, first.ids())
	require.Equal(t, true, first.info()["more_records"])
	require.Equal(t, []string{ids[0]}, c.get("Products/deleted?per_page=3&page=2").ids())
	require.Equal(t, []string{ids[3], ids[2]}, c.get("Products/deleted", "If-Modified-Since", "2026-03-01T13:00:00+00:00").ids())
	require.Equal(t, http.StatusNoContent, c.get("Products/deleted", "If-Modified-Since", "2026-03-01T15:00:00+00:00").status)
	c.pass(61 * 24 * time.Hour)
	require.Len(t, c.get("Products/deleted?type=permanent").ids(), 4, "the bin keeps 60 days")
	c.pass(60 * 24 * time.Hour)
	require.Equal(t, http.StatusNoContent, c.get("Products/deleted").status, "and after 120 nobody remembers")
}

func TestAClockThatIsOffShowsInWhatTheSideWrites(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "crmClockAhead", "-5m")
	id := c.create("Accounts", m{"Account_Name": "A"})[0]
	require.Equal(t, "2026-03-01T11:55:00+00:00", c.get("Accounts/" + id).data()[0]["Modified_Time"])
	require.NoError(t, c.settings.Set("crmClockAhead", "1h"))
	require.NoError(t, c.org.Delete(t.Context(), "Accounts", number(t, id)))
	require.Equal(t, "2026-03-01T13:00:00+00:00", c.get("Accounts/deleted").data()[0]["deleted_time"])
	require.Error(t, c.settings.Set("crmClockAhead", "late"))
}
