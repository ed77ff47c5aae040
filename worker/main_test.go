package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// refusal runs the program, which must refuse, and returns its error output.
func refusal(t *testing.T, args ...string) string {
	t.Helper()
	var out, errOut bytes.Buffer
	dir := t.TempDir()
	args = append([]string{"--data-dir=" + dir}, args...)
	require.Equal(t, exitCouldNot, run(t.Context(), args, &out, &errOut))
	require.Empty(t, out.String(), "results only go to standard output")
	said := errOut.String()
	require.Equal(t, 1, strings.Count(said, "\n"), "one line: %s", said)
	return said
}

func TestWorkerRefusesWhatItCannotRunWithAndSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"a store without tables":                    {nil, []string{"no tables yet", "worker migrate"}},
		"a call that outlives the heartbeat":        {[]string{"run", "--call-timeout=18s"}, []string{"--call-timeout=18s", "less than 18s"}},
		"a call without any time":                   {[]string{"run", "--call-timeout=0s"}, []string{"--call-timeout=0s"}},
		"a negative margin":                         {[]string{"run", "--settle-margin=-1s"}, []string{"--settle-margin=-1s"}},
		"a log format of another program":           {[]string{"--log-format=xml"}, []string{"text", "json"}},
		"a log level that does not exist":           {[]string{"--log-level=loud"}, []string{"loud"}},
		"a command that does not exist":             {[]string{"start"}, []string{"start"}},
		"a key ring that is none":                   {[]string{"--key=rubbish"}, []string{"key ring", "base64"}},
		"a PostgreSQL server that does not answer":  {[]string{"migrate", "--store=postgres://u:p@127.0.0.1:1/x"}, []string{"PostgreSQL", "127.0.0.1:1"}},
		"a directory for the store that is missing": {[]string{"migrate", "--store=/nowhere/at/all/causeway.db"}, []string{"/nowhere/at/all"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := refusal(t, c.args...)
			for _, part := range c.says {
				require.Contains(t, said, part)
			}
		})
	}
}

func TestHelpIsAResultAndNoFailure(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), []string{"--help"}, &out, &errOut))
	require.Contains(t, out.String(), "migrate")
	require.Empty(t, errOut.String())
}

func TestMigratingTwiceIsMigratingOnce(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "causeway.db")
	for range 2 {
		var out, errOut bytes.Buffer
		args := []string{"--data-dir=" + t.TempDir(), "--store=" + db, "migrate"}
		require.Equal(t, exitDone, run(t.Context(), args, &out, &errOut), errOut.String())
	}
	require.FileExists(t, db)
}

func TestATemporalThatDoesNotAnswerIsNamedWithItsSetting(t *testing.T) {
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
	t.Setenv("TEMPORAL_CONFIG_FILE", filepath.Join(t.TempDir(), "none.toml"))
	dir := t.TempDir()
	var out, errOut bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), []string{"--data-dir=" + dir, "migrate"}, &out, &errOut), errOut.String())
	errOut.Reset()
	require.Equal(t, exitCouldNot, run(t.Context(), []string{"--data-dir=" + dir}, &out, &errOut))
	require.Contains(t, errOut.String(), "127.0.0.1:1")
	require.Contains(t, errOut.String(), "TEMPORAL_ADDRESS")
}
