package zoho

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/crm/crmtest"
	"causeway/internal/record"
)

func TestWorkspaceConformance(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	c := newClient(t, credential(s))
	crmtest.RunWorkspace(t, fixture(s, c), c, func(t *testing.T, kind string, module record.Module, parent, title, text string, at time.Time) string {
		t.Helper()
		when := at.Format(time.RFC3339)
		link := map[string]any{"What_Id": map[string]any{"id": parent}, "$se_module": "Accounts"}
		if module == record.Contacts {
			link = map[string]any{"Who_Id": map[string]any{"id": parent}}
		}
		list, given := "Notes", map[string]any{"Note_Title": title, "Note_Content": text,
			"Parent_Id": map[string]any{"id": parent, "module": map[string]any{"api_name": string(module)}}}
		switch kind {
		case crm.ActivityEvent:
			list, given = "Events", map[string]any{"Event_Title": title, "Description": text, "Start_DateTime": when, "End_DateTime": when}
		case crm.ActivityCall:
			list, given = "Calls", map[string]any{"Subject": title, "Description": text, "Call_Type": "Inbound", "Call_Start_Time": when}
		}
		for name, v := range link {
			given[name] = v
		}
		id, err := s.CRM().AddActivity(t.Context(), list, given)
		require.NoError(t, err)
		return id
	})
}

func TestWorkspaceScopesThatAreMissingAreNamed(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	cred := credential(s)
	var err error
	cred.RefreshToken, err = s.Gate().Accounts.Mint(t.Context(), []string{"ZohoCRM.users.READ", "ZohoCRM.modules.notes.READ"})
	require.NoError(t, err)
	err = newClient(t, cred).CheckWorkspaceScopes(t.Context())
	require.True(t, record.IsKind(err, record.Unauthorized))
	require.ErrorContains(t, err, "ZohoCRM.settings.profiles.READ, ZohoCRM.modules.events.READ, ZohoCRM.modules.calls.READ")
}
