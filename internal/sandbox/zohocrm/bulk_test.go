package zohocrm_test

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/platform"
)

const bulkRead = "/crm/bulk/v8/read"

func (c *crm) bulk(body string) reply {
	c.t.Helper()
	return c.call(http.MethodPost, bulkRead, body, "Content-Type", "application/json")
}

func (c *crm) bulkJob(body string) string {
	c.t.Helper()
	re := c.bulk(body)
	require.Equal(c.t, http.StatusCreated, re.status, re.raw)
	return re.data()[0]["details"].(map[string]any)["id"].(string)
}

// rows downloads a job's result.
func (c *crm) rows(job string) [][]string {
	c.t.Helper()
	re := c.get(bulkRead + "/" + job + "/result")
	require.Equal(c.t, http.StatusOK, re.status, re.raw)
	archive, err := zip.NewReader(strings.NewReader(re.raw), int64(len(re.raw)))
	require.NoError(c.t, err)
	require.Len(c.t, archive.File, 1)
	require.Equal(c.t, job+".csv", archive.File[0].Name)
	file, err := archive.File[0].Open()
	require.NoError(c.t, err)
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(c.t, err)
	return rows
}

func (c *crm) job(job string) map[string]any {
	c.t.Helper()
	re := c.get(bulkRead + "/" + job)
	require.Equal(c.t, http.StatusOK, re.status, re.raw)
	return re.data()[0]
}

func TestABulkReadGoesThroughItsStatesAndGivesAZip(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "bulkReadDelay", "30")
	a := c.create("Accounts", m{"Account_Name": `Quote " and, comma`})[0]
	k := c.create("Contacts", m{"Last_Name": "K", "Account_Name": m{"id": a}, "Email_Opt_Out": true}, m{"Last_Name": "L"})
	job := c.bulkJob(`{"query":{"module":{"api_name":"Contacts"},"fields":["Last_Name","Account_Name","Email_Opt_Out","Modified_Time","Owner"]},"file_type":"csv"}`)
	for _, state := range []string{"ADDED", "QUEUED", "IN PROGRESS"} {
		require.Equal(t, state, c.job(job)["state"])
		require.Equal(t, "RESOURCE_NOT_FOUND", c.get(bulkRead+"/"+job+"/result").code())
		c.pass(10 * time.Second)
	}
	done := c.job(job)
	require.Equal(t, "COMPLETED", done["state"])
	result := done["result"].(map[string]any)
	require.Equal(t, float64(2), result["count"])
	require.Equal(t, false, result["more_records"])
	require.Equal(t, bulkRead+"/"+job+"/result", result["download_url"])
	const at, me = "2026-03-01T12:00:00+00:00", platform.DefaultUserID
	require.Equal(t, [][]string{{"Id", "Last_Name", "Account_Name", "Email_Opt_Out", "Modified_Time", "Owner"},
		{k[0], "K", a, "true", at, me}, {k[1], "L", "", "false", at, me}}, c.rows(job))
	c.create("Contacts", m{"Last_Name": "M"})
	c.restart()
	require.Len(t, c.rows(job), 3, "a result stays as it was, across a restart too")
}

func TestABulkReadOfAViewPagesByNumberAndByToken(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "bulkReadDelay", "0", "bulkReadRows", "2", "bulkDownloadsPerMinute", "0")
	var records []map[string]any
	for i := range 5 {
		records = append(records, m{"Account_Name": fmt.Sprint("In ", i), "Account_Type": "Customer"}, m{"Account_Name": fmt.Sprint("Out ", i)})
	}
	c.create("Accounts", records...)
	const query = `{"query":{"module":{"api_name":"Accounts"},"cvid":"5820000000061003","fields":["Account_Name"]%s}}`
	names := func(job string) (out []string) {
		for _, row := range c.rows(job)[1:] {
			out = append(out, row[1])
		}
		return out
	}
	position, want := "", [][]string{{"In 0", "In 1"}, {"In 2", "In 3"}, {"In 4"}}
	for page := range want {
		byPage := c.bulkJob(fmt.Sprintf(query, fmt.Sprintf(`,"page":%d`, page+1)))
		byToken := c.bulkJob(fmt.Sprintf(query, position))
		result := c.job(byToken)["result"].(map[string]any)
		c.job(byPage)
		require.Equal(t, want[page], names(byToken))
		require.Equal(t, want[page], names(byPage))
		require.Equal(t, page < 2, result["more_records"])
		require.Equal(t, float64(page+1), result["page"])
		if page < 2 {
			position = `,"page_token":"` + result["next_page_token"].(string) + `"`
		}
	}
	re := c.bulk(strings.Replace(fmt.Sprintf(query, position), "Account_Name", "Phone", 1))
	require.Equal(t, "TOKEN_BOUND_DATA_MISMATCH", re.code())
	c.pass(25 * time.Hour)
	require.Equal(t, "EXPIRED_VALUE", c.bulk(fmt.Sprintf(query, position)).code())
}

func TestPollsAtTheSameTimeSeeOneResult(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "bulkReadDelay", "0", "bulkReadRows", "1")
	c.create("Accounts", m{"Account_Name": "A"}, m{"Account_Name": "B"})
	job := c.bulkJob(`{"query":{"module":{"api_name":"Accounts"},"fields":["Account_Name"]}}`)
	var group sync.WaitGroup
	results := make([]any, 8)
	for i := range results {
		group.Go(func() {
			c.pass(time.Second) // each run would write another expiry into its token
			results[i] = c.job(job)["result"]
		})
	}
	group.Wait()
	for _, r := range results {
		require.Equal(t, results[0], r)
	}
}

func TestABulkReadByCriteriaReadsWhatMeetsThem(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "bulkReadDelay", "0")
	ids := c.create("Accounts", m{"Account_Name": "A", "Employees": 5}, m{"Account_Name": "B", "Employees": 50}, m{"Account_Name": "C", "Employees": 500})
	job := c.bulkJob(`{"query":{"module":{"api_name":"Accounts"},"fields":["id"],"criteria":{"group_operator":"or","group":[
		{"field":{"api_name":"Employees"},"comparator":"greater_than","value":100},{"field":{"api_name":"Account_Name"},"comparator":"equal","value":"a"}]}}}`)
	c.job(job)
	require.Equal(t, [][]string{{"Id"}, {ids[0]}, {ids[2]}}, c.rows(job))
}

func TestABulkReadOfAViewThatIsDeletedMeanwhileFailsWithTheReason(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "bulkReadDelay", "1")
	const body = `{"query":{"module":{"api_name":"Accounts"},"cvid":"5820000000061003"}}`
	job := c.bulkJob(body)
	require.NoError(t, c.org.DropView(t.Context(), "5820000000061003"))
	c.pass(time.Minute)
	failed := c.job(job)
	require.Equal(t, "FAILURE", failed["state"])
	require.Contains(t, failed["result"].(map[string]any)["error_message"], "5820000000061003")
	require.Equal(t, "RESOURCE_NOT_FOUND", c.get(bulkRead+"/"+job+"/result").code())
	require.Equal(t, "CVID_NOT_SUPPORTED", c.bulk(body).code(), "a later job is refused at once")
}

func TestBulkReadsAreRefusedWithTheDocumentedCodes(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	query := func(rest string) string { return `{"query":{"module":{"api_name":"Accounts"}` + rest + `}}` }
	for body, code := range map[string]string{
		``:   "REQUEST_BODY_IS_EMPTY",
		`{`:  "REQUEST_BODY_NOT_READABLE",
		`{}`: "QUERY_NOT_SUPPORTED",
		`{"query":{"module":{"api_name":"Odd"}}}`: "MODULE_NOT_AVAILABLE",
		query(`,"fields":["Odd"]`):                "FIELD_NOT_AVAILABLE",
		query(`,"cvid":"7"`):                      "CVID_NOT_SUPPORTED",
		query(`,"page":51`):                       "PAGE_RANGE_EXCEEDED",
		query(`,"page":1,"page_token":"x"`):       "PAGE_NOT_SUPPORTED",
		query(`,"page_token":"x"`):                "INVALID_DATA",
		query(`,"criteria":{"field":{"api_name":"Odd"},"comparator":"equal","value":1}`): "INVALID_CRITERIA",
		`{"query":{"module":{"api_name":"Accounts"}},"file_type":"ics"}`:                 "NOT_SUPPORTED_FEATURE",
		`{"query":{"module":{"api_name":"Accounts"}},"callback":{"url":"http://x"}}`:     "INVALID_CALLBACK_URL",
	} {
		re := c.bulk(body)
		require.Equal(t, http.StatusBadRequest, re.status, body)
		require.Equal(t, code, re.code(), body)
	}
	require.Equal(t, http.StatusUnsupportedMediaType, c.call(http.MethodPost, bulkRead, query("")).status)
	require.Equal(t, http.StatusNotFound, c.get(bulkRead+"/77").status)
	require.Equal(t, http.StatusMethodNotAllowed, c.get(bulkRead).status)
	c.scopes = []string{"ZohoCRM.modules.ALL"}
	require.Equal(t, "OAUTH_SCOPE_MISMATCH", c.bulk(query("")).code())
}

func TestDownloadsOfBulkReadsAreLimitedByTheMinute(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "bulkReadDelay", "0", "bulkDownloadsPerMinute", "2")
	job := c.bulkJob(`{"query":{"module":{"api_name":"Accounts"}}}`)
	c.job(job)
	c.rows(job)
	c.rows(job)
	re := c.get(bulkRead + "/" + job + "/result")
	require.Equal(t, http.StatusTooManyRequests, re.status)
	require.Equal(t, "TOO_MANY_REQUESTS", re.code())
	c.pass(time.Minute)
	c.rows(job)
}

func TestABulkReadJobCostsFiftyCredits(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	require.Equal(t, 50, c.org.Cost(httptest.NewRequest(http.MethodPost, bulkRead, nil), nil))
	require.Equal(t, 1, c.org.Cost(httptest.NewRequest(http.MethodGet, bulkRead+"/1", nil), nil))
}
