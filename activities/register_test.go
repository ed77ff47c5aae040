package activities_test

import (
	"reflect"
	"slices"
	"testing"

	"causeway/activities"

	"github.com/stretchr/testify/require"
)

// names are the activities as Temporal knows them: histories and workflows in flight call them so.
var names = []string{
	"AdmitPush", "AdoptDraft", "ApplyPage", "CarryOut", "CheckCredential", "CheckEnable", "ConfirmDeletion", "ConvertPage",
	"DeliverNotice", "DisconnectApps", "Drain", "ExportDeletion", "FinishRun", "GiveUpSides", "ImportForPush", "KeepFigures",
	"KeepState", "LookAtDisable", "MirrorPages", "Notify", "PlanDeletion", "PlanPage", "PruneHistory", "RefusePushes",
	"ReleasePushes", "RemoveConnection", "RemoveWorkspace", "SetScope", "Settle", "StartRun", "VerifyDeletion",
}

// noted holds what the SDK makes of a struct: an activity of each exported method, under its name.
type noted []string

func (r *noted) RegisterActivity(activity any) {
	t := reflect.TypeOf(activity)
	for i := range t.NumMethod() {
		*r = append(*r, t.Method(i).Name)
	}
}

func TestNamesOfActivitiesNeverChange(t *testing.T) {
	t.Parallel()
	var found noted
	activities.Register(&found, activities.Options{})
	slices.Sort(found)
	require.Equal(t, names, []string(found))
}
