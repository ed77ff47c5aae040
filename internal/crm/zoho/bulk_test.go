package zoho

import (
	"archive/zip"
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/sandbox"
)

// bulkFixture returns a view of all 230 accounts of an organisation whose page tokens reach 200 of them.
type bulkFixture struct {
	s    *sandbox.Sandbox
	c    *Client
	view string
}

func bulkView(t *testing.T, settings map[string]string) bulkFixture {
	t.Helper()
	settings["pageTokenRecords"] = "200"
	s := startSandbox(t, settings)
	c := newClient(t, credential(s))
	return bulkFixture{s, c, fixture(s, c).AddView(t, record.Accounts, "Everything", "", "")}
}

// members reads the view to its end and returns how many calls of the port that took.
func (b bulkFixture) members(t *testing.T, after record.Cursor) (members map[string]bool, pages int) {
	t.Helper()
	members = map[string]bool{}
	for {
		page, err := b.c.ViewMembers(t.Context(), record.Accounts, b.view, after)
		require.NoError(t, err)
		for _, id := range page.IDs {
			require.Regexp(t, "^[0-9]+$", id)
			members[id] = true
		}
		pages++
		if after = page.Next; !page.More {
			return members, pages
		}
	}
}

// unfinished returns a call that does not wait for the job.
func (b bulkFixture) unfinished(t *testing.T, after record.Cursor) crm.MemberPage {
	t.Helper()
	b.c.bulkWait = time.Nanosecond
	defer func() { b.c.bulkWait = bulkWait }()
	page, err := b.c.ViewMembers(t.Context(), record.Accounts, b.view, after)
	require.NoError(t, err)
	require.True(t, page.More)
	require.Empty(t, page.IDs)
	return page
}

func TestAViewBeyondTheReachOfPageTokensIsReadInBulk(t *testing.T) {
	t.Parallel()
	b := bulkView(t, map[string]string{"bulkReadRows": "100"})
	members, pages := b.members(t, record.Cursor{})
	require.Len(t, members, 230)
	require.Equal(t, 4, pages, "a page of the list, and three jobs")
	members, pages = b.members(t, record.Cursor{})
	require.Len(t, members, 230)
	require.Equal(t, 3, pages, "it is known to be large: no list is begun in vain")
}

func TestABulkReadSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"rateLimit", "serverError", "reset", "truncate", "notJSON", "wrongType", "expiredToken"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := bulkView(t, map[string]string{"bulkReadRows": "150", "bulkDownloadsPerMinute": "0"})
			require.NoError(t, b.s.Gate().Faults.Set("crm."+kind, "0.2"))
			members, _ := b.members(t, record.Cursor{})
			require.Len(t, members, 230)
		})
	}
}

// If a job is not done before the call must end, the next call waits for it and does not request it again.
func TestABulkReadThatTakesLongerThanACallGoesOnWithTheNext(t *testing.T) {
	t.Parallel()
	b := bulkView(t, map[string]string{"bulkReadDelay": "1h"})
	first := b.unfinished(t, record.Cursor{ID: bulkCursor})
	require.Equal(t, first, b.unfinished(t, first.Next), "the same job")
	require.NoError(t, b.s.Gate().Settings.Set("bulkReadDelay", "0s"))
	members, pages := b.members(t, first.Next)
	require.Len(t, members, 230)
	require.Equal(t, 1, pages)
}

func TestABulkReadBeginsAnewWhereTheCRMForgotIt(t *testing.T) {
	t.Parallel()
	b := bulkView(t, map[string]string{})
	listed, err := b.c.listMembers(t.Context(), record.Accounts, b.view, "")
	require.NoError(t, err)
	for _, at := range []string{bulkJob + "5820000099999999", bulkNext + listed.Next.ID} { // a token, but of another request
		members, _ := b.members(t, record.Cursor{ID: bulkCursor + at})
		require.Len(t, members, 230)
	}
}

func TestABulkReadOfAViewThatIsGoneSaysSo(t *testing.T) {
	t.Parallel()
	b := bulkView(t, map[string]string{"bulkReadDelay": "1h"})
	running := b.unfinished(t, record.Cursor{ID: bulkCursor})
	require.NoError(t, b.s.CRM().DropView(t.Context(), b.view))
	require.NoError(t, b.s.Gate().Settings.Set("bulkReadDelay", "0s"))
	for _, after := range []record.Cursor{running.Next, {ID: bulkCursor}} {
		_, err := b.c.ViewMembers(t.Context(), record.Accounts, b.view, after)
		require.True(t, refusedWith(err, "VIEW_DELETED"), "%v", err)
		require.True(t, record.IsKind(err, record.NotFound))
	}
}

func TestACanceledBulkReadEnds(t *testing.T) {
	t.Parallel()
	b := bulkView(t, map[string]string{"bulkReadDelay": "1h"})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err := b.c.ViewMembers(ctx, record.Accounts, b.view, record.Cursor{ID: bulkCursor})
	require.ErrorIs(t, err, context.Canceled)
}

// A damaged file is not an empty view.
func TestAFileThatIsNoListOfIDsIsRefused(t *testing.T) {
	t.Parallel()
	pack := func(files ...string) []byte {
		var out bytes.Buffer
		archive := zip.NewWriter(&out)
		for _, contents := range files {
			w, err := archive.Create("x.csv")
			require.NoError(t, err)
			_, err = w.Write([]byte(contents))
			require.NoError(t, err)
		}
		require.NoError(t, archive.Close())
		return out.Bytes()
	}
	ids, err := unpackIDs(pack("Account_Name,Id\n\"a, b\",1\nc,2\n"))
	require.NoError(t, err)
	require.Equal(t, []string{"1", "2"}, ids)
	ids, err = unpackIDs(pack("Id\n"))
	require.NoError(t, err)
	require.Empty(t, ids)
	good := pack("Id\n1\n")
	for _, bad := range [][]byte{nil, []byte("<html>"), good[:len(good)/2], pack(), pack("Id\n1\n", "Id\n2\n"), pack(""), pack("Name\nx\n"), pack("Id,Name\n1\n")} {
		_, err := unpackIDs(bad)
		require.Error(t, err)
	}
}
