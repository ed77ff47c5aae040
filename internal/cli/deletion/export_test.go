package deletion_test

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/cli/deletion"
	"causeway/internal/report"
	"causeway/internal/store/deletions"

	"github.com/stretchr/testify/require"
)

// linked is a trial whose connection "demo" has two customers, one of a name that is hard to write.
func linked(t *testing.T) *clitest.Trial {
	t.Helper()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	x.Link("demo", "r1", clitest.CustomerLink("a1", "b1"), "Acme, \"Inc\"\nLtd é")
	x.Link("demo", "r1", clitest.CustomerLink("a2", "b2"), "Bolt")
	return x
}

func sumOf(data string) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}

type export1 struct {
	Connection, State, Who, Choice, Checksum string
	Plan                                     struct{ ID string }
	ConfirmedBy                              string                       `json:"confirmed_by"`
	FinishedAt                               *time.Time                   `json:"finished_at"`
	PlannedChecksum                          string                       `json:"planned_checksum"`
	Applications                             []report.ExportedApplication `json:"applications"`
	Records                                  []map[string]any             `json:"records"`
}

func TestADeletionIsExportedInBothFormatsWhileItsConnectionLivesAndAfterwards(t *testing.T) {
	t.Parallel()
	x := linked(t)
	planned(x, "p1", clitest.At)
	status, out, errOut := x.Run("export-deletion")
	require.Equal(t, cli.ExitDone, status, errOut)
	plan := clitest.AnswerOf[export1](t, out)
	require.Equal(t, "planned", plan.State)
	require.Equal(t, "p1", plan.Plan.ID)
	require.Len(t, plan.Records, 2)
	require.Equal(t, "", plan.Records[0]["outcome"])

	d := confirmed(x, "p1")
	require.NoError(t, x.Store.Deletions.KeepApp(t.Context(), "p1", deletions.App{App: "f1", Name: "Ledger", Outcome: "gone", DoneAt: clitest.At.UnixMicro()}))
	removed(x, d)
	x.Temporal = nil // nobody needs it
	status, out, errOut = x.Run("export-deletion", "demo")
	require.Equal(t, cli.ExitDone, status, errOut)
	done := clitest.AnswerOf[export1](t, out)
	require.Equal(t, []string{"demo", "deleted", "ann", "convert_with_transactions", "ann"}, []string{done.Connection, done.State, done.Who, done.Choice, done.ConfirmedBy})
	require.Equal(t, clitest.At.Add(2*time.Hour), *done.FinishedAt)
	require.Equal(t, d.Checksum, done.PlannedChecksum)
	require.Equal(t, "Ledger", done.Applications[0].Name)
	require.Equal(t, map[string]any{
		"part": "customers", "side": "billing", "module": "customers", "id": "b2", "parent_id": "", "crm_module": "Accounts", "crm_id": "a2", "name": "Bolt",
		"born": "crm", "linked_as_duplicate": true, "gone_on": "", "transactions": true, "held": "", "planned_convert_all": "kept",
		"planned_convert_with_transactions": "kept", "outcome": "kept", "code": "", "reason": "", "done_at": "2026-03-04T06:36:07Z",
	}, done.Records[1])
	require.Equal(t, "Acme, \"Inc\"\nLtd é", done.Records[0]["name"])

	status, out, errOut = x.Run("export-deletion", "demo", "--format", "csv", "--plan", "p1")
	require.Equal(t, cli.ExitDone, status, errOut)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3)
	for i, row := range rows[1:] {
		for j, name := range rows[0] {
			require.Equal(t, row[j], fmt.Sprint(done.Records[i][name]), "both formats tell the same")
		}
	}
	require.Equal(t, sumOf(out), done.Checksum, "the checksum is that of the CSV")
	require.Contains(t, errOut, done.Checksum)
	require.Equal(t, done.Checksum, stored(x, "p1").Final)
}

func TestAnExportGoesToANewFileThatNobodyElseReads(t *testing.T) {
	t.Parallel()
	x := linked(t)
	planned(x, "p1", clitest.At)
	for _, format := range []string{"json", "csv"} {
		file := filepath.Join(x.Dir, "export."+format)
		status, out, errOut := x.Run("export-deletion", "demo", "--format", format, "--file", file, "--output", "json")
		require.Equal(t, cli.ExitDone, status, errOut)
		told := clitest.AnswerOf[report.Exported](t, out)
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, report.Exported{Connection: "demo", Plan: "p1", State: "planned", Format: format, File: file, Checksum: told.Checksum}, told)
		if format == "csv" {
			require.Equal(t, sumOf(string(data)), told.Checksum)
		} else {
			require.True(t, json.Valid(data))
		}
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		status, _, errOut = x.Run("export-deletion", "demo", "--format", format, "--file", file)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, "exists")
		again, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, data, again)
	}
	status, out, _ := x.Run("export-deletion", "--file", filepath.Join(x.Dir, "text.json"))
	require.Equal(t, cli.ExitDone, status)
	require.Contains(t, out, "the records of plan p1 of demo (planned) are in")
}

func TestAnExportOfAnAlteredStoreIsABadAnswer(t *testing.T) {
	t.Parallel()
	x := linked(t)
	planned(x, "p1", clitest.At)
	d := confirmed(x, "p1")
	d.Checksum = strings.Repeat("0", 64)
	require.ErrorContains(t, deletion.Unaltered(t.Context(), x.Store, d, "any"), "the store was changed by somebody")
	d = stored(x, "p1")
	require.NoError(t, deletion.Unaltered(t.Context(), x.Store, d, "any"), "there is no final sum yet")
	d.Final = strings.Repeat("0", 64)
	require.ErrorContains(t, deletion.Unaltered(t.Context(), x.Store, d, "any"), "not those that the store kept a checksum of")
}

func TestWithoutAPlanTheDeletionIsExportedAndNotAPlanThatNobodyConfirmed(t *testing.T) {
	t.Parallel()
	x := linked(t)
	planned(x, "p1", clitest.At)
	planned(x, "p2", clitest.At.Add(time.Minute))
	_, out, _ := x.Run("export-deletion")
	require.Equal(t, "p2", clitest.AnswerOf[export1](t, out).Plan.ID)
	confirmed(x, "p2")
	_, err := x.Store.Deletions.Begin(t.Context(), "p3", "demo", "ann", clitest.At.Add(2*time.Hour))
	require.NoError(t, err)
	_, out, _ = x.Run("export-deletion")
	got := clitest.AnswerOf[export1](t, out)
	require.Equal(t, []string{"p2", "confirmed"}, []string{got.Plan.ID, got.State})
	status, _, errOut := x.Run("export-deletion", "--plan", "p3")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "plan p3 is still being made")
}

func TestADeletionThatWasLostAndPlannedAnewIsExportedByItsNewPlanAndKeepsTheOldOne(t *testing.T) {
	t.Parallel()
	x := linked(t)
	planned(x, "p1", clitest.At)
	confirmed(x, "p1")
	d := planned(x, "p2", clitest.At.Add(30*time.Minute))
	_, out, _ := x.Run("export-deletion")
	require.Equal(t, "p2", clitest.AnswerOf[export1](t, out).Plan.ID, "the one that can be confirmed now")
	d = confirmed(x, d.ID)
	removed(x, d)
	for args, want := range map[string][]string{"": {"p2", "deleted"}, "--plan=p1": {"p1", "confirmed"}} {
		status, out, errOut := x.Run(append([]string{"export-deletion", "demo"}, strings.Fields(args)...)...)
		require.Equal(t, cli.ExitDone, status, errOut)
		got := clitest.AnswerOf[export1](t, out)
		require.Equal(t, want, []string{got.Plan.ID, got.State}, "what the first one has done is told by it alone")
		require.Len(t, got.Records, 2)
	}
}

func TestWhatCannotBeExportedSaysWhy(t *testing.T) {
	t.Parallel()
	x := clitest.DemoTrial(t)
	for rule, c := range map[string]struct {
		args []string
		says string
	}{
		"nothing planned":    {[]string{"demo"}, "connection demo has no plan of a deletion: make one with `starter delete demo --plan-only`"},
		"unknown connection": {[]string{"other"}, `no connection "other"`},
		"no connection's id": {[]string{"a/b"}, "use 1 to 40 of the characters"},
		"unknown format":     {[]string{"demo", "--format", "xml"}, `--format must be one of "json","csv"`},
	} {
		status, out, errOut := x.Run(append([]string{"export-deletion"}, c.args...)...)
		require.Equal(t, cli.ExitCouldNot, status, rule)
		require.Empty(t, out)
		require.Contains(t, errOut, c.says)
	}
	y := linked(t)
	planned(y, "p1", clitest.At)
	status, out, errOut := y.Run("export-deletion", "--plan", "p9")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "connection demo has no plan p9: its newest is p1")
	status, _, errOut = y.Run("export-deletion", "--file", "/nowhere/x.json")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "write the export: open /nowhere/x.json")
}
