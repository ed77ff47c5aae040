package main

// The headings of the environment page.
const (
	every       = "Every program"
	starterOnly = "starter"
	workerOnly  = "worker"
	devOnly     = "worker/dev"
	tests       = "tests"
)

// variable is one that no struct tag describes.
type variable struct {
	program, flag, help string
}

// variables are those that the code reads by itself. A variable that is missing here, or that nothing reads any more,
// fails the test.
var variables = map[string]variable{
	"CAUSEWAY_CRM_ACCOUNTS_URL":      {starterOnly, "", "The accounts server of the CRM's credential, like `https://accounts.zoho.eu`. `connect` and `reauthorize` read it where no `--credentials` file is given."},
	"CAUSEWAY_CRM_CLIENT_ID":         {starterOnly, "", "The client id of the CRM's credential."},
	"CAUSEWAY_CRM_CLIENT_SECRET":     {starterOnly, "", "The client secret of the CRM's credential."},
	"CAUSEWAY_CRM_REFRESH_TOKEN":     {starterOnly, "", "The refresh token of the CRM's credential."},
	"CAUSEWAY_BILLING_ACCOUNTS_URL":  {starterOnly, "", "The accounts server of billing's credential."},
	"CAUSEWAY_BILLING_CLIENT_ID":     {starterOnly, "", "The client id of billing's credential."},
	"CAUSEWAY_BILLING_CLIENT_SECRET": {starterOnly, "", "The client secret of billing's credential."},
	"CAUSEWAY_BILLING_REFRESH_TOKEN": {starterOnly, "", "The refresh token of billing's credential."},
	"CAUSEWAY_DELETE_TOKEN":          {starterOnly, "--token", "The token of the plan that `starter delete` carries out."},
	"CAUSEWAY_WEBHOOK_SECRET":        {starterOnly, "--secret-file", "The secret that signs notifications. Read when a webhook is set, and kept encrypted."},
	"CAUSEWAY_APP_SECRET":            {starterOnly, "--secret-file", "The secret that signs what another finance application is told. Read when it is added, and kept encrypted."},

	"CAUSEWAY_FORCE_RECORDS": {tests, "", "The number of accounts."},
	"CAUSEWAY_FORCE_ROUNDS":  {tests, "", "How often a process is killed, or how many pieces of work an admin does."},
	"CAUSEWAY_FORCE_FAULTS":  {tests, "", "Of 100 replies to a first sync, how many are bad, in each way there is. Default 0."},
	"CAUSEWAY_FORCE_PAUSES":  {tests, "", "How often a sync is paused in the middle of a page."},
	"CAUSEWAY_FORCE_SEED":    {tests, "", "The seed of the moments, the data and the faults. A failure prints its own."},
	"CAUSEWAY_SCREENSHOTS":   {tests, "", "A directory that keeps what the browser tests saw."},
	"CAUSEWAY_RECORD":        {tests, "", "A new directory of workflow histories to record."},
	"CAUSEWAY_BENCH_RECORDS": {tests, "", "The number of accounts of a benchmark. Default 20,000."},
	"CAUSEWAY_BENCH_MEMORY":  {tests, "", "Set to 1 to measure the worker's memory, which takes long."},
	"CAUSEWAY_BENCH_PUSHES":  {tests, "", "The number of pushes that the push benchmark measures."},
	"CAUSEWAY_CI":            {tests, "", "Set to 1 to make a missing PostgreSQL or browser a failure. Without it those tests skip."},
}

// notDocumented are variables between a test and its own processes.
var notDocumented = map[string]bool{"CAUSEWAY_TEST_BE_WORKER": true}
