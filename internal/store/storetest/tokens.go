package storetest

import (
	"testing"
	"time"

	"causeway/internal/store/administration"

	"causeway/internal/record"

	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

func testATokenIsReadBackAndNeverLiesThereInClear(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		none, err := s.Connections.Token(t.Context(), "a")
		require.NoError(t, err)
		require.Nil(t, none)
		for _, token := range []string{"first", "second", "second"} {
			require.NoError(t, s.Connections.PutToken(t.Context(), "a", []byte(token)))
			got, err := s.Connections.Token(t.Context(), "a")
			require.NoError(t, err)
			require.Equal(t, token, string(got))
			var lies string
			one(t, s, &lies, `SELECT ciphertext FROM tokens`)
			require.NotContains(t, lies, token)
		}
	})
}

func testATokenCannotBeMovedToAnotherCredential(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		require.NoError(t, s.Connections.PutToken(t.Context(), "a", []byte("token")))
		require.NoError(t, s.DB.Write(t.Context(), func(tx db.Session) error {
			_, err := tx.Exec(t.Context(), `UPDATE tokens SET id = 'b'`)
			return err
		}))
		_, err := s.Connections.Token(t.Context(), "b")
		require.ErrorContains(t, err, "does not decrypt")
	})
}

func testATokenIsFoundByItsHashUntilItIsRevoked(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		now := time.Now().UTC().Truncate(time.Microsecond)
		shop := administration.APIToken{ID: "t-1", Name: "shop", Connection: demo, Users: []string{"u-1", "u-2"}, Who: "ann", CreatedAt: now}
		for range 2 {
			require.NoError(t, s.Tokens.Put(t.Context(), shop, "hash-1"))
		}
		require.NoError(t, s.Tokens.Put(t.Context(), administration.APIToken{ID: "t-2", Name: "any", Who: "ann", CreatedAt: now.Add(time.Second)}, "hash-2"))
		all, err := s.Tokens.List(t.Context())
		require.NoError(t, err)
		require.Equal(t, shop, all[0])
		require.Len(t, all, 2)
		require.Empty(t, all[1].Users)

		used := now.Add(time.Hour)
		got, err := s.Tokens.APITokenOf(t.Context(), "hash-1", used)
		require.NoError(t, err)
		require.Equal(t, shop, got)
		_, err = s.Tokens.APITokenOf(t.Context(), "hash-1", used.Add(-30*time.Minute)) // another machine's clock
		require.NoError(t, err)
		all, err = s.Tokens.List(t.Context())
		require.NoError(t, err)
		require.True(t, used.Truncate(time.Minute).Equal(all[0].UsedAt))

		for want := 1; want >= 0; want-- {
			n, err := s.Tokens.Revoke(t.Context(), "shop", now)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		for _, hash := range []string{"hash-1", "hash-3", "t-2", ""} {
			_, err = s.Tokens.APITokenOf(t.Context(), hash, now)
			require.True(t, record.IsKind(err, record.NotFound), hash)
		}
		n, err := s.Tokens.Revoke(t.Context(), "t-2", now)
		require.NoError(t, err)
		require.Equal(t, 1, n)
	})
}

var tokensTests = []Test{
	{"ATokenIsReadBackAndNeverLiesThereInClear", testATokenIsReadBackAndNeverLiesThereInClear},
	{"ATokenCannotBeMovedToAnotherCredential", testATokenCannotBeMovedToAnotherCredential},
	{"ATokenIsFoundByItsHashUntilItIsRevoked", testATokenIsFoundByItsHashUntilItIsRevoked},
}
