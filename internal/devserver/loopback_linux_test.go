package devserver_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/devserver"
)

// stateListen is the state of a listening socket in /proc/net/tcp.
const stateListen = "0A"

func TestNothingListensBeyondTheLoopbackAddress(t *testing.T) {
	t.Parallel()
	start(t, devserver.Options{DataDir: t.TempDir()})
	listening := 0
	own := ownSockets(t)
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		content, err := os.ReadFile(table)
		if os.IsNotExist(err) {
			continue // a kernel without IPv6
		}
		require.NoError(t, err)
		for _, line := range strings.Split(string(content), "\n")[1:] {
			fields := strings.Fields(line)
			if len(fields) < 10 || fields[3] != stateListen || !own[fields[9]] {
				continue
			}
			listening++
			require.True(t, strings.HasPrefix(fields[1], "0100007F:"), "listens on %s (hex, little endian)", fields[1])
		}
	}
	require.GreaterOrEqual(t, listening, 5, "four services and the web ui")
}

// ownSockets returns the inodes of this process's sockets.
func ownSockets(t *testing.T) map[string]bool {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	require.NoError(t, err)
	own := make(map[string]bool)
	for _, link := range links {
		target, err := os.Readlink(link) // fails for what was closed meanwhile
		if inode, ok := strings.CutPrefix(target, "socket:["); err == nil && ok {
			own[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return own
}
