package contract

import (
	"fmt"
	"slices"

	"causeway/internal/record"
)

// ConfigureRequest adopts an edit of preferences. The edit stands in Causeway's store, where `starter` and
// the gateway put it, so that no setting passes Temporal. It applies to the next sync; the cadence at once.
type ConfigureRequest struct {
	// Draft is the edit's id.
	Draft string `json:"draft"`
	// Sync saves and syncs: a run with the new preferences begins at once, or behind the running one.
	Sync bool `json:"sync,omitempty"`
	// EveryRecord has the next sync look at every record again. Without it an edit, of a field map say,
	// applies to what changes from then on.
	EveryRecord bool `json:"every_record,omitempty"`
	// Who asks: a login id, for the history.
	Who string `json:"who,omitempty"`
}

// ConfigureResult is the verdict on an edit: the version that it made, or all that is wrong with it. An edit
// that is refused changes nothing. One of preferences that somebody else has edited since is no result but a
// failure of type Conflict.
type ConfigureResult struct {
	// Version is that of the new preferences; 0 where the edit was refused.
	Version  int       `json:"version"`
	Problems []Problem `json:"problems,omitempty"`
	// Run is the sync that was asked for, where one was.
	Run *RunRef `json:"run,omitempty"`
	// Queued says that the run begins when the running one has ended.
	Queued bool `json:"queued,omitempty"`
}

// Problem is one thing that is wrong with an edit of preferences.
type Problem struct {
	// Setting is the preference, as `starter configure` names it: "cadence", "map of accounts", ...
	Setting string `json:"setting"`
	// Field and Target are the two fields of a map: the CRM's, and billing's.
	Field  string `json:"field,omitempty"`
	Target string `json:"target,omitempty"`
	// Code is for programs, Reason for users: what is wrong, and what to do about it.
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// String says it in one sentence.
func (p Problem) String() string {
	if p.Field == "" {
		return p.Setting + ": " + p.Reason
	}
	return p.Setting + ": " + p.Field + " " + p.Reason
}

// RetryRequest asks for another try of a run's failed records: of all of them, of those that failed for one
// reason, or of some by name.
type RetryRequest struct {
	Run string `json:"run"`
	// Code restricts to the records that failed with it.
	Code string `json:"code,omitempty"`
	// Records restricts to these, by their ids on the side that they come from.
	Records []string `json:"records,omitempty"`
	Who     string   `json:"who,omitempty"`
}

// ResyncRecordRequest asks for one record to be read afresh and brought across at once: a record of the CRM,
// with what hangs on it, or of billing.
type ResyncRecordRequest struct {
	// Module is Accounts, Contacts, Products, customers or items.
	Module string `json:"module"`
	ID     string `json:"id"`
	Who    string `json:"who,omitempty"`
}

// ImportRecordRequest asks for one record, found by a search say, to be brought across at once, whether a
// view holds it or not.
type ImportRecordRequest struct {
	// Side is crm or billing.
	Side string `json:"side"`
	// Module is Accounts, Contacts or Products of the CRM, customers or items of billing.
	Module string `json:"module"`
	ID     string `json:"id"`
	Who    string `json:"who,omitempty"`
}

// ResolveConflictRequest says who wins the fields of one record that both sides have changed. A decision
// holds as long as both sides have the values that were in conflict; no value passes Temporal.
type ResolveConflictRequest struct {
	// Module and ID name the record, on either side.
	Module string `json:"module"`
	ID     string `json:"id"`
	// Winner is crm or billing, for all fields that Fields does not name; where it is empty those stay open.
	Winner string          `json:"winner,omitempty"`
	Fields []FieldDecision `json:"fields,omitempty"`
	// Conflict is the id of the operation that told of the conflict: where it is given and another conflict
	// has come since, the request is refused, since its author has not seen that one.
	Conflict string `json:"conflict,omitempty"`
	Who      string `json:"who,omitempty"`
}

// FieldDecision says who wins one field.
type FieldDecision struct {
	// Field is billing's name of it.
	Field string `json:"field"`
	// Winner is crm or billing.
	Winner string `json:"winner"`
}

// Ref names one record of one side.
type Ref struct {
	Side   string `json:"side"`
	Module string `json:"module"`
	ID     string `json:"id"`
}

// The bounds of a retry: a payload must stay small. Whoever wants more retries by reason, or all.
const maxRetryRecords = 1000

// Check says what is wrong with the request by itself.
func (r SyncNowRequest) Check() error { return checkPeople(SyncNowUpdate, r.Who, "") }

// Check says what is wrong with the request by itself.
func (r ConfigureRequest) Check() error {
	if r.Draft == "" {
		return fmt.Errorf("%s: name the draft of the edited preferences", ConfigureUpdate)
	}
	return nil
}

// Check says what is wrong with the request by itself.
func (r RetryRequest) Check() error {
	if r.Run == "" {
		return fmt.Errorf("%s: name the run whose failed records are to be tried again", RetryUpdate)
	}
	if len(r.Records) > maxRetryRecords {
		return fmt.Errorf("%s: %d records by name; give %d at most, or a reason code, or none to retry all", RetryUpdate, len(r.Records), maxRetryRecords)
	}
	for _, id := range r.Records {
		if err := checkRecordID(RetryUpdate, id); err != nil {
			return err
		}
	}
	return nil
}

// Selects says that the retry is of some failed records only.
func (r RetryRequest) Selects() bool { return r.Code != "" || len(r.Records) > 0 }

// Check says what is wrong with the request by itself.
func (r ResyncRecordRequest) Check() error {
	return checkRecord(ResyncRecordUpdate, r.Ref())
}

// Ref is the record that the request names.
func (r ResyncRecordRequest) Ref() Ref {
	return Ref{Side: string(record.SideOf(record.Module(r.Module))), Module: r.Module, ID: r.ID}
}

// Check says what is wrong with the request by itself.
func (r ImportRecordRequest) Check() error {
	return checkRecord(ImportRecordUpdate, r.Ref())
}

// Ref is the record that the request names.
func (r ImportRecordRequest) Ref() Ref { return Ref{Side: r.Side, Module: r.Module, ID: r.ID} }

// Check says what is wrong with the request by itself.
func (r ResolveConflictRequest) Check() error {
	known := append([]record.Module{record.ContactPersons}, scopedModules...)
	if !slices.Contains(known, record.Module(r.Module)) {
		return fmt.Errorf("%s: module %q: use one of %s", ResolveConflictUpdate, short(r.Module), names(known))
	}
	if err := checkRecordID(ResolveConflictUpdate, r.ID); err != nil {
		return err
	}
	if r.Winner == "" && len(r.Fields) == 0 {
		return fmt.Errorf("%s: say who wins: crm or billing, for all fields or for each", ResolveConflictUpdate)
	}
	if r.Winner != "" && !isSide(r.Winner) {
		return fmt.Errorf("%s: winner %q: use crm or billing", ResolveConflictUpdate, short(r.Winner))
	}
	seen := map[string]bool{}
	for _, f := range r.Fields {
		if f.Field == "" || seen[f.Field] {
			return fmt.Errorf("%s: name each field once", ResolveConflictUpdate)
		}
		seen[f.Field] = true
		if !isSide(f.Winner) {
			return fmt.Errorf("%s: winner of %s %q: use crm or billing", ResolveConflictUpdate, short(f.Field), short(f.Winner))
		}
	}
	return nil
}

// WinnerOf is who wins the field: crm, billing, or empty where the request leaves it open.
func (r ResolveConflictRequest) WinnerOf(field string) string {
	for _, f := range r.Fields {
		if f.Field == field {
			return f.Winner
		}
	}
	return r.Winner
}
