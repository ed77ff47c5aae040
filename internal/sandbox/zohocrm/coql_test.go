package zohocrm_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCOQLReadsByKey(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	ids := c.accounts(250)
	last, got := "0", []string{}
	for {
		re := c.coql(fmt.Sprintf("select id, Account_Name from Accounts where id > %s order by id asc limit 0, 100", last))
		if re.status == http.StatusNoContent {
			break
		}
		require.Equal(t, http.StatusOK, re.status, re.raw)
		got = append(got, re.ids()...)
		last = got[len(got)-1]
	}
	require.Equal(t, ids, got)
}
