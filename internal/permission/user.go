package permission

import (
	"fmt"

	"causeway/internal/record"
)

// User is what is known of a CRM user who wants to do something.
type User struct {
	Known       bool // an active user of the CRM
	Name        string
	Profile     string // its name
	ProfileGone bool   // the CRM has deleted it
	Permission  Permission
}

// The codes with which a user is refused.
const (
	CodeDenied         = "PERMISSION"
	CodeUnknownUser    = "UNKNOWN_USER"
	CodeProfileDeleted = "PROFILE_DELETED"
)

// The rights that an action can need, as they stand in messages.
const (
	View        = "view"
	Edit        = "create & edit"
	Send        = "send e-mail for"
	Receivables = "see the receivables of"
)

// May returns nil where the user has the right on a type of transaction. Otherwise it returns a record.Error of kind
// Unauthorized that names the user by id and says what to do. Receivables need no access to a type.
func (u User) May(right string, t record.TransactionType, connection, user string) error {
	code, message, remedy := u.refusal(right, t, connection)
	if code == "" {
		return nil
	}
	return &record.Error{Kind: record.Unauthorized, Op: "check permission", Code: code, RecordID: user, Message: message, Remedy: remedy}
}

// refusal returns why the user lacks the right; the code is empty where the user has it.
func (u User) refusal(right string, t record.TransactionType, connection string) (code, message, remedy string) {
	if !u.Known {
		return CodeUnknownUser, "the CRM has no active user with this id", "give the id of the CRM user who asks"
	}
	if u.ProfileGone {
		return CodeProfileDeleted, "the user's profile was deleted in the CRM", "give the user another profile in the CRM"
	}
	missing, what := u.Permission.missing(right, t), string(t)+"s"
	if missing == "" {
		return "", "", ""
	}
	if right == Receivables {
		what = "customers"
	}
	return CodeDenied, fmt.Sprintf("the profile %q has no right to %s %s", u.Profile, missing, what),
		fmt.Sprintf("an administrator grants it with `starter permissions set %s`", connection)
}

// missing returns the first right that the profile lacks for what needs the given one, empty where it lacks none.
func (p Permission) missing(right string, t record.TransactionType) string {
	rights := p.Of(t)
	has := map[string]bool{View: rights.View, Edit: rights.Edit, Send: rights.Send, Receivables: p.Receivables}
	switch {
	case right != Receivables && !rights.Access:
		return "access"
	case !has[right]:
		return right
	}
	return ""
}

// MayPush returns nil where the user has the rights that a push needs, and else the error of May for the first one
// that is missing.
func (u User) MayPush(edit, send bool, t record.TransactionType, connection, user string) error {
	if edit {
		if err := u.May(Edit, t, connection, user); err != nil {
			return err
		}
	}
	if send {
		return u.May(Send, t, connection, user)
	}
	return nil
}
