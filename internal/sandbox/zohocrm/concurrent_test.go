package zohocrm_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/sample"
)

// Each such read needs other records while it holds a connection.
func TestManyReadsThatFollowLookupsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	require.NoError(t, c.org.Load(context.Background(), sample.Generate(1, 300)))
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			re := c.coql("select Last_Name, Account_Name.Account_Name from Contacts where Account_Name.Account_Name != 'x' order by Account_Name.Account_Name limit 50")
			if re.status != http.StatusOK {
				t.Error(re.raw)
			}
			if i%4 == 0 {
				c.call(http.MethodPost, "Accounts/upsert", `{"data":[{"Account_Name":"Written meanwhile"}]}`)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("reads wait for each other")
	}
}
