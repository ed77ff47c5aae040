package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"causeway/internal/app"
	"causeway/internal/cli/arguments"
	"causeway/internal/cli/maps"
	"causeway/internal/cli/runs"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"

	"github.com/alecthomas/kong"
	kongcompletion "github.com/jotaen/kong-completion"
)

// The exit statuses.
const (
	ExitDone     = 0
	ExitBad      = 1 // it was done, and the answer is bad
	ExitCouldNot = 2
)

// Run is the program: its arguments, what it reads and prints, and its exit status.
func Run(ctx context.Context, args []string, p *session.Session) int {
	exited := -1
	var c tree
	parser, err := newParser(&c, p, func(code int) { exited = code })
	if err != nil {
		return fail(p.Err, err)
	}
	if p.Getenv("COMP_LINE") != "" { // a shell asks what may stand next
		kongcompletion.Register(parser)
		return max(exited, ExitDone)
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help has printed what was asked for
	}
	if err != nil {
		return fail(p.Err, fmt.Errorf("%w (see `starter %s`)", err, helpFor(err)))
	}
	p.Config, p.JSON, p.Wide, p.UI = c.Config, c.Output == "json", c.Wide, c.WebUI
	p.Who = cmp.Or(c.Who, p.User())
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(p)
	if ctx.Err() != nil && err != nil {
		// The errors of what was broken off help nobody.
		err = errors.New("interrupted: what was started in Temporal continues by itself")
	}
	return fail(p.Err, err)
}

// Model describes the commands and their flags: the reference is made from it.
func Model() (*kong.Application, error) {
	parser, err := newParser(&tree{}, session.New(nil, io.Discard, io.Discard), func(int) {})
	if err != nil {
		return nil, err
	}
	return parser.Model, nil
}

func newParser(c *tree, p *session.Session, exit func(int)) (*kong.Kong, error) {
	parser, err := kong.New(c, kong.Name("starter"), kong.Description(summary),
		kong.Vars{
			"data_dir": app.DefaultDataDir(), "outcomes": strings.Join(runs.Outcomes, ", "), "entities": strings.Join(arguments.Entities(), ", "),
			"kinds": strings.Join(maps.KindWords, ", "),
		},
		kong.Writers(p.Out, p.Err), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Help(printHelp), kong.ExplicitGroups(groups()),
		kong.Exit(exit))
	if err != nil {
		return nil, err
	}
	addExamples(parser.Model.Node)
	for i, g := range groups() {
		if g.Key == everyGroup {
			parser.Model.HelpFlag.Group = &groups()[i]
		}
	}
	return parser, nil
}

// helpFor is the command line that shows how the command is called whose arguments were wrong.
func helpFor(err error) string {
	var wrong *kong.ParseError
	if !errors.As(err, &wrong) || wrong.Context == nil || wrong.Context.Selected() == nil {
		return "--help"
	}
	return strings.TrimSpace("help " + commandPath(wrong.Context.Selected()))
}

func fail(to io.Writer, err error) int {
	if err == nil {
		return ExitDone
	}
	if message := screen.OneLine(err.Error()); message != "" {
		_, _ = fmt.Fprintln(to, "error:", message)
	}
	if bad := (session.BadAnswer{}); errors.As(err, &bad) {
		return ExitBad
	}
	return ExitCouldNot
}
