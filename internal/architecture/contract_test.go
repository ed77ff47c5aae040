package architecture_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// backend is a backend service that steers a connection, as the README shows it.
const backend = `package main

import (
	"context"
	"fmt"
	"log"

	"causeway/workflows/contract"

	"go.temporal.io/sdk/client"
)

func main() {
	temporal, err := client.Dial(client.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer temporal.Close()
	causeway := contract.NewClient(temporal)
	run, err := causeway.SyncNow(context.Background(), "demo", contract.SyncNowRequest{Who: "billing-backend"})
	if err != nil {
		log.Fatal(err)
	}
	result, err := causeway.Wait(context.Background(), run.RunRef)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(contract.IntegrationID("demo"), contract.TaskQueue, run.RunID, result.Status, contract.ErrorRefused)
}
`

func TestABackendServiceBuildsWithTheContractByReplace(t *testing.T) {
	t.Parallel()
	dir := backendModule(t)
	// The backend requires the same versions as Causeway, so that the build needs no network.
	ours, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	require.NoError(t, err)
	_, requires, found := strings.Cut(string(ours), "require (")
	require.True(t, found)
	write(t, dir, "go.mod", "module example.com/backend\n\ngo 1.26.8\n\n"+
		"require causeway v0.0.0\n\nreplace causeway => "+root(t)+"\n\nrequire ("+requires)
	sums, err := os.ReadFile(filepath.Join(root(t), "go.sum"))
	require.NoError(t, err)
	write(t, dir, "go.sum", string(sums))
	build(t, dir, "GOWORK=off")
}

func TestABackendServiceBuildsWithTheContractByWorkspace(t *testing.T) {
	t.Parallel()
	dir := backendModule(t)
	write(t, dir, "go.mod", "module example.com/backend\n\ngo 1.26.8\n")
	write(t, dir, "go.work", "go 1.26.8\n\nuse (\n\t.\n\t"+root(t)+"\n)\n")
	build(t, dir, "GOWORK="+filepath.Join(dir, "go.work"))
}

func backendModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "main.go", backend)
	return dir
}

// build builds without a network: our own tests have downloaded all that the contract needs.
func build(t *testing.T, dir, work string) {
	t.Helper()
	command(t, dir, []string{work, "GOFLAGS=", "GOPROXY=off"}, "go", "build", "-o", filepath.Join(dir, "backend"), ".")
	require.FileExists(t, filepath.Join(dir, "backend"))
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
}
