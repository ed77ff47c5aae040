package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"causeway/internal/record"
)

// choiceFile remembers what a data directory was filled with.
const choiceFile = "demo.json"

// defaultRecords is the size of the sample data unless told otherwise.
const defaultRecords = 200

// wishes are what a user asks of the embedded mode.
type wishes struct {
	place
	temporalPorts
	sandboxFlags
	CRMImport   string `name:"crm-import" help:"Fill the CRM from a CSV export instead of sample data: a directory with Accounts.csv, Contacts.csv, Products.csv." type:"existingdir" xor:"data"`
	Records     *int   `help:"Size of the sample data: this many accounts, as many contacts, a tenth as many products (default 200)." xor:"data" placeholder:"N"`
	Mode        string `help:"What becomes a customer: accounts, contacts, or accounts_and_contacts (the default)." placeholder:"MODE"`
	Extent      string `help:"Which way customers and items are synced: fetch (from the CRM to billing, the default), or both." placeholder:"EXTENT"`
	GatewayPort int    `help:"Port of the gateway, the REST API; 0 takes a free one." default:"0"`

	WebhookPrivate bool `help:"Allow webhooks and other applications at addresses of this machine and of private networks." env:"CAUSEWAY_WEBHOOK_PRIVATE"`
	BackOffPercent int  `help:"Scale the waiting times after failures, for the connection that is made: 10 waits a tenth of the time." env:"CAUSEWAY_BACKOFF_PERCENT" placeholder:"PERCENT"`
}

// choice is what a data directory was filled with at its first start.
type choice struct {
	Records int    `json:"records,omitempty"`
	Import  string `json:"import,omitempty"`
	Mode    string `json:"mode"`
	// Extent is that of the connection when it was made. It is empty in a directory of an earlier build: fetch.
	Extent string `json:"extent,omitempty"`
	// Filled is false while the CRM is being filled. A start that was cut off then begins from an empty CRM.
	Filled bool `json:"filled"`
}

func (c choice) String() string {
	if c.Import != "" {
		return "the export in " + c.Import
	}
	return fmt.Sprintf("sample data: %d accounts, %d contacts, %d products", c.Records, c.Records, max(c.Records/10, 1))
}

// save writes the choice, whole or not at all.
func (c choice) save(path string) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	next := path + ".next"
	if err := os.WriteFile(next, data, 0o600); err != nil {
		return fmt.Errorf("remember what the data directory holds: %w", err)
	}
	return os.Rename(next, path)
}

// choose returns what the CRM holds, or, in a fresh directory, what it is to be filled with. Data goes into an empty
// CRM only: a wish that differs from what the directory holds is refused.
func choose(w wishes) (found choice, fresh bool, err error) {
	have, err := readChoice(filepath.Join(w.DataDir, choiceFile))
	if errors.Is(err, fs.ErrNotExist) || (err == nil && !have.Filled) {
		return firstChoice(w), true, nil
	}
	if err != nil {
		return have, false, err
	}
	have.Extent = cmp.Or(have.Extent, string(record.Fetch))
	return have, false, w.refuse(have)
}

func readChoice(path string) (choice, error) {
	var have choice
	data, err := os.ReadFile(path)
	if err != nil {
		return have, fmt.Errorf("read what the data directory holds: %w", err)
	}
	if err := json.Unmarshal(data, &have); err != nil {
		return have, fmt.Errorf("read %s: %w; choose another directory with --data-dir", path, err)
	}
	return have, nil
}

func firstChoice(w wishes) choice {
	c := choice{
		Import: w.CRMImport,
		Mode:   cmp.Or(w.Mode, string(record.ModeAccountsAndContacts)),
		Extent: cmp.Or(w.Extent, string(record.Fetch)),
	}
	if w.Records != nil {
		c.Records = *w.Records
	}
	if c.Import == "" && c.Records == 0 {
		c.Records = defaultRecords
	}
	return c
}

// refuse returns an error where a wish differs from what the directory holds.
func (w wishes) refuse(have choice) error {
	differs := func(flag string) error {
		return fmt.Errorf("%s: %s already holds %s, with mode %s, and data goes into an empty CRM only. "+
			"Leave the flag out, or choose another directory with --data-dir", flag, w.DataDir, have, have.Mode)
	}
	switch {
	case w.Mode != "" && w.Mode != have.Mode:
		return differs("--mode=" + w.Mode)
	case w.Extent != "" && w.Extent != have.Extent:
		return fmt.Errorf("--extent=%s: the connection in %s was made with %s. Start without --extent, and change it: "+
			"go run ./starter configure %s --customers-extent=%s --items-extent=%s. Or choose another directory with --data-dir",
			w.Extent, w.DataDir, have.Extent, connectionID, w.Extent, w.Extent)
	case w.CRMImport != "" && w.CRMImport != have.Import:
		return differs("--crm-import=" + w.CRMImport)
	case w.Records != nil && *w.Records != 0 && *w.Records != have.Records:
		return differs(fmt.Sprintf("--records=%d", *w.Records))
	}
	return nil
}
