package crm

import (
	"context"
	"time"

	"causeway/internal/record"
)

// Workspace is what a CRM offers for a finance workspace beside its records, used with one credential. All methods
// are safe for concurrent use, return *record.Error, honour the context's deadline, and write nothing.
type Workspace interface {
	// CheckWorkspaceScopes returns Unauthorized, naming the missing scopes, if the credential may not read it.
	CheckWorkspaceScopes(ctx context.Context) error
	// Profiles lists the organisation's profiles.
	Profiles(ctx context.Context) ([]record.Profile, error)
	// Members lists the organisation's users with their profiles.
	Members(ctx context.Context) ([]Member, error)
	// Activities lists the notes, events and calls of an account or contact that were changed at or after a time
	// (zero lists all), oldest first.
	Activities(ctx context.Context, module record.Module, id string, since time.Time) ([]Activity, error)
}

// Member is a user with the profile that defines the user's rights.
type Member struct {
	record.User
	ProfileID string
}

// The kinds of activities.
const (
	ActivityNote  = "note"
	ActivityEvent = "event"
	ActivityCall  = "call"
)

// Activity is a note, an event or a call that belongs to a record.
type Activity struct {
	Kind   string
	ID     string
	Title  string
	Text   string
	Author string // the owner, as the CRM names it
	// At is when it was created, or, for an event or a call, when it begins.
	At       time.Time
	Modified time.Time
}
