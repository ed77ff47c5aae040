package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"causeway/internal/app"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	exitDone      = 0
	exitBadAnswer = 1 // the sync ran, and failed
	exitCouldNot  = 2 // it could not run
)

type cli struct {
	Demo     demoCmd     `cmd:"" default:"withargs" help:"Run everything: Temporal with its Web UI, two sandbox organisations, a worker, and a connection named demo with its first sync (default)."`
	Sandbox  sandboxCmd  `cmd:"" help:"Run the two sandbox organisations alone. Print how to reach them, as JSON."`
	Temporal temporalCmd `cmd:"" help:"Run the Temporal server and its Web UI alone. Print how to reach them, as JSON."`
}

// run parses the arguments, runs the command, and returns the exit status.
func run(ctx context.Context, args []string, out, errOut io.Writer) (status int) {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("worker/dev"),
		kong.Description("Run Causeway in one process, to try it out. Nothing needs to be installed or set up."),
		kong.Vars{"data_dir": app.DefaultDataDir()},
		kong.Writers(out, errOut), kong.Exit(func(code int) { exited = code }), kong.UsageOnError())
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "error:", err)
		return exitCouldNot
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help has printed what was asked for
	}
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "error:", err)
		return exitCouldNot
	}
	s := newStreams(out, errOut)
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(s)
	if err == nil {
		return exitDone
	}
	_, _ = fmt.Fprintln(errOut, "error:", err)
	if errors.Is(err, errSyncFailed) {
		return exitBadAnswer
	}
	return exitCouldNot
}
