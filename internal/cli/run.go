package cli

import (
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
)

// The exit statuses.
const (
	ExitDone     = 0
	ExitBad      = 1 // it was done, and the answer is bad
	ExitCouldNot = 2
)

// Run is the program: its arguments, what it reads and prints, and its exit status.
func Run(ctx context.Context, args []string, p *session.Session) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("starter"), kong.Description(description),
		kong.Vars{
			"data_dir": app.DefaultDataDir(), "outcomes": strings.Join(runs.Outcomes, ", "), "entities": strings.Join(arguments.Entities(), ", "),
			"kinds": strings.Join(maps.KindWords, ", "),
		}, kong.Writers(p.Out, p.Err), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(code int) { exited = code }))
	if err != nil {
		return fail(p.Err, err)
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help has printed what was asked for
	}
	if err != nil {
		return fail(p.Err, fmt.Errorf("%w (see `starter --help`)", err))
	}
	p.Config, p.JSON, p.Who, p.UI = c.Config, c.Output == "json", c.Who, c.WebUI
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(p)
	if ctx.Err() != nil && err != nil {
		// What broke off says so in many words, none of them the user's.
		err = errors.New("interrupted; what was started in Temporal goes on by itself")
	}
	return fail(p.Err, err)
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
