//go:build unix

package e2e_test

import (
	"net"
	"path/filepath"
	"strconv"
	"testing"

	"causeway/internal/proctest"

	"github.com/stretchr/testify/require"
)

// With the limit of ten access tokens in ten minutes, the seventh start would be the first to fail.
func TestOneDataDirectoryIsStartedAgainAsOftenAsOneLikes(t *testing.T) {
	t.Parallel()
	args := append([]string{"--once", "--output=json", "--records=5", "--data-dir=" + t.TempDir()}, freePorts...)
	for range 7 {
		p := proctest.Run(t, proctest.Dev, proctest.Options{Args: args})
		require.Zero(t, p.Status(), p.Last())
		require.NotContains(t, p.Err(), "Slow gRPC call", "the integration was left in the middle of a task")
	}
}

func TestAPortThatIsTakenIsFoundBeforeTheCRMIsFilled(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	dir := t.TempDir()
	p := proctest.Run(t, proctest.Dev, proctest.Options{Args: []string{
		"--once", "--data-dir=" + dir, "--ui-port=0", "--crm-port=0", "--billing-port=0",
		"--temporal-port=" + strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)}})
	require.Equal(t, 2, p.Status())
	require.Contains(t, p.Err(), "--temporal-port")
	require.NotContains(t, p.Err(), "Filling")
	require.NoFileExists(t, filepath.Join(dir, "demo.json"), "so that another choice is still free")
}

func TestAWishThatNothingCanFulfilIsRefusedWithTheFlagAndWhatItTakes(t *testing.T) {
	t.Parallel()
	for wish, says := range map[string]string{
		"--extent=all":  "--extent=all: use one of fetch, both\n",
		"--mode=leads":  "--mode=leads: use one of accounts, contacts, accounts_and_contacts\n",
		"--records=0":   "--records=0: use a number from 1 on\n",
		"--records=-20": "--records=-20: use a number from 1 on\n",
	} {
		dir := t.TempDir()
		p := proctest.Run(t, proctest.Dev, proctest.Options{Args: append([]string{"--once", "--data-dir=" + dir, wish}, freePorts...)})
		require.Equal(t, 2, p.Status(), wish)
		require.Contains(t, p.Err(), says)
		require.NoFileExists(t, filepath.Join(dir, "demo.json"))
	}
}

func TestTheExtentIsFetchUnlessToldOtherwiseAndIsLaterChangedByConfigure(t *testing.T) {
	t.Parallel()
	for made, c := range map[string]struct{ first, later []string }{
		"fetch": {nil, []string{"--extent=both"}},
		"both":  {[]string{"--extent=both"}, []string{"--extent=fetch"}},
	} {
		args := append([]string{"--once", "--output=json", "--records=5", "--data-dir=" + t.TempDir()}, freePorts...)
		p := proctest.Run(t, proctest.Dev, proctest.Options{Args: append(args, c.first...)})
		require.Zero(t, p.Status(), p.Last())
		p = proctest.Run(t, proctest.Dev, proctest.Options{Args: append(args, c.later...)})
		require.Equal(t, 2, p.Status(), made)
		require.Contains(t, p.Err(), "was made with "+made)
		require.Contains(t, p.Err(), "starter configure demo")
	}
}

func TestADemoThatWasDeletedIsNotConnectedAnewBehindItsAdminsBack(t *testing.T) {
	t.Parallel()
	dir, port := t.TempDir(), strconv.Itoa(proctest.FreePort(t))
	args := []string{"--records=5", "--data-dir=" + dir, "--temporal-port=" + port, "--ui-port=0", "--crm-port=0", "--billing-port=0"}
	p := proctest.Start(t, proctest.Dev, proctest.Options{Args: args})
	p.Says(t, "Up and running")
	d := &deployment{dir: dir, temporalPort: port}
	d.starter(t, "disable", "demo", "--wait", "--yes", "--output=json")
	var planned struct {
		Plan  struct{ ID string } `json:"plan"`
		Token string              `json:"token"`
	}
	d.answer(t, &planned, "delete", "demo", "--plan-only")
	d.starter(t, "delete", "demo", "--plan", planned.Plan.ID, "--choice", "convert_all", "--token", planned.Token, "--who", "ann", "--wait", "--output=json")
	p.Stop(t)

	again := proctest.Run(t, proctest.Dev, proctest.Options{Args: append(args, "--once")})
	require.Equal(t, 2, again.Status(), again.Last())
	require.Contains(t, again.Err(), "Connection demo is deleted since")
	require.Contains(t, again.Err(), "by ann")
	require.Contains(t, again.Err(), "Choose another --data-dir to begin with fresh data")
}
