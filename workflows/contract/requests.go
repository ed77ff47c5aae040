package contract

import (
	"fmt"
	"slices"

	"causeway/internal/record"
)

// ConfigureRequest adopts an edit of the preferences. `starter` or the gateway puts the edit into Causeway's store first, so
// that no setting passes Temporal. It applies to the next sync; a new cadence applies at once.
type ConfigureRequest struct {
	// Draft is the edit's id.
	Draft string `json:"draft"`
	// Sync also starts a run with the new preferences, at once or after the running one.
	Sync bool `json:"sync,omitempty"`
	// EveryRecord makes the next sync process every record. Without it an edit, for example of a field map, applies to
	// records that change from then on.
	EveryRecord bool `json:"every_record,omitempty"`
	// Who is the login id of the user who asks, for the history.
	Who string `json:"who,omitempty"`
}

// ConfigureResult is the version that an edit made, or everything that is wrong with the edit. A refused edit changes
// nothing. If another edit was saved meanwhile, there is no result but a failure of type Conflict.
type ConfigureResult struct {
	// Version is the version of the new preferences; 0 if the edit was refused.
	Version  int       `json:"version"`
	Problems []Problem `json:"problems,omitempty"`
	// Run is the sync that was asked for, if any.
	Run *RunRef `json:"run,omitempty"`
	// Queued reports that the run begins when the running one ends.
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

// String returns the problem as one sentence.
func (p Problem) String() string {
	if p.Field == "" {
		return p.Setting + ": " + p.Reason
	}
	return p.Setting + ": " + p.Field + " " + p.Reason
}

// RetryRequest asks to retry a run's failed records: all of them, those with one code, or those with the given ids.
type RetryRequest struct {
	Run string `json:"run"`
	// Code limits the retry to the records that failed with it.
	Code string `json:"code,omitempty"`
	// Records limits the retry to these ids, on the side from which the records come.
	Records []string `json:"records,omitempty"`
	Who     string   `json:"who,omitempty"`
}

// ResyncRecordRequest asks to read one record again and sync it at once: a record of the CRM with the records that belong
// to it, or a record of billing.
type ResyncRecordRequest struct {
	// Module is Accounts, Contacts, Products, customers or items.
	Module string `json:"module"`
	ID     string `json:"id"`
	Who    string `json:"who,omitempty"`
}

// ImportRecordRequest asks to sync one record at once, for example one found by a search, even if no view holds it.
type ImportRecordRequest struct {
	// Side is crm or billing.
	Side string `json:"side"`
	// Module is Accounts, Contacts or Products of the CRM, customers or items of billing.
	Module string `json:"module"`
	ID     string `json:"id"`
	Who    string `json:"who,omitempty"`
}

// ResolveConflictRequest decides who wins the fields of one record that both sides changed. A decision is valid as long as
// both sides have the values that were in conflict. No value passes Temporal.
type ResolveConflictRequest struct {
	// Module and ID name the record, on either side.
	Module string `json:"module"`
	ID     string `json:"id"`
	// Winner is crm or billing, for all fields that Fields does not name. If it is empty, these stay undecided.
	Winner string          `json:"winner,omitempty"`
	Fields []FieldDecision `json:"fields,omitempty"`
	// Conflict is the id of the operation that reported the conflict. If another conflict was reported since, the request
	// is refused, because its author has not seen that one.
	Conflict string `json:"conflict,omitempty"`
	Who      string `json:"who,omitempty"`
}

// FieldDecision is who wins one field.
type FieldDecision struct {
	// Field is the field's name in billing.
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

// maxRetryRecords bounds the ids of a retry, because a payload must stay small. More records are retried by code, or all
// at once.
const maxRetryRecords = 1000

// Check returns what is wrong with the request on its own.
func (r SyncNowRequest) Check() error { return checkPeople(SyncNowUpdate, r.Who, "") }

// Check returns what is wrong with the request on its own.
func (r ConfigureRequest) Check() error {
	if r.Draft == "" {
		return fmt.Errorf("%s: name the draft of the edited preferences", ConfigureUpdate)
	}
	return nil
}

// Check returns what is wrong with the request on its own.
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

// Selects reports whether the retry is limited to some of the failed records.
func (r RetryRequest) Selects() bool { return r.Code != "" || len(r.Records) > 0 }

// Check returns what is wrong with the request on its own.
func (r ResyncRecordRequest) Check() error {
	return checkRecord(ResyncRecordUpdate, r.Ref())
}

// Ref returns the record that the request names.
func (r ResyncRecordRequest) Ref() Ref {
	return Ref{Side: string(record.SideOf(record.Module(r.Module))), Module: r.Module, ID: r.ID}
}

// Check returns what is wrong with the request on its own.
func (r ImportRecordRequest) Check() error {
	return checkRecord(ImportRecordUpdate, r.Ref())
}

// Ref returns the record that the request names.
func (r ImportRecordRequest) Ref() Ref { return Ref{Side: r.Side, Module: r.Module, ID: r.ID} }

// Check returns what is wrong with the request on its own.
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

// WinnerOf returns who wins the field: crm, billing, or "" if the request leaves it undecided.
func (r ResolveConflictRequest) WinnerOf(field string) string {
	for _, f := range r.Fields {
		if f.Field == field {
			return f.Winner
		}
	}
	return r.Winner
}
