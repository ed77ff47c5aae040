package main

import (
	"context"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/verify"
)

type verifyCmd struct {
	selection
	Sample int `help:"The most customers that are fetched whole; 0 fetches all, one call each." default:"0"`
}

// Validate refuses a sample of less than none.
func (c *verifyCmd) Validate() error {
	if c.Sample < 0 {
		return fmt.Errorf("--sample=%d: give 0 for all customers, or more", c.Sample)
	}
	return c.selection.Validate()
}

// Run verifies a connection. The answer is bad where something differs, is missing, or is extra.
func (c *verifyCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := c.find(ctx, st)
	if err != nil {
		return err
	}
	sides := app.NewSides(st)
	crm, err := sides.CRM(ctx, conn.ID)
	if err != nil {
		return err
	}
	billing, err := sides.Billing(ctx, conn.ID)
	if err != nil {
		return err
	}
	line := p.newLine()
	report, err := verify.Run(ctx, verify.Store{Connections: st.Connections, Links: st.Links, Operations: st.Operations}, crm, billing, conn.ID, verify.Options{
		Sample:   c.Sample,
		Progress: func(at verify.Progress) { line.show(fmt.Sprintf("%s: %d", at.Step, at.Read)) },
	})
	line.end()
	if err != nil {
		return err
	}
	return p.printReport(conn.ID, report)
}

func (p *program) printReport(connection string, report verify.Report) error {
	if p.json {
		if err := p.printJSON(report); err != nil {
			return err
		}
	} else {
		p.printTables(report)
	}
	if !report.Agrees() {
		return badAnswer{fmt.Sprintf("the sides of %s do not agree: %d differences, %d missing, %d extra",
			connection, len(report.Differences), len(report.Missing), len(report.Extra))}
	}
	return nil
}
