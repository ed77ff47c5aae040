//go:build unix

package e2e_test

import (
	"encoding/json"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"causeway/internal/docs"
	"causeway/internal/proctest"

	"github.com/stretchr/testify/require"
)

// A reader who follows a page must get through it. So each shell block of the documentation runs on the embedded mode, page by
// page and in order, unless the page says why it cannot.
func TestShellBlocksOfThePagesRunInOrder(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("the blocks are run by bash: install it")
	}
	pages := map[string][]docs.Block{}
	for _, block := range docs.Blocks() {
		if block.NotRun == "" {
			pages[block.Topic] = append(pages[block.Topic], block)
		}
	}
	require.Greater(t, len(pages), 6, "pages with blocks that run")
	for topic, blocks := range pages {
		t.Run(topic, func(t *testing.T) {
			t.Parallel()
			n := newcome(t)
			for _, block := range blocks {
				p := proctest.Shell(t, asInstalled(block.Code), proctest.Options{Env: n.env})
				require.Zero(t, p.Status(), "%s.md:%d:\n%s\nprinted:\n%.3000s\n%s", block.Topic, block.Line, block.Code, p.Out(), p.Err())
			}
		})
	}
}

// asInstalled takes a program that was built for one that is built and run: the same, without building it.
func asInstalled(code string) string { return strings.ReplaceAll(code, "go run ./starter", "starter") }

// newcomer is somebody who has started worker/dev and follows a page.
type newcomer struct {
	env []string
}

var crmOrganization = regexp.MustCompile(`CRM organisation (\d+)`)

// newcome starts worker/dev, and finds what the pages name by variables: ids of the connected organisations.
func newcome(t *testing.T) *newcomer {
	t.Helper()
	dir := t.TempDir()
	dev := proctest.Start(t, proctest.Dev, proctest.Options{Args: append([]string{
		"--records=20", "--extent=both", "--output=json", "--data-dir=" + dir}, freePorts...)})
	var started struct {
		URLs map[string]string `json:"urls"`
	}
	dev.FirstLine(t, &started)
	n := &newcomer{env: []string{"CAUSEWAY_DATA_DIR=" + dir, "TEMPORAL_ADDRESS=" + hostOf(t, started.URLs["temporal"])}}
	var listed struct {
		Customers []struct {
			Module string `json:"crm_module"`
			ID     string `json:"crm_id"`
		} `json:"customers"`
	}
	n.ask(t, &listed, "customers")
	for _, c := range listed.Customers {
		if c.Module == "Accounts" {
			n.set("ACCOUNT", c.ID)
			break
		}
	}
	var run struct {
		Operations []struct {
			CRM string `json:"crm_id"`
		} `json:"operations"`
	}
	n.ask(t, &run, "history", "show", "last", "--entity=items")
	require.NotEmpty(t, run.Operations)
	n.set("PRODUCT", run.Operations[0].CRM)
	var may struct {
		Profiles []struct{ ID, Profile string } `json:"profiles"`
	}
	n.ask(t, &may, "permissions", "refresh")
	var members struct {
		Users []struct{ ID, Profile string } `json:"users"`
	}
	n.ask(t, &members, "permissions", "users")
	for _, p := range may.Profiles {
		for _, u := range members.Users {
			if p.Profile == "Administrator" && u.Profile == p.ID {
				n.set("USER_ID", u.ID)
			}
		}
	}
	status := proctest.Run(t, proctest.Starter, proctest.Options{Args: []string{"status"}, Env: n.env})
	org := crmOrganization.FindSubmatch(status.Out())
	require.NotNil(t, org, "%s", status.Out())
	n.set("CRM_ORG", string(org[1]))
	return n
}

func (n *newcomer) set(name, value string) { n.env = append(n.env, name+"="+value) }

// ask runs a command of starter that prints JSON.
func (n *newcomer) ask(t *testing.T, into any, args ...string) {
	t.Helper()
	p := proctest.Run(t, proctest.Starter, proctest.Options{Args: append(args, "--output=json"), Env: n.env})
	require.Zero(t, p.Status(), p.Last())
	require.NoError(t, json.Unmarshal(p.Out(), into), "%s", p.Out())
}

// hostOf is host and port of an address, whether it has a scheme or not.
func hostOf(t *testing.T, address string) string {
	t.Helper()
	require.NotEmpty(t, address)
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}
