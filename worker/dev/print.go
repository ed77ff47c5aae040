package main

import (
	"encoding/json"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/report"

	"github.com/jedib0t/go-pretty/v6/table"
)

// result is a run with where to look.
type result struct {
	report.Run
	URLs map[string]string `json:"urls"`
}

// urlsOf returns where each part of the stand is.
func urlsOf(d *stand) map[string]string {
	info := d.sandbox.Info()
	return map[string]string{
		"temporal_ui": d.server.UIURL(), "temporal": d.server.Address(), "codec": d.server.codecURL, "gateway": d.gateway, "crm": info.CRMURL, "billing": info.BillingURL,
	}
}

// printRun prints what a sync did, and where to look.
func printRun(d *stand, r report.Run, output string) error {
	if output == "json" {
		enc := json.NewEncoder(d.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(result{Run: r, URLs: urlsOf(d)})
	}
	t := table.NewWriter()
	t.SetOutputMirror(d.out)
	t.SetStyle(table.StyleLight)
	t.SetTitle("Sync of %s: %s, in %s", r.Connection, r.Status, (time.Duration(r.DurationMS) * time.Millisecond).Round(100*time.Millisecond))
	t.AppendHeader(table.Row{"", "added", "updated", "linked", "unchanged", "skipped", "conflicts", "deleted", "failed"})
	for _, e := range record.Entities() {
		c := r.Entities[string(e)]
		t.AppendRow(table.Row{e, c.Added, c.Updated, c.Linked, c.Unchanged, c.Skipped, c.Conflicts, c.Deleted, c.Failed})
	}
	t.Render()
	printFailures(d, r)
	return printAddresses(d)
}

func printAddresses(d *stand) error {
	_, err := fmt.Fprintf(d.out, "\nTemporal Web UI  %s\nTemporal         %s\nGateway          %s\nCRM sandbox      %s\nBilling sandbox  %s\n",
		d.server.UIURL(), d.server.Address(), d.gateway, d.sandbox.Info().CRMURL, d.sandbox.Info().BillingURL)
	return err
}

// shownFailures bounds the list. `starter history show` prints the rest.
const shownFailures = 20

func printFailures(d *stand, r report.Run) {
	for i, f := range r.Failures {
		if i == shownFailures {
			_, _ = fmt.Fprintf(d.out, "  ... and %d more: %s\n", len(r.Failures)-i, d.starterCommand("history show "+r.RunID+" --outcome failed"))
			return
		}
		_, _ = fmt.Fprintf(d.out, "  failed: %s %s %q: %s\n", f.Entity, f.RecordID, f.Name, f.Reason)
	}
}
