// Command dev runs everything in one process, embedded: the Temporal server with its Web UI, the store,
// two sandbox organisations, the worker, and a connection between the two. It is for trying out and for
// tests, and must never be deployed: its servers have no passwords.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
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
	exitBadAnswer = 1 // the sync itself failed
	exitCouldNot  = 2 // it could not run
)

// errSyncFailed ends with exitBadAnswer; every other error with exitCouldNot.
var errSyncFailed = errors.New("the sync failed")

type cli struct {
	Demo     demoCmd     `cmd:"" default:"withargs" help:"Run everything: Temporal and its Web UI, two sandbox organisations, a connection named demo, and its sync (default)."`
	Sandbox  sandboxCmd  `cmd:"" help:"Run the two sandbox organisations alone, and print how to reach them."`
	Temporal temporalCmd `cmd:"" help:"Run the Temporal server and its Web UI alone, and print how to reach them."`
}

// place is where an embedded program keeps its data.
type place struct {
	DataDir string `help:"Directory for everything that is kept." env:"CAUSEWAY_DATA_DIR" default:"${data_dir}" type:"path"`
}

// streams are where results and progress go.
type streams struct {
	out, err io.Writer
	log      *slog.Logger
}

func run(ctx context.Context, args []string, out, errOut io.Writer) (status int) {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("worker/dev"),
		kong.Description("Causeway, embedded: everything in one process, for trying out."),
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
	s := streams{out: out, err: errOut, log: slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	slog.SetDefault(s.log)
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(s)
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errSyncFailed):
		_, _ = fmt.Fprintln(errOut, "error:", err)
		return exitBadAnswer
	default:
		_, _ = fmt.Fprintln(errOut, "error:", err)
		return exitCouldNot
	}
}
