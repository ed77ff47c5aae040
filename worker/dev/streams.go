package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// errSyncFailed is a sync that ran to its end, and failed.
var errSyncFailed = errors.New("the sync failed")

// place is where an embedded program keeps its data.
type place struct {
	DataDir string `help:"Directory for all data." env:"CAUSEWAY_DATA_DIR" default:"${data_dir}" type:"path"`
}

// streams are where results and progress go.
type streams struct {
	out, err io.Writer
	log      *slog.Logger
}

// newStreams also makes the log the default one, for libraries that know no other.
func newStreams(out, errOut io.Writer) streams {
	log := slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: slog.LevelWarn}))
	slog.SetDefault(log)
	return streams{out: out, err: errOut, log: log}
}

// say tells a person what is going on.
func (s streams) say(format string, args ...any) { _, _ = fmt.Fprintf(s.err, format+"\n", args...) }

// closeTimeout bounds a clean end.
const closeTimeout = 15 * time.Second

// closing returns the context of a clean end, which starts after the program's own context has ended.
func closing() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), closeTimeout)
}
