package zoho

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
)

// pricing adds up the credits that the CRM charges.
type pricing struct {
	cost func(*http.Request, []byte) int
	next http.RoundTripper
	sum  atomic.Int64
}

func (p *pricing) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/crm/") {
		var body []byte
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		p.sum.Add(int64(p.cost(r, body)))
	}
	return p.next.RoundTrip(r)
}

func TestEachCallCountsWithWhatItTakesOfTheCRMsCredits(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, map[string]string{"pageTokenRecords": "200"})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	priced := &pricing{cost: s.CRM().Cost, next: transport}
	c := New(Config{Credential: credential(s), HTTPClient: &http.Client{Transport: priced}})
	// The token is fetched first. That is not a call of the CRM's API.
	require.NoError(t, c.CheckScopes(t.Context(), nil, crm.Uses{}))

	m := &budget.Meter{}
	ctx := budget.WithMeter(t.Context(), m)
	_, err := c.Read(ctx, record.Accounts, crm.ReadQuery{})
	require.NoError(t, err)
	_, err = c.Count(ctx, record.Accounts)
	require.NoError(t, err)
	_, err = c.Deleted(ctx, record.Accounts, crm.DeletedQuery{Since: time.Now().Add(-time.Hour)})
	require.NoError(t, err)
	views, err := c.Views(ctx, record.Accounts)
	require.NoError(t, err)
	for at, more := (record.Cursor{}), true; more; {
		page, err := c.ViewMembers(ctx, record.Accounts, views[0].ID, at)
		require.NoError(t, err)
		at, more = page.Next, page.More
	}
	writes := make([]crm.Write, 21)
	for i := range writes {
		writes[i] = crm.Write{Marker: fmt.Sprint("m", i), Values: record.Values{"Account_Name": fmt.Sprint("A", i)}}
	}
	_, err = c.Upsert(ctx, record.Accounts, writes)
	require.NoError(t, err)
	require.EqualValues(t, priced.sum.Load(), m.Spent(record.CRM))
	require.Greater(t, m.Spent(record.CRM), 60, "with a bulk read among them")
}
