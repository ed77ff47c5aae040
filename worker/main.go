package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"causeway/activities/attempt"
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
	exitDone     = 0
	exitCouldNot = 2
)

type cli struct {
	app.Config
	logging
	Run     runCmd     `cmd:"" default:"withargs" help:"Poll Temporal and run workflows and activities until SIGTERM or SIGINT (default)."`
	Migrate migrateCmd `cmd:"" help:"Bring the store's tables to this version, then end."`
}

// run is the whole program. It returns the exit status.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	var c cli
	exited := -1
	timing := attempt.DefaultTiming()
	parser, err := kong.New(&c, kong.Name("worker"),
		kong.Description("Causeway's worker. It reads where Temporal is from TEMPORAL_* and Temporal's own configuration file."),
		kong.Vars{
			"data_dir":      app.DefaultDataDir(),
			"call_timeout":  timing.Call.String(),
			"settle_margin": timing.Margin.String(),
		},
		kong.Writers(out, errOut), kong.Exit(func(code int) { exited = code }))
	if err != nil {
		return exitWithError(errOut, err)
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help has printed its text
	}
	if err != nil {
		return exitWithError(errOut, err)
	}
	log, err := c.logger(errOut)
	if err != nil {
		return exitWithError(errOut, err)
	}
	slog.SetDefault(log)
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(c.Config, log); err != nil {
		return exitWithError(errOut, err)
	}
	return exitDone
}

func exitWithError(errOut io.Writer, err error) int {
	_, _ = fmt.Fprintln(errOut, "error:", err)
	return exitCouldNot
}

// logging is how the log is written: to standard error, and without personal data.
type logging struct {
	LogFormat string     `help:"Write the log as ${enum}." enum:"text,json" default:"text" env:"CAUSEWAY_LOG_FORMAT"`
	LogLevel  slog.Level `help:"Lowest level that is logged: debug, info, warn or error." default:"info" env:"CAUSEWAY_LOG_LEVEL"`
}

func (l logging) logger(to io.Writer) (*slog.Logger, error) {
	opts := &slog.HandlerOptions{Level: l.LogLevel}
	switch l.LogFormat {
	case "json":
		return slog.New(slog.NewJSONHandler(to, opts)), nil
	case "text":
		return slog.New(slog.NewTextHandler(to, opts)), nil
	}
	return nil, fmt.Errorf("log format %q is not known: use text or json", l.LogFormat)
}
