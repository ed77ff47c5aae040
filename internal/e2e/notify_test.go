//go:build unix

package e2e_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// delivery is one delivery that was taken.
type delivery struct {
	signature string
	body      []byte
}

// receiver refuses two deliveries, and takes all later ones.
func receiver(t testing.TB) (url string, taken <-chan delivery) {
	t.Helper()
	out := make(chan delivery, 10)
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		out <- delivery{r.Header.Get("Causeway-Signature"), body}
	}))
	t.Cleanup(s.Close)
	return s.URL, out
}

func TestANotificationIsDeliveredSignedAfterItsReceiverWasAway(t *testing.T) {
	t.Parallel()
	const secret = "a secret of thirty-two characters"
	url, taken := receiver(t)
	d := deploy(t, 20)
	d.env = []string{"CAUSEWAY_WEBHOOK_PRIVATE=1", "CAUSEWAY_WEBHOOK_SECRET=" + secret}
	d.starter(t, "notifications", "webhook", "set", url)
	d.startWorker(t)
	d.connect(t, "accounts")
	d.awaitDone(t)
	d.starter(t, "disable", "demo", "--wait")

	var got delivery
	select {
	case got = <-taken:
	case <-time.After(syncWithin):
		require.FailNow(t, "nothing was delivered")
	}
	var notice map[string]string
	require.NoError(t, json.Unmarshal(got.body, &notice))
	require.Equal(t, contract.NoticeDisabled, notice["kind"])
	require.Equal(t, "demo", notice["connection"])
	at, sum, _ := strings.Cut(strings.TrimPrefix(got.signature, "t="), ",v1=")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "."))
	mac.Write(got.body)
	require.Equal(t, hex.EncodeToString(mac.Sum(nil)), sum)

	list := d.starter(t, "notifications", "list", "--output=json")
	require.Contains(t, string(list.Out()), notice["id"])
}
