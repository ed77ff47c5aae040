package permission_test

import (
	"errors"
	"fmt"
	"testing"

	"causeway/internal/permission"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

var (
	types  = []record.TransactionType{record.Quote, record.Invoice}
	rights = []string{permission.View, permission.Edit, permission.Send, permission.Receivables}
)

// everyRights are all sixteen combinations of rights on a type.
func everyRights() []permission.Rights {
	var out []permission.Rights
	for i := range 16 {
		out = append(out, permission.Rights{Access: i&1 > 0, View: i&2 > 0, Edit: i&4 > 0, Send: i&8 > 0})
	}
	return out
}

// of is a user whose profile has these rights on one type, and none or all on the other one.
func of(t record.TransactionType, r permission.Rights, receivables, other bool) permission.User {
	p := permission.Permission{Receivables: receivables}
	if other {
		p.Quotes, p.Invoices = permission.Everything().Quotes, permission.Everything().Invoices
	}
	if t == record.Quote {
		p.Quotes = r
	} else {
		p.Invoices = r
	}
	return permission.User{Known: true, Profile: "Sales", Permission: p}
}

func codeOf(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *record.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, record.Unauthorized, e.Kind)
	require.Equal(t, "u1", e.RecordID)
	require.NotEmpty(t, e.Remedy)
	return e.Code
}

func TestARightCountsWithAccessToTheType(t *testing.T) {
	t.Parallel()
	for _, kind := range types {
		for _, r := range everyRights() {
			for _, both := range []int{0, 1, 2, 3} {
				receivables, other := both&1 > 0, both&2 > 0
				u := of(kind, r, receivables, other)
				want := map[string]bool{
					permission.View: r.Access && r.View, permission.Edit: r.Access && r.Edit, permission.Send: r.Access && r.Send,
					permission.Receivables: receivables,
				}
				for _, right := range rights {
					err := u.May(right, kind, "demo", "u1")
					require.Equal(t, want[right], err == nil, "%s %s %+v", right, kind, u)
					if err != nil {
						require.Equal(t, permission.CodeDenied, codeOf(t, err))
						require.ErrorContains(t, err, "Sales")
					}
				}
			}
		}
	}
}

func TestAPushNeedsEachRightOfItsAction(t *testing.T) {
	t.Parallel()
	for _, kind := range types {
		for _, r := range everyRights() {
			u := of(kind, r, false, false)
			for _, action := range []struct{ edit, send bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
				allowed := (!action.edit || r.Access && r.Edit) && (!action.send || r.Access && r.Send)
				err := u.MayPush(action.edit, action.send, kind, "demo", "u1")
				require.Equal(t, allowed, err == nil, "%+v %+v", action, r)
			}
		}
	}
}

func TestAnUnknownUserOrADeletedProfileMayDoNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range types {
		for _, right := range rights {
			u := permission.User{Permission: permission.Everything()}
			require.Equal(t, permission.CodeUnknownUser, codeOf(t, u.May(right, kind, "demo", "u1")))
			u.ProfileGone = true
			require.Equal(t, permission.CodeUnknownUser, codeOf(t, u.May(right, kind, "demo", "u1")), "that it is unknown comes first")
			u.Known = true
			require.Equal(t, permission.CodeProfileDeleted, codeOf(t, u.May(right, kind, "demo", "u1")))
		}
	}
}

func TestARefusalNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		right string
		has   permission.Rights
		says  string
	}{
		{permission.View, permission.Rights{}, `no right to access quotes`},
		{permission.Edit, permission.Rights{View: true, Edit: true}, `no right to access quotes`},
		{permission.Edit, permission.Rights{Access: true, View: true}, `no right to create & edit quotes`},
		{permission.Send, permission.Rights{Access: true}, `no right to send e-mail for quotes`},
		{permission.Receivables, permission.Rights{Access: true}, `no right to see the receivables of customers`},
	} {
		err := of(record.Quote, c.has, false, false).May(c.right, record.Quote, "demo", "u1")
		require.ErrorContains(t, err, c.says, fmt.Sprint(i))
		var e *record.Error
		require.True(t, errors.As(err, &e))
		require.Contains(t, e.Remedy, "starter permissions set demo")
	}
}

func TestOnlyAdministratorsMayDoAnythingFromTheStart(t *testing.T) {
	t.Parallel()
	require.Equal(t, permission.Everything(), permission.Initial("Administrator"))
	require.Equal(t, permission.Permission{}, permission.Initial("Standard"))
}
