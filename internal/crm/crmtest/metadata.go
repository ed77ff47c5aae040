package crmtest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
)

func metadata(t *testing.T, f Fixture) {
	orgs, err := f.Port.Organizations(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, orgs)
	require.NotEmpty(t, orgs[0].ID)
	require.Len(t, orgs[0].BaseCurrency, 3)

	currencies, err := f.Port.Currencies(t.Context())
	require.NoError(t, err)
	bases := 0
	for _, c := range currencies {
		if c.Base {
			bases++
			require.Equal(t, orgs[0].BaseCurrency, c.Code)
		}
	}
	require.Equal(t, 1, bases)
	require.True(t, orgs[0].MultiCurrency || len(currencies) == 1)

	users, err := f.Port.Users(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, users)

	for _, m := range modules {
		fields, err := f.Port.Fields(t.Context(), m)
		require.NoError(t, err)
		required := 0
		for _, field := range fields {
			require.NotEmpty(t, field.Name)
			require.NotEmpty(t, field.Type)
			if field.Required {
				required++
			}
		}
		require.NotZero(t, required)
	}
}

func canceled(t *testing.T, f Fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Port.Read(ctx, record.Accounts, crm.ReadQuery{})
	require.ErrorIs(t, err, context.Canceled)
}

func scopes(t *testing.T, f Fixture) {
	require.NoError(t, f.Port.CheckScopes(t.Context(), modules, crm.Uses{Write: true, Views: true}))
}
