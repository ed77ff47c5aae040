package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/app"
	"causeway/internal/app/workerapp"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// maxCallTimeout keeps a call's deadline below the heartbeat time-out of the activities (20 s), with room for the
// work after the call. A call that outlived the heartbeat could overlap with a call of the next attempt.
const maxCallTimeout = 18 * time.Second

// startWait is how long the store may take to answer at the start.
const startWait = 30 * time.Second

type runCmd struct {
	CallTimeout  time.Duration `help:"Deadline of one call to a side; less than 18s." default:"${call_timeout}" env:"CAUSEWAY_CALL_TIMEOUT"`
	SettleMargin time.Duration `help:"How long after its deadline a write may still take effect on a side." default:"${settle_margin}" env:"CAUSEWAY_SETTLE_MARGIN"`
}

// Validate refuses settings with which two attempts of one activity could call at the same time.
func (c runCmd) Validate() error {
	if c.CallTimeout <= 0 || c.CallTimeout >= maxCallTimeout {
		return fmt.Errorf("--call-timeout=%s: give more than 0 and less than %s, because the heartbeat time-out follows soon after", c.CallTimeout, maxCallTimeout)
	}
	if c.SettleMargin < 0 {
		return fmt.Errorf("--settle-margin=%s: give 0 or more", c.SettleMargin)
	}
	return nil
}

func (c runCmd) timing() attempt.Timing {
	t := attempt.DefaultTiming()
	t.Call, t.Margin = c.CallTimeout, c.SettleMargin
	return t
}

// Run polls until ctx ends. Then it ends gracefully: activities return what they have.
func (c runCmd) Run(ctx context.Context, config app.Config, log *slog.Logger) error {
	st, err := openMigrated(ctx, config)
	if err != nil {
		return err
	}
	defer closeStore(st, log)
	namespace, err := app.TemporalNamespace()
	if err != nil {
		return err
	}
	temporal, err := config.DialTemporal(ctx, log)
	if err != nil {
		return err
	}
	defer temporal.Close()
	if err := app.PrepareNamespace(ctx, temporal, namespace, log); err != nil {
		return err
	}
	payloads, err := config.Codec()
	if err != nil {
		return err
	}
	fatal := make(chan error, 1)
	w := workerapp.New(temporal, st, app.NewSides(st), workerapp.Options{
		Timing: c.timing(), Log: log, WebhookPrivate: config.WebhookPrivate, Payloads: payloads.Converter(),
		OnFatal: func(err error) { fatal <- err }, // called once
	})
	workerapp.ReleaseOrphans(ctx, temporal, namespace, log)
	if err := w.Start(); err != nil {
		return fmt.Errorf("start the worker on namespace %s: %w", namespace, err)
	}
	log.Info("worker started", "namespace", namespace, "task_queue", contract.TaskQueue)
	select {
	case err := <-fatal:
		// The program must fail, so that it is restarted: a worker that does not poll is useless.
		return fmt.Errorf("the worker on namespace %s has stopped by itself: %w", namespace, err)
	case <-ctx.Done():
	}
	log.Info("worker stopping")
	w.Stop()
	log.Info("worker stopped")
	return nil
}

// openMigrated opens a store whose tables are of this version.
func openMigrated(ctx context.Context, config app.Config) (*store.Store, error) {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	st, err := config.OpenStore(ctx)
	if err != nil {
		return nil, err
	}
	if err := st.CheckVersion(ctx); err != nil {
		_ = st.Close() // nothing was written, and the first error matters more
		return nil, err
	}
	return st, nil
}

func closeStore(st *store.Store, log *slog.Logger) {
	if err := st.Close(); err != nil {
		log.Warn("close the store", "error", err)
	}
}

type migrateCmd struct{}

// Run migrates the store. Several processes may do so at once.
func (migrateCmd) Run(ctx context.Context, config app.Config, log *slog.Logger) error {
	st, err := config.OpenStore(ctx)
	if err != nil {
		return err
	}
	defer closeStore(st, log)
	if err := st.Migrate(ctx); err != nil {
		return err
	}
	log.Info("store migrated")
	return nil
}
