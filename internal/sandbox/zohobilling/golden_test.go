package zohobilling_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Golden files hold conversations: "> METHOD path", headers, an empty line, the body; then "< status" and the reply.
// With a fixed clock and seed each reply is known to the last digit. UPDATE_GOLDEN=1 writes the replies again: compare the difference with the wire contract before you keep it.
func TestGoldenConversations(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			still := time.Date(2026, 3, 4, 12, 30, 45, 0, time.UTC)
			b := openBenchAt(t, t.TempDir(), func() time.Time { return still })
			t.Cleanup(b.stop)
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			var written strings.Builder
			for _, exchange := range strings.Split("\n"+string(raw), "\n> ")[1:] {
				request, reply, _ := strings.Cut(exchange, "\n< ")
				got := b.replay(request)
				fmt.Fprintf(&written, "> %s\n< %s\n\n", strings.TrimSpace(request), got)
				if os.Getenv("UPDATE_GOLDEN") == "" {
					status, body, _ := strings.Cut(reply, "\n")
					gotStatus, gotBody, _ := strings.Cut(got, "\n")
					require.Equal(t, strings.TrimSpace(status), gotStatus, request)
					require.JSONEq(t, body, gotBody, request)
				}
			}
			if os.Getenv("UPDATE_GOLDEN") != "" {
				require.NoError(t, os.WriteFile(file, []byte(strings.TrimSpace(written.String())+"\n"), 0o600))
			}
		})
	}
}

func (b *bench) replay(request string) string {
	b.t.Helper()
	head, body, _ := strings.Cut(strings.TrimSpace(request), "\n\n")
	lines := strings.Split(head, "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	var headers []string
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		headers = append(headers, name, strings.TrimSpace(value))
	}
	a := b.call(method, path, body, headers...)
	var pretty bytes.Buffer
	require.NoError(b.t, json.Indent(&pretty, a.Raw, "", "  "))
	return fmt.Sprintf("%d\n%s", a.Status, pretty.String())
}
