package contract

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
)

// TaskQueue is the task queue that Causeway's workers poll.
const TaskQueue = "causeway"

// The workflow types, by the names under which they are registered.
const (
	IntegrationWorkflow  = "Integration"
	InitialSyncWorkflow  = "InitialSync"
	PeriodicSyncWorkflow = "PeriodicSync"
	DisableWorkflow      = "Disable"
	DeleteWorkflow       = "Delete"
	NotificationWorkflow = "Notification"
)

// The messages of an Integration workflow.
const (
	StatusQuery   = "status"
	SyncNowUpdate = "sync_now"
	RetryUpdate   = "retry"
	// ConfigureUpdate adopts an edit of the connection's preferences.
	ConfigureUpdate = "configure"
	// ResyncRecordUpdate, ImportRecordUpdate and ResolveConflictUpdate start runs of one record.
	ResyncRecordUpdate    = "resync_record"
	ImportRecordUpdate    = "import_record"
	ResolveConflictUpdate = "resolve_conflict"
	// PauseSignal and ResumeSignal take a ControlRequest, or no payload, or any.
	PauseSignal  = "pause"
	ResumeSignal = "resume"
	// ReauthorizeUpdate announces a new credential of a side.
	ReauthorizeUpdate = "reauthorize"
	DisableUpdate     = "disable"
	EnableUpdate      = "enable"
	// PlanDeleteUpdate makes a plan, DeleteUpdate carries it out, and ResumeDeleteUpdate continues where it stopped.
	PlanDeleteUpdate   = "plan_delete"
	DeleteUpdate       = "delete"
	ResumeDeleteUpdate = "resume_delete"
	// DeletionProgressSignal is sent by the Delete workflow to its Integration, with a DeletionNow. Nobody else should.
	DeletionProgressSignal = "deletion_progress"
)

// The search attributes of Causeway's workflows.
var (
	// AttributeConnection is the connection's id.
	AttributeConnection = temporal.NewSearchAttributeKeyKeyword("CausewayConnection")
	// AttributeStatus is the state of the connection, or the status of the run.
	AttributeStatus = temporal.NewSearchAttributeKeyKeyword("CausewayStatus")
	// AttributeDegraded is true while something is wrong with the connection.
	AttributeDegraded = temporal.NewSearchAttributeKeyBool("CausewayDegraded")
	// AttributeRecordsFailed counts the parked records of the last run.
	AttributeRecordsFailed = temporal.NewSearchAttributeKeyInt64("CausewayRecordsFailed")
	// AttributeLastSync is the time at which the last sync was completed.
	AttributeLastSync = temporal.NewSearchAttributeKeyTime("CausewayLastSync")
)

// SearchAttributes are the attributes that a namespace needs before a worker starts.
func SearchAttributes() map[string]enums.IndexedValueType {
	return map[string]enums.IndexedValueType{
		AttributeConnection.GetName():    enums.INDEXED_VALUE_TYPE_KEYWORD,
		AttributeStatus.GetName():        enums.INDEXED_VALUE_TYPE_KEYWORD,
		AttributeDegraded.GetName():      enums.INDEXED_VALUE_TYPE_BOOL,
		AttributeRecordsFailed.GetName(): enums.INDEXED_VALUE_TYPE_INT,
		AttributeLastSync.GetName():      enums.INDEXED_VALUE_TYPE_DATETIME,
	}
}

// IntegrationID is the workflow id of a connection's Integration.
func IntegrationID(connection string) string { return "integration/" + connection }

// InitialSyncID is the workflow id of a connection's run number n, as an InitialSync.
func InitialSyncID(connection string, n int) string {
	return "initial-sync/" + connection + "/" + strconv.Itoa(n)
}

// PeriodicSyncID is the workflow id of a connection's run number n, as a PeriodicSync.
func PeriodicSyncID(connection string, n int) string {
	return "periodic-sync/" + connection + "/" + strconv.Itoa(n)
}

// DisableID is the workflow id of the n-th time that a connection is disabled.
func DisableID(connection string, n int) string {
	return "disable/" + connection + "/" + strconv.Itoa(n)
}

// DeleteID is the workflow id of a connection's deletion.
func DeleteID(connection string) string { return "delete/" + connection }

// NotificationID is the workflow id of the delivery of a notification.
func NotificationID(notice string) string { return "notify/" + notice }

// connectionOf reads the connection from the id of a sync.
func connectionOf(workflowID string) (string, bool) {
	parts := strings.Split(workflowID, "/")
	if len(parts) != 3 {
		return "", false
	}
	return parts[1], true
}

var connectionID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// CheckConnectionID returns what is wrong with a connection's id. The id is part of workflow ids, paths and fairness keys,
// so its form is narrow.
func CheckConnectionID(id string) error {
	if connectionID.MatchString(id) {
		return nil
	}
	shown := id
	if len(shown) > 60 {
		shown = shown[:60] + "..."
	}
	return fmt.Errorf("connection id %q: use 1 to 40 of the characters a-z, 0-9 and -, not beginning with -", shown)
}
