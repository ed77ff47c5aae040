package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestATokenIsReadBackAndNeverLiesThereInClear(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		none, err := s.Token(t.Context(), "a")
		require.NoError(t, err)
		require.Nil(t, none)
		for _, token := range []string{"first", "second", "second"} {
			require.NoError(t, s.PutToken(t.Context(), "a", []byte(token)))
			got, err := s.Token(t.Context(), "a")
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
		require.NoError(t, s.PutToken(t.Context(), "a", []byte("token")))
		require.NoError(t, s.db.write(t.Context(), func(tx session) error {
			_, err := tx.exec(t.Context(), `UPDATE tokens SET id = 'b'`)
			return err
		}))
		_, err := s.Token(t.Context(), "b")
		require.ErrorContains(t, err, "does not decrypt")
	})
}
