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

// choice is what a data directory was filled with at its first start.
type choice struct {
	Records int    `json:"records,omitempty"`
	Import  string `json:"import,omitempty"`
	Mode    string `json:"mode"`
	// Extent is that of the connection as it was made; empty in a directory of an earlier build: fetch.
	Extent string `json:"extent,omitempty"`
	// Filled is false while the CRM is being filled: a start that was cut off there begins again.
	Filled bool `json:"filled"`
}

func (c choice) String() string {
	if c.Import != "" {
		return "the export in " + c.Import
	}
	return fmt.Sprintf("sample data: %d accounts, %d contacts, %d products", c.Records, c.Records, max(c.Records/10, 1))
}

// save keeps the choice; written whole or not at all.
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

// choose says what the CRM holds, or is to be filled with (fresh). Import and sample data go into an empty
// CRM only: a wish that differs from what the directory holds is refused.
func (d *demo) choose() (choice, bool, error) {
	want := choice{Import: d.CRMImport, Mode: d.Mode, Extent: d.Extent}
	if d.Records != nil {
		want.Records = *d.Records
	}
	path := filepath.Join(d.DataDir, choiceFile)
	data, err := os.ReadFile(path)
	var have choice
	if err == nil {
		if err := json.Unmarshal(data, &have); err != nil {
			return want, false, fmt.Errorf("read %s: %w; choose another directory with --data-dir", path, err)
		}
	}
	if errors.Is(err, fs.ErrNotExist) || (err == nil && !have.Filled) {
		if want.Mode == "" {
			want.Mode = string(record.ModeAccountsAndContacts)
		}
		if want.Import == "" && want.Records == 0 {
			want.Records = defaultRecords
		}
		want.Extent = cmp.Or(want.Extent, string(record.Fetch))
		d.Mode, d.Extent = want.Mode, want.Extent
		return want, true, nil
	}
	if err != nil {
		return want, false, fmt.Errorf("read what the data directory holds: %w", err)
	}
	have.Extent = cmp.Or(have.Extent, string(record.Fetch))
	d.Mode, d.Extent = have.Mode, have.Extent
	refuse := func(what string) (choice, bool, error) {
		return have, false, fmt.Errorf("%s: %s holds %s, mode %s, already, and data goes into an empty CRM only; choose another directory with --data-dir",
			what, d.DataDir, have, have.Mode)
	}
	switch {
	case want.Mode != "" && want.Mode != have.Mode:
		return refuse("--mode " + want.Mode)
	case want.Extent != "" && want.Extent != have.Extent:
		return have, false, fmt.Errorf("--extent=%s: the connection in %s was made with %s; change it with `starter configure %s "+
			"--customers-extent=%s --items-extent=%s`, or choose another directory with --data-dir",
			want.Extent, d.DataDir, have.Extent, connectionID, want.Extent, want.Extent)
	case want.Import != "" && want.Import != have.Import:
		return refuse("--crm-import " + want.Import)
	case want.Records != 0 && want.Records != have.Records:
		return refuse(fmt.Sprintf("--records %d", want.Records))
	}
	return have, false, nil
}
