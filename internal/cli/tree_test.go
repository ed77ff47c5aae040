package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"

	"github.com/stretchr/testify/require"
)

func TestWhatCannotBeDoneEndsWithTwoAndOneLineThatSaysWhy(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	for rule, c := range map[string]struct {
		args []string
		says string
	}{
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
		"trial of nothing":                 {[]string{"map", "items", "try", "--kind", "text"}, "name the billing field"},
		"trial of too many":                {[]string{"map", "items", "try", "--sample", "51"}, "give 1 to 50"},
		"search for nothing":               {[]string{"search", " "}, "give a part of a name"},
		"search nowhere":                   {[]string{"search", "x", "--in", "books"}, "use crm, billing or both"},
		"search for two things":            {[]string{"search", "x", "--items", "--last-name"}, "can't be used together"},
		"import of a module":               {[]string{"import", "crm/Deals", "1"}, `"Deals" is no module: use one of Accounts`},
		"import from the wrong side":       {[]string{"import", "billing/Accounts", "1"}, "write crm/Accounts"},
		"import of a person":               {[]string{"import", "contact_persons", "1"}, "comes with its customer"},
		"resync of a bare id":              {[]string{"resync", "5820000000100007"}, "write MODULE/ID"},
		"resync of no id":                  {[]string{"resync", "Accounts", "a b"}, "cannot be a record's id"},
		"explain nothing":                  {[]string{"explain", "Accounts/"}, "is no record: write MODULE/ID"},
		"explain of a module":              {[]string{"explain", "Leads/1"}, "is no module"},
		"decision without a winner":        {[]string{"conflicts", "resolve", "1"}, "nothing was decided: give --winner"},
		"decision for nobody":              {[]string{"conflicts", "resolve", "1", "--winner", "me"}, "--winner=me: use crm or billing"},
		"decision on a field":              {[]string{"conflicts", "resolve", "1", "--field", "phone=me"}, "--field=phone=me: use crm or billing"},
		"two lists":                        {[]string{"history", "records", "--failing", "--in-sync"}, "can't be used together"},
		"entity of a list":                 {[]string{"history", "records", "--entity", "deals"}, "use one of customers"},
		"source of customers":              {[]string{"customers", "--source", "books"}, "--source=books: use crm or billing"},
		"limit of customers":               {[]string{"customers", "--limit=-2"}, "give 0 for all"},
		"retry of no record":               {[]string{"retry", "last", "--record", "a/b"}, "cannot be a record's id"},
		"secret from a flag":               {[]string{"connect", "new", "--client-secret", "s"}, "unknown flag --client-secret"},
		"enable without its organisation":  {[]string{"enable", "demo"}, "missing flags: --crm-org=ID"},
		"reauthorize without a side":       {[]string{"reauthorize", "demo"}, "missing flags: --side"},
		"reauthorize of no side":           {[]string{"reauthorize", "demo", "--side", "books"}, `--side must be one of "crm","billing"`},
		"token from nowhere":               {[]string{"delete", "--plan", "p", "--choice", "convert_all"}, "the token of plan p is missing"},
		"choice of a deletion":             {[]string{"delete", "--plan", "p", "--choice", "all", "--token", "t"}, "--choice=all: use one of convert_all, convert_with_transactions"},
		"choice without a plan":            {[]string{"delete", "--choice", "convert_all"}, "--plan, --choice and --token belong together"},
		"plan without a choice":            {[]string{"delete", "--plan", "p", "--token", "t"}, "--plan, --choice and --token belong together"},
		"resumed deletion with a token":    {[]string{"delete", "--resume", "--token", "t"}, "--resume continues the deletion as it was confirmed"},
		"plan of a plan":                   {[]string{"delete", "--plan-only", "--plan", "p"}, "--plan-only makes a new plan"},
		"deletion that nobody leads":       {[]string{"delete", "demo"}, "so nobody can choose"},
		"back-offs that are stretched far": {[]string{"connect", "new", "--back-off-percent", "1001"}, "CAUSEWAY_BACKOFF_PERCENT): give 1 to 1000"},
		"back-offs of less than nothing":   {[]string{"connect", "new", "--back-off-percent=-1"}, "CAUSEWAY_BACKOFF_PERCENT): give 1 to 1000"},
		"credentials not set":              {[]string{"connect", "new"}, "CAUSEWAY_CRM_ACCOUNTS_URL is not set"},
		"credentials file not there":       {[]string{"connect", "new", "--credentials", "/nowhere/file"}, "read credentials: open /nowhere/file"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			status, out, errOut := x.Run(c.args...)
			require.Equal(t, cli.ExitCouldNot, status)
			require.Empty(t, out)
			require.Contains(t, errOut, c.says)
			require.Equal(t, 1, strings.Count(errOut, "\n"), errOut)
		})
	}
}

func TestUnknownConnectionNamesTheKnownOnes(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Connection("north")
	for _, args := range [][]string{{"status", "other"}, {"status"}, {"sync"}, {"verify"}, {"history"}, {"retry", "last"}, {"configure"}, {"map", "items", "list"},
		{"pause"}, {"resume", "other"}, {"disable"}, {"enable", "--crm-org", "1"}, {"reauthorize", "other", "--side", "crm"}, {"delete", "--resume"}, {"delete", "other"},
		{"resync", "Accounts", "1"}, {"import", "Accounts", "1"}, {"search", "x"}, {"customers"}, {"conflicts"}, {"history", "records"}, {"explain", "1"}} {
		status, _, errOut := x.Run(args...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, "demo")
		require.Contains(t, errOut, "north")
	}
}

func TestAStoreThatIsNotThereIsNeitherMadeNorMigrated(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	path := filepath.Join(x.Dir, "other.db")
	status, _, errOut := x.RunIn(path, "status")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "worker migrate")
	require.NoFileExists(t, path)

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	status, _, errOut = x.RunIn(path, "status")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "run `worker migrate`")
}

func TestHelpEndsWithNought(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	status, out, errOut := x.Run("connect", "--help")
	require.Equal(t, cli.ExitDone, status)
	require.Contains(t, out, "--credentials")
	require.Empty(t, errOut)
}

func TestUnreachableTemporalEndsWithTwo(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Temporal = nil
	status, _, errOut := x.Run("sync")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "reach Temporal")
}

func TestTextShowsWhatATerminalMayShow(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	for _, args := range [][]string{{"history", "show", "r1"}, {"history"}, {"status"}} {
		status, out, _ := x.Run(args...)
		require.Equal(t, cli.ExitDone, status)
		require.Contains(t, out, "r1")
		require.NotContains(t, out, "\x1b", "a name must not be able to steer the terminal")
	}
}

func TestABareStarterPrintsTheOverview(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	status, bare, errOut := x.Run()
	require.Equal(t, cli.ExitDone, status)
	require.Empty(t, errOut)
	for _, heading := range []string{"Start here", "Connections", "Records", "Field maps", "Finance", "Deletion", "Administration", "Flags of every command"} {
		require.Contains(t, bare, "\n"+heading+"\n")
	}
	require.Less(t, strings.Index(bare, "Examples:"), strings.Index(bare, "Start here"), "examples stand at the top")
	for _, args := range [][]string{{"--help"}, {"help"}} {
		status, out, _ := x.Run(args...)
		require.Equal(t, cli.ExitDone, status)
		require.Equal(t, bare, out)
	}
}

func TestEveryCommandStandsInTheOverview(t *testing.T) {
	t.Parallel()
	model, err := cli.Model()
	require.NoError(t, err)
	_, out, _ := clitest.New(t).Run()
	for _, c := range model.Children {
		if !c.Hidden {
			require.Regexp(t, `(?m)^  `+c.Name+` +`+regexp.QuoteMeta(c.Help)+`$`, out)
		}
	}
}

func TestHelpShowsACommandWithItsExamples(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	for _, c := range []struct{ command, flag, example string }{
		{"pause", "--why", "starter pause demo --why 'month end'"},
		{"history show", "--outcome", "starter history show last"},
		{"map set", "--transform", "starter map accounts set Phone phone"},
	} {
		status, out, errOut := x.Run(append([]string{"help"}, strings.Fields(c.command)...)...)
		require.Equal(t, cli.ExitDone, status, errOut)
		own, every, found := strings.Cut(out, "Flags of every command:")
		require.True(t, found)
		require.Contains(t, own, c.flag, "a command's own flags stand apart")
		require.Contains(t, every, "--data-dir")
		require.NotContains(t, own, "--data-dir")
		require.Contains(t, own, "Examples:\n")
		require.Contains(t, own, c.example)
	}
	status, _, errOut := x.Run("help", "undo")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "there is no command \"undo\"")
}

func TestVersionNamesTheProgram(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	status, out, _ := x.Run("version")
	require.Equal(t, cli.ExitDone, status)
	require.Contains(t, out, "causeway ")
	_, out, _ = x.Run("version", "--output", "json")
	require.Contains(t, out, `"version":`)
}

func TestCompletionIsPrintedForEachShell(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	for shell, says := range map[string]string{"bash": "complete -o default", "zsh": "bashcompinit", "fish": "function __complete_starter"} {
		status, out, _ := x.Run("completion", shell)
		require.Equal(t, cli.ExitDone, status)
		require.Contains(t, out, says)
	}
	status, _, errOut := x.Run("completion", "csh")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, `"bash","zsh","fish"`)
}

// It cannot be parallel: the shell's words come through the environment.
func TestAShellIsToldWhatMayStandNext(t *testing.T) {
	for line, want := range map[string]string{"starter conn": "connect\n", "starter history show --outc": "--outcome\n", "starter history sh": "show\n"} {
		t.Setenv("COMP_LINE", line)
		x := clitest.New(t)
		x.Env["COMP_LINE"] = line
		status, out, _ := x.Run()
		require.Equal(t, cli.ExitDone, status)
		require.Contains(t, out, want)
	}
}

func TestAWrongArgumentNamesTheHelpOfItsCommand(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	_, _, errOut := x.Run("history", "show", "last", "--outcome", "lost")
	require.Contains(t, errOut, "(see `starter help history show`)")
	_, _, errOut = x.Run("undo")
	require.Contains(t, errOut, "(see `starter --help`)")
}
