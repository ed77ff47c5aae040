package operate

import (
	"runtime/debug"

	"causeway/internal/cli/session"
	"causeway/internal/report"
)

// Version shows the version of this program.
type Version struct{}

// Run prints it.
func (*Version) Run(p *session.Session) error {
	build, _ := debug.ReadBuildInfo()
	out := report.NewVersion(build)
	if p.JSON {
		return p.PrintJSON(out)
	}
	p.Printf("causeway %s\n", out.Version)
	if out.Revision != "" {
		p.Printf("revision %s of %s\n", out.Revision, out.Time)
	}
	p.Printf("built with %s\n", out.Go)
	return nil
}
