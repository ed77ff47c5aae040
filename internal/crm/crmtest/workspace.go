package crmtest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
)

// RunWorkspace runs the suite of crm.Workspace. add adds an activity to a record without using the port.
func RunWorkspace(t *testing.T, f Fixture, w crm.Workspace, add func(t *testing.T, kind string, module record.Module, parent, title, text string, at time.Time) (id string)) {
	t.Helper()
	t.Run("EachMemberHasAProfileOfTheOrganisation", func(t *testing.T) {
		profiles, err := w.Profiles(t.Context())
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(profiles, func(p record.Profile) bool { return p.Name == "Administrator" }))
		members, err := w.Members(t.Context())
		require.NoError(t, err)
		require.NotEmpty(t, members)
		for _, m := range members {
			require.NotEmpty(t, m.ID)
			require.True(t, slices.ContainsFunc(profiles, func(p record.Profile) bool { return p.ID == m.ProfileID }), "%+v", m)
		}
		users, err := f.Port.Users(t.Context())
		require.NoError(t, err)
		require.Len(t, users, len(members))
	})
	t.Run("ActivitiesOfARecordComeTheOldestFirst", func(t *testing.T) { activities(t, f, w, add) })
	t.Run("AGoodCredentialHasTheScopes", func(t *testing.T) { require.NoError(t, w.CheckWorkspaceScopes(t.Context())) })
}

func activities(t *testing.T, f Fixture, w crm.Workspace, add func(*testing.T, string, record.Module, string, string, string, time.Time) string) {
	for _, module := range []record.Module{record.Accounts, record.Contacts} {
		rows := oldestRecords(t, f, module, 2)
		none, err := w.Activities(t.Context(), module, rows[0].ID, time.Time{})
		require.NoError(t, err)
		require.Empty(t, none)
		at := time.Now().Add(-48 * time.Hour).Truncate(time.Second)
		call := add(t, crm.ActivityCall, module, rows[0].ID, "They called", "about the offer", at)
		event := add(t, crm.ActivityEvent, module, rows[0].ID, "Fair", "", at.Add(time.Hour))
		note := add(t, crm.ActivityNote, module, rows[0].ID, "Söhne", "株式会社", time.Time{})
		add(t, crm.ActivityNote, module, rows[1].ID, "Another's", "", time.Time{})
		got, err := w.Activities(t.Context(), module, rows[0].ID, time.Time{})
		require.NoError(t, err)
		require.Len(t, got, 3)
		require.Equal(t, []string{call, event, note}, []string{got[0].ID, got[1].ID, got[2].ID})
		require.Equal(t, []string{crm.ActivityCall, "They called", "about the offer"}, []string{got[0].Kind, got[0].Title, got[0].Text})
		require.True(t, at.Equal(got[0].At), "%s", got[0].At)
		require.WithinDuration(t, time.Now(), got[2].At, time.Minute)
		require.Equal(t, "株式会社", got[2].Text)
		require.NotEmpty(t, got[2].Author)
		late, err := w.Activities(t.Context(), module, rows[0].ID, time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Empty(t, late)
		for range 250 {
			add(t, crm.ActivityNote, module, rows[1].ID, "One of many", "", time.Time{})
		}
		many, err := w.Activities(t.Context(), module, rows[1].ID, time.Time{})
		require.NoError(t, err)
		require.Len(t, many, 251, "each page")
		_, err = w.Activities(t.Context(), module, "5820000099999999", time.Time{})
		requireKind(t, err, record.NotFound)
	}
}
