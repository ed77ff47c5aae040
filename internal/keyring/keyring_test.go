package keyring_test

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"causeway/internal/keyring"

	"github.com/stretchr/testify/require"
)

func TestAKeyFileIsMadeOnceAndForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "causeway.key")
	rings := make([]keyring.Ring, 8)
	var wg sync.WaitGroup
	for i := range rings {
		wg.Go(func() { rings[i], _ = keyring.Load(path) })
	}
	wg.Wait()
	id, sealed, err := rings[0].Seal([]byte("x"), "c")
	require.NoError(t, err)
	for _, r := range rings {
		plain, err := r.Open(id, sealed, "c")
		require.NoError(t, err, "all who made it at once have the same key")
		require.Equal(t, "x", string(plain))
	}
	if runtime.GOOS == "windows" {
		t.Skip("files have no mode here")
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, os.Chmod(path, 0o644))
	_, err = keyring.Load(path)
	require.ErrorContains(t, err, "chmod 600")
}

func TestABadKeyRingIsRefusedWithoutShowingIt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "hush", "k1:hush!", "k1:aHVzaA=="} {
		_, err := keyring.Parse(text)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hush")
	}
}

func TestWhatWasSealedOpensWithItsKeyAndInItsPlaceAlone(t *testing.T) {
	t.Parallel()
	old, err := keyring.Parse("k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	require.NoError(t, err)
	newer, err := keyring.Parse("k2:YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI=")
	require.NoError(t, err)
	id, sealed, err := old.Seal([]byte("x"), "here")
	require.NoError(t, err)
	require.Equal(t, "k1", id)
	both := newer.With(old)
	plain, err := both.Open(id, sealed, "here")
	require.NoError(t, err)
	require.Equal(t, "x", string(plain))
	id, _, err = both.Seal([]byte("x"), "here")
	require.NoError(t, err)
	require.Equal(t, "k2", id, "the first key encrypts")
	_, err = both.Open("k1", sealed, "there")
	require.Error(t, err)
	_, err = newer.Open("k1", sealed, "here")
	require.ErrorIs(t, err, keyring.ErrUnknownKey)
	require.ErrorContains(t, err, `"k1"`)
	_, err = both.Open("k1", sealed[:5], "here")
	require.ErrorContains(t, err, "damaged")
	_, _, err = keyring.Ring{}.Seal(nil, "")
	require.ErrorContains(t, err, "CAUSEWAY_KEY")
}
