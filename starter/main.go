package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"causeway/internal/cli"
	"causeway/internal/cli/session"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], session.New(os.Stdin, os.Stdout, os.Stderr)))
}
