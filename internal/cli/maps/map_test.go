package maps_test

import (
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func fieldMap(x *clitest.Trial, list, target string) (record.FieldMap, bool) {
	x.T.Helper()
	l, err := preferences.FindMapList(list)
	require.NoError(x.T, err)
	return l.Find(x.Preferences(), target)
}

func TestFieldMapsAreListedSetAndRemoved(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	status, out, errOut := x.Run("map", "accounts", "list", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	got := clitest.AnswerOf[report.FieldMaps](t, out)
	require.Equal(t, "accounts", got.Entity)
	require.Equal(t, 1, got.Version)
	require.NotEmpty(t, got.Maps)

	status, out, errOut = x.Run("map", "accounts", "set", "Phone", "mobile", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, 2, clitest.AnswerOf[report.Configured](t, out).Preferences.Version)
	require.Contains(t, errOut, "map of accounts to mobile: none → Phone")
	require.Contains(t, errOut, "starter map accounts apply")
	set, known := fieldMap(x, "accounts", "mobile")
	require.True(t, known)
	require.Equal(t, record.KindText, set.Kind, "as the types of the fields tell")

	status, _, errOut = x.Run("map", "accounts", "set", "-", "notes", "--transform", `"from " + record.Account_Name`, "--every-record")
	require.Equal(t, cli.ExitDone, status, errOut)
	set, _ = fieldMap(x, "accounts", "notes")
	require.Equal(t, record.FieldMap{Target: "notes", Kind: record.KindText, Direction: record.ToBilling, Transform: `"from " + record.Account_Name`}, set)
	require.True(t, x.Temporal.Configured[1].EveryRecord)

	status, _, errOut = x.Run("map", "items", "set", "Usage_Unit", "unit", "--choice", "Box=box", "--choice", "Piece=pc", "--direction", "both")
	require.Equal(t, cli.ExitDone, status, errOut)
	set, _ = fieldMap(x, "items", "unit")
	require.Equal(t, record.FieldMap{Source: "Usage_Unit", Target: "unit", Kind: record.KindChoice, Direction: record.BothWays,
		Choices: map[string]string{"Box": "box", "Piece": "pc"}}, set)

	status, _, errOut = x.Run("map", "items", "set", "Usage_Unit", "unit", "--choice", "Crate=crate", "--choice", "Box=")
	require.Equal(t, cli.ExitDone, status, errOut)
	set, _ = fieldMap(x, "items", "unit")
	require.Equal(t, record.FieldMap{Source: "Usage_Unit", Target: "unit", Kind: record.KindChoice, Direction: record.BothWays,
		Choices: map[string]string{"Crate": "crate", "Piece": "pc"}}, set, "what the flags leave out stays as it was")

	status, _, errOut = x.Run("map", "accounts", "remove", "mobile")
	require.Equal(t, cli.ExitDone, status, errOut)
	_, known = fieldMap(x, "accounts", "mobile")
	require.False(t, known)
}

func TestAMapWhoseFieldsHaveNothingInCommonIsNotGuessed(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	status, _, errOut := x.Run("map", "items", "set", "Product_Name", "rate")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "have types that do not match")
	require.Contains(t, errOut, "starter map items fields")
	require.Empty(t, x.Temporal.Configured)
}

func TestMapsAreTriedOnLiveRecordsBeforeTheyAreSaved(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	status, out, errOut := x.Run("map", "accounts", "try", "notes", "--transform", `"is " + record.Account_Name`, "--sample", "2", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	got := clitest.AnswerOf[report.Tried](t, out).Tried
	require.Len(t, got, 2)
	require.Equal(t, "is "+got[0].Name, got[0].Result)
	require.Empty(t, got[0].Problem)

	status, out, errOut = x.Run("map", "accounts", "try", "display_name", "--record", got[1].RecordID, "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	one := clitest.AnswerOf[report.Tried](t, out).Tried
	require.Len(t, one, 1)
	require.Equal(t, report.TriedRecord{RecordID: got[1].RecordID, Name: got[1].Name, Source: "Account_Name", Target: "display_name",
		Value: got[1].Name, Result: got[1].Name}, one[0])

	status, out, errOut = x.Run("map", "accounts", "try", "notes", "--transform", `string(1 / 0)`, "--sample", "1", "--output", "json")
	require.Equal(t, cli.ExitBad, status, errOut)
	require.NotEmpty(t, clitest.AnswerOf[report.Tried](t, out).Tried[0].Problem)
	require.Contains(t, errOut, "1 of 1 values cannot be mapped")
	status, out, _ = x.Run("map", "items", "try", "--output", "json")
	require.Equal(t, cli.ExitDone, status)
	require.NotEmpty(t, clitest.AnswerOf[report.Tried](t, out).Tried, "all maps, where none is named")
	require.Empty(t, x.Temporal.Configured)

	_, _, errOut = x.Run("map", "accounts", "try", "display_name", "--record", "404")
	require.Contains(t, errOut, "record 404")
	for _, wrong := range [][]string{{"--source", "Acount_Name"}, {"--transform", "record.Acount_Name"}} {
		status, _, errOut = x.Run(append([]string{"map", "accounts", "try", "notes"}, wrong...)...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, `"Acount_Name" is no field of this CRM module`)
		require.Contains(t, errOut, `did you mean "Account_Name"`)
		require.NotContains(t, errOut, "INVALID_QUERY")
	}
}

func TestTheFieldsOfBothSidesAreListedWithTheirTypesAndMaps(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	status, out, errOut := x.Run("map", "items", "fields", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	got := clitest.AnswerOf[report.FieldLists](t, out)
	named := func(list []report.SideField, name string) report.SideField {
		for _, f := range list {
			if f.Name == name {
				return f
			}
		}
		return report.SideField{}
	}
	require.Equal(t, []string{"sku"}, named(got.CRM, "Product_Code").MappedTo)
	require.Equal(t, []string{"Product_Code"}, named(got.Billing, "sku").MappedTo)
	require.True(t, named(got.Billing, "rate").Required)
	status, out, _ = x.Run("map", "items", "fields", "--side", "billing", "--output", "json")
	require.Equal(t, cli.ExitDone, status)
	require.Empty(t, clitest.AnswerOf[report.FieldLists](t, out).CRM)
}

func TestMapsAreAppliedToEveryRecordByAVersionAndASync(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	x.Temporal.Accepted.RunRef = contract.RunRef{RunID: "r9", WorkflowID: "periodic-sync/north/9"}
	status, out, errOut := x.Run("map", "accounts", "apply", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.JSONEq(t, `{"run_id":"r9","workflow_id":"periodic-sync/north/9","joined":false,"queued":false}`, out)
	require.Len(t, x.Temporal.Configured, 1)
	require.True(t, x.Temporal.Configured[0].EveryRecord)
	require.True(t, x.Temporal.Configured[0].Sync)
}
