//go:build unix

package e2e_test

import (
	"os"
	"strconv"
	"testing"

	"causeway/internal/proctest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { proctest.Main(m) }

// The tests with force are small by default. The environment makes them as large as wanted:
//
//	CAUSEWAY_FORCE_RECORDS  accounts of the sample data, with as many contacts and a tenth as many products
//	CAUSEWAY_FORCE_ROUNDS   how often a process is killed
//	CAUSEWAY_FORCE_FAULTS   of 100 replies, how many are bad from the beginning of the first sync on (none)
//	CAUSEWAY_FORCE_SEED     of the moments, the sample data and the faults; a failure names its own
const (
	envRecords = "CAUSEWAY_FORCE_RECORDS"
	envRounds  = "CAUSEWAY_FORCE_ROUNDS"
	envFaults  = "CAUSEWAY_FORCE_FAULTS"
	envSeed    = "CAUSEWAY_FORCE_SEED"
)

// number reads a number from the environment.
func number(t testing.TB, name string, otherwise int) int {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	require.NoError(t, err, name)
	return n
}

// freePorts makes an embedded program take free ports.
var freePorts = []string{"--temporal-port=0", "--ui-port=0", "--crm-port=0", "--billing-port=0"}
