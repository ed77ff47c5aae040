package store

import (
	"testing"

	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

func TestATokenIsReadBackAndNeverLiesThereInClear(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestATokenCannotBeMovedToAnotherCredential(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.Connections.PutToken(t.Context(), "a", []byte("token")))
		require.NoError(t, s.db.Write(t.Context(), func(tx db.Session) error {
			_, err := tx.Exec(t.Context(), `UPDATE tokens SET id = 'b'`)
			return err
		}))
		_, err := s.Connections.Token(t.Context(), "b")
		require.ErrorContains(t, err, "does not decrypt")
	})
}
