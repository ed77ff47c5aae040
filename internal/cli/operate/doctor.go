package operate

import (
	"context"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/doctor"
	"causeway/internal/report"
)

// Doctor checks everything that Causeway needs.
type Doctor struct{ session.Selection }

// Run checks, and prints what it found. The answer is bad where something is wrong.
func (c *Doctor) Run(ctx context.Context, p *session.Session) error {
	out := doctor.Examine(ctx, doctor.Options{Config: p.Config, Connection: c.Named(), Dial: p.Inspect, Now: p.Now})
	if err := printCheckup(p, out); err != nil {
		return err
	}
	if !out.OK {
		return session.Bad("%d of %d checks failed", out.Wrong(), len(out.Checks))
	}
	return nil
}

func printCheckup(p *session.Session, out report.Checkup) error {
	if p.JSON {
		return p.PrintJSON(out)
	}
	for _, one := range out.Checks {
		verdict := "ok   "
		if !one.OK {
			verdict = "WRONG"
		}
		name := one.Check
		if one.Connection != "" {
			name = one.Connection + ", " + name
		}
		p.Printf("%s  %s: %s\n", verdict, name, screen.Sentence(one.Found))
		if one.Remedy != "" {
			p.Printf("       do this: %s\n", screen.Sentence(one.Remedy))
		}
	}
	if out.OK {
		p.Printf("everything is in order\n")
	}
	return nil
}
