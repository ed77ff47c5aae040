package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestWhatCannotBeDoneEndsWithTwoAndOneLineThatSaysWhy(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	for rule, c := range map[string]struct {
		args []string
		says string
	}{
		"no command":                       {nil, "expected one of"},
		"unknown command":                  {[]string{"undo"}, "unexpected argument undo"},
		"unknown flag":                     {[]string{"status", "--nope"}, "unknown flag --nope"},
		"unknown output":                   {[]string{"status", "--output", "xml"}, `--output must be one of "text","json"`},
		"unknown connection":               {[]string{"status", "other"}, `"other"`},
		"id with a slash":                  {[]string{"status", "a/b"}, `connection id "a/b"`},
		"id with a space":                  {[]string{"sync", "a b"}, `connection id "a b"`},
		"id of 300 characters":             {[]string{"verify", strings.Repeat("x", 300)}, "use 1 to 40 of the characters"},
		"new id with capitals":             {[]string{"connect", "Demo"}, `connection id "Demo"`},
		"two ids":                          {[]string{"sync", "a", "--connection", "b"}, "two connections are named"},
		"unknown run":                      {[]string{"history", "show", "none"}, "none"},
		"no run yet":                       {[]string{"retry", "last"}, "no run yet"},
		"unknown outcome":                  {[]string{"history", "show", "last", "--outcome", "lost"}, "use one of added"},
		"unknown entity":                   {[]string{"history", "show", "last", "--entity", "deals"}, "use one of customers"},
		"negative sample":                  {[]string{"verify", "--sample=-1"}, "--sample=-1"},
		"cadence too short":                {[]string{"connect", "new", "--cadence", "4m"}, "give 5m0s or more"},
		"unknown mode":                     {[]string{"connect", "new", "--mode", "leads"}, "--mode must be one of"},
		"unknown mode of an edit":          {[]string{"configure", "--mode", "leads"}, "--mode=leads: use one of accounts, contacts, accounts_and_contacts"},
		"unknown extent":                   {[]string{"configure", "--items-extent", "none"}, "--items-extent=none: use one of fetch, both"},
		"unknown conflict rule":            {[]string{"configure", "--conflicts", "mine"}, "use one of crm, billing, newest, ask"},
		"another transaction":              {[]string{"configure", "--transactions", "retainer_invoices"}, "with the Temporal SDK"},
		"cadence of an edit":               {[]string{"configure", "--cadence", "1m"}, "give 5m0s or more"},
		"negative cadence":                 {[]string{"configure", "--cadence=-5m"}, "give 5m0s or more"},
		"retention too short":              {[]string{"configure", "--retention", "1h"}, "give 24h0m0s or more"},
		"unknown field maps":               {[]string{"map", "deals", "list"}, "use one of accounts, contacts, persons, items"},
		"map without a command":            {[]string{"map", "accounts"}, "expected one of"},
		"map without a target":             {[]string{"map", "accounts", "set", "Phone"}, "<target>"},
		"map of no kind":                   {[]string{"map", "accounts", "set", "Phone", "phone", "--kind", "number"}, "--kind=number: use one of text"},
		"map without a source":             {[]string{"map", "accounts", "set", "-", "phone"}, "needs --transform"},
		"map in no direction":              {[]string{"map", "items", "try", "unit", "--direction", "up"}, "--direction=up: use one of to_billing, to_crm, both"},
		"trial of nothing":                 {[]string{"map", "items", "try", "--kind", "text"}, "name the field of billing"},
		"trial of too many":                {[]string{"map", "items", "try", "--sample", "51"}, "give 1 to 50"},
		"search for nothing":               {[]string{"search", " "}, "give a part of a name"},
		"search nowhere":                   {[]string{"search", "x", "--in", "books"}, "use crm, billing or both"},
		"search for two things":            {[]string{"search", "x", "--items", "--last-name"}, "can't be used together"},
		"import of a module":               {[]string{"import", "crm/Deals", "1"}, `"Deals" is no module: use one of Accounts`},
		"import from the wrong side":       {[]string{"import", "billing/Accounts", "1"}, "write crm/Accounts"},
		"import of a person":               {[]string{"import", "contact_persons", "1"}, "comes with its customer"},
		"resync of no id":                  {[]string{"resync", "Accounts", "a b"}, "can be no record's id"},
		"explain nothing":                  {[]string{"explain", "Accounts/"}, "names no record"},
		"explain of a module":              {[]string{"explain", "Leads/1"}, "is no module"},
		"decision without a winner":        {[]string{"conflicts", "resolve", "1"}, "nothing is decided"},
		"decision for nobody":              {[]string{"conflicts", "resolve", "1", "--winner", "me"}, "--winner=me: use crm or billing"},
		"decision on a field":              {[]string{"conflicts", "resolve", "1", "--field", "phone=me"}, "--field=phone=me: use crm or billing"},
		"two lists":                        {[]string{"history", "records", "--failing", "--in-sync"}, "can't be used together"},
		"entity of a list":                 {[]string{"history", "records", "--entity", "deals"}, "use one of customers"},
		"source of customers":              {[]string{"customers", "--source", "books"}, "--source=books: use crm or billing"},
		"limit of customers":               {[]string{"customers", "--limit=-2"}, "give 0 for all"},
		"retry of no record":               {[]string{"retry", "last", "--record", "a/b"}, "can be no record's id"},
		"secret from a flag":               {[]string{"connect", "new", "--client-secret", "s"}, "unknown flag --client-secret"},
		"enable without its organisation":  {[]string{"enable", "demo"}, "missing flags: --crm-org=ID"},
		"reauthorize without a side":       {[]string{"reauthorize", "demo"}, "missing flags: --side"},
		"reauthorize of no side":           {[]string{"reauthorize", "demo", "--side", "books"}, `--side must be one of "crm","billing"`},
		"token from nowhere":               {[]string{"delete", "--plan", "p", "--choice", "convert_all"}, "the token of plan p is missing"},
		"choice of a deletion":             {[]string{"delete", "--plan", "p", "--choice", "all", "--token", "t"}, "--choice=all: use one of convert_all, convert_with_transactions"},
		"choice without a plan":            {[]string{"delete", "--choice", "convert_all"}, "--plan, --choice and --token belong together"},
		"plan without a choice":            {[]string{"delete", "--plan", "p", "--token", "t"}, "--plan, --choice and --token belong together"},
		"resumed deletion with a token":    {[]string{"delete", "--resume", "--token", "t"}, "--resume goes on with the deletion as it was begun"},
		"plan of a plan":                   {[]string{"delete", "--plan-only", "--plan", "p"}, "--plan-only makes a new plan"},
		"deletion that nobody leads":       {[]string{"delete", "demo"}, "nobody is there to choose"},
		"back-offs that are stretched far": {[]string{"connect", "new", "--back-off-percent", "1001"}, "CAUSEWAY_BACKOFF_PERCENT): give 1 to 1000"},
		"back-offs of less than nothing":   {[]string{"connect", "new", "--back-off-percent=-1"}, "CAUSEWAY_BACKOFF_PERCENT): give 1 to 1000"},
		"credentials not set":              {[]string{"connect", "new"}, "CAUSEWAY_CRM_ACCOUNTS_URL is not set"},
		"credentials file not there":       {[]string{"connect", "new", "--credentials", "/nowhere/file"}, "read credentials: open /nowhere/file"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			status, out, errOut := x.run(c.args...)
			require.Equal(t, exitCouldNot, status)
			require.Empty(t, out)
			require.Contains(t, errOut, c.says)
			require.Equal(t, 1, strings.Count(errOut, "\n"), errOut)
		})
	}
}

func TestUnknownConnectionNamesTheKnownOnes(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.connection("north")
	for _, args := range [][]string{{"status", "other"}, {"status"}, {"sync"}, {"verify"}, {"history"}, {"retry", "last"}, {"configure"}, {"map", "items", "list"},
		{"pause"}, {"resume", "other"}, {"disable"}, {"enable", "--crm-org", "1"}, {"reauthorize", "other", "--side", "crm"}, {"delete", "--resume"}, {"delete", "other"},
		{"resync", "Accounts", "1"}, {"import", "Accounts", "1"}, {"search", "x"}, {"customers"}, {"conflicts"}, {"history", "records"}, {"explain", "1"}} {
		status, _, errOut := x.run(args...)
		require.Equal(t, exitCouldNot, status)
		require.Contains(t, errOut, "demo")
		require.Contains(t, errOut, "north")
	}
}

func TestAStoreThatIsNotThereIsNeitherMadeNorMigrated(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	path := filepath.Join(x.dir, "other.db")
	status, _, errOut := x.runIn(path, "status")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "worker migrate")
	require.NoFileExists(t, path)

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	status, _, errOut = x.runIn(path, "status")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "run `worker migrate`")
}

func TestHelpEndsWithNought(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	status, out, errOut := x.run("connect", "--help")
	require.Equal(t, exitDone, status)
	require.Contains(t, out, "--credentials")
	require.Empty(t, errOut)
}

func TestUnreachableTemporalEndsWithTwo(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.temporal = nil
	status, _, errOut := x.run("sync")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "reach Temporal")
}

func TestStatus(t *testing.T) {
	t.Parallel()
	since := at.Add(-3600e9)
	for rule, c := range map[string]struct {
		temporal *fakeTemporal
		state    string
		degraded string
		note     string
	}{
		"as the workflow says": {
			&fakeTemporal{status: &contract.Status{State: "connected", Degraded: &contract.Degraded{Reason: "token refused", Since: since}}},
			`"connected"`, `{"reason":"token refused","since":"2026-03-04T04:06:07Z"}`, "",
		},
		"as the store last heard, where no workflow runs":        {&fakeTemporal{}, `"active"`, `null`, "not running"},
		"as the store last heard, where Temporal is unreachable": {nil, `"active"`, `null`, "does not answer"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			x := newTrial(t)
			x.connection("demo")
			x.temporal = c.temporal
			want := map[string]string{"connection": `"demo"`, "state": c.state, "degraded": c.degraded, "run": "null",
				"progress": "null", "drift": "[]", "budget": "{}", "capabilities": "null", "web_ui": `""`,
				"paused": "null", "suspended": "null", "yielded": "null", "disabled": "null", "deletion": "null", "note": `""`}
			status, out, errOut := x.run("status", "demo", "--output", "json")
			require.Equal(t, exitDone, status)
			require.JSONEq(t, with(t, `{}`, want), out)
			require.Contains(t, errOut, c.note)

			x.finished("demo", "r1", 1)
			want["run"], want["web_ui"] = runJSON, strconv.Quote(ui("periodic-sync/demo/1"))
			_, out, _ = x.run("status", "--connection", "demo", "--output", "json")
			require.JSONEq(t, with(t, `{}`, want), out)
		})
	}
}

func TestHistoryListsRunsNewestFirst(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	_, out, _ := x.run("history", "--output", "json")
	require.JSONEq(t, `{"runs":[]}`, out)
	x.finished("demo", "r1", 1)
	x.finished("demo", "r2", 2)
	second := with(t, runJSON, map[string]string{"run_id": `"r2"`, "workflow_id": `"periodic-sync/demo/2"`})
	_, out, _ = x.run("history", "demo", "--output", "json")
	require.JSONEq(t, `{"runs":[`+second+`,`+runJSON+`]}`, out)
	_, out, _ = x.run("history", "--limit", "1", "--output", "json")
	require.JSONEq(t, `{"runs":[`+second+`]}`, out)
}

func TestHistoryShowsARunWithItsOperations(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	bad := `{"entity":"customers","direction":"to_billing","action":"fail","outcome":"failed","crm_id":"11","billing_id":"","name":"Bad\u001b[31m",
		"code":"FIELD_INVALID","rule":"","reason":"Email is not an e-mail address"}`
	skipped := `{"entity":"customers","direction":"to_billing","action":"skip","outcome":"skipped","crm_id":"12","billing_id":"99","name":"",
		"code":"","rule":"","reason":"billing has it"}`
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"r1"}, bad + "," + skipped},
		{[]string{"last"}, bad + "," + skipped},
		{[]string{"last", "--connection", "demo", "--outcome", "skipped"}, skipped},
		{[]string{"r1", "--entity", "items"}, ""},
		{[]string{"r1", "--limit", "1"}, bad},
	} {
		status, out, _ := x.run(append([]string{"history", "show", "--output", "json"}, c.args...)...)
		require.Equal(t, exitDone, status)
		require.JSONEq(t, with(t, runJSON, map[string]string{"operations": "[" + c.want + "]", "drift": "[]", "web_ui": strconv.Quote(ui("periodic-sync/demo/1"))}), out, c.args)
	}
}

func TestTextShowsWhatATerminalMayShow(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	for _, args := range [][]string{{"history", "show", "r1"}, {"history"}, {"status"}} {
		status, out, _ := x.run(args...)
		require.Equal(t, exitDone, status)
		require.Contains(t, out, "r1")
		require.NotContains(t, out, "\x1b", "a name must not be able to steer the terminal")
	}
}

func TestSyncSaysWhatItStarted(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	ref := contract.RunRef{RunID: "r1", WorkflowID: "periodic-sync/demo/1", Trigger: "schedule"}
	x.temporal.accepted = contract.SyncAccepted{RunRef: ref, Joined: true}
	status, out, errOut := x.run("sync", "--output", "json")
	require.Equal(t, exitDone, status)
	require.JSONEq(t, `{"run_id":"r1","workflow_id":"periodic-sync/demo/1","joined":true,"queued":false}`, out)
	require.Contains(t, errOut, "joined run r1")
}

func TestSyncWaitsForTheRunAndPrintsIt(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{{"sync"}, {"retry", "r1"}} {
		x := newTrial(t)
		x.connection("demo")
		x.finished("demo", "r1", 1)
		x.temporal.accepted.RunRef = contract.RunRef{RunID: "r1", WorkflowID: "periodic-sync/demo/1"}
		status, out, _ := x.run(append(command, "--wait", "--output", "json")...)
		require.Equal(t, exitDone, status, "a parked record does not make a run bad")
		require.JSONEq(t, runJSON, out)
	}
}

func TestAWorkflowThatHasNotBeenStartedYetIsWaitedFor(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.temporal.notYet = 3
	x.temporal.accepted = contract.SyncAccepted{RunRef: contract.RunRef{RunID: "r2"}, Queued: true}
	x.temporal.waitErr = &contract.RunError{Run: contract.RunRef{RunID: "r2"}, Failure: contract.Failure{Code: "X", Reason: "no"}}
	status, out, errOut := x.run("sync", "--wait", "--output", "json")
	require.Equal(t, exitBad, status)
	require.Zero(t, x.temporal.notYet)
	require.Contains(t, out, `"run_id":"r2"`)
	require.Contains(t, errOut, "begins when the running one has ended")
}

func TestAnInterruptedWaitEndsWithTwoAndSaysThatTheRunGoesOn(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.temporal.hangs, x.limit = true, 100*time.Millisecond
	x.temporal.accepted.RunRef = contract.RunRef{RunID: "r1"}
	status, out, errOut := x.run("sync", "--wait")
	require.Equal(t, exitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "interrupted; what was started in Temporal goes on by itself")
	require.NotContains(t, errOut, "rpc")
}

func TestARunThatFailedEndsWithOneAndIsPrinted(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.finished("demo", "r1", 1)
	x.temporal.accepted.RunRef = contract.RunRef{RunID: "r1"}
	x.temporal.waitErr = &contract.RunError{Run: contract.RunRef{RunID: "r1"},
		Failure: contract.Failure{Type: "Unauthorized", Code: "INVALID_TOKEN", Reason: "token refused"}}
	status, out, errOut := x.run("retry", "last", "--wait", "--output", "json")
	require.Equal(t, exitBad, status)
	require.JSONEq(t, with(t, runJSON, map[string]string{"status": `"failed"`,
		"failure": `{"type":"Unauthorized","code":"INVALID_TOKEN","reason":"token refused"}`}), out)
	require.Contains(t, errOut, "run r1 failed: token refused [INVALID_TOKEN]")
	require.Equal(t, "r1", x.temporal.retried.Run)
}
