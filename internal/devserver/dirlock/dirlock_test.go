package dirlock_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/devserver/dirlock"
)

const name = "test.lock"

func TestSecondHolderIsRefusedUntilTheFirstReleases(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := dirlock.Acquire(dir, name)
	require.NoError(t, err)
	_, err = dirlock.Acquire(dir, name)
	var refused *dirlock.HeldError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, dir, refused.Dir)
	require.NoError(t, first.Release())
	require.NoError(t, first.Release(), "a second release does nothing")
	second, err := dirlock.Acquire(dir, name)
	require.NoError(t, err)
	require.NoError(t, second.Release())
}

func TestFileOfADeadHolderDoesNotBlock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("4194304 and more\n"), 0o600))
	lock, err := dirlock.Acquire(dir, name)
	require.NoError(t, err)
	require.NoError(t, lock.Release())
}

func TestMissingDirectoryIsNamed(t *testing.T) {
	t.Parallel()
	_, err := dirlock.Acquire(filepath.Join(t.TempDir(), "none"), name)
	require.ErrorContains(t, err, "none")
}
