package devserver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/temporal"

	"causeway/internal/devserver/dirlock"
)

// startTimeout limits a start, and closeTimeout a close. What takes longer has failed.
const (
	startTimeout = 60 * time.Second
	closeTimeout = 9 * time.Second
)

// Server is a running Temporal server. Close ends it.
type Server struct {
	options  Options
	ports    ports
	lock     *dirlock.Lock
	temporal temporal.Server
	ui       *webUI
	client   client.Client

	closing   atomic.Bool
	closeOnce sync.Once
	closeErr  error
}

// Start runs the server of a data directory, which continues the workflows in it. When Start returns, the namespace
// exists, its search attributes are accepted, and the Web UI answers. It returns *dirlock.HeldError if another live
// process uses the directory, and *PortError if a chosen port is in use.
func Start(ctx context.Context, options Options) (*Server, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	lock, err := dirlock.Acquire(options.DataDir, "temporal.lock")
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, lock: lock}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// start brings up the parts one after the other. If one fails, Close takes down those that exist.
func (s *Server) start(ctx context.Context) error {
	var err error
	if s.ports, err = choosePorts(s.options); err != nil {
		return err
	}
	if err := s.setUpData(ctx); err != nil {
		return err
	}
	if err := s.startTemporal(); err != nil {
		return err
	}
	if err := s.connect(ctx); err != nil {
		return err
	}
	if err := s.AddNamespace(ctx, s.options.Namespace, s.options.SearchAttributes); err != nil {
		return err
	}
	if s.options.DisableUI {
		return nil
	}
	s.ui, err = startUI(ctx, s.options, s.ports)
	return err
}

func (s *Server) checkpoint(ctx context.Context) error {
	if s.options.Postgres != "" {
		return nil
	}
	return checkpoint(ctx, s.options.DataDir)
}

func (s *Server) setUpData(ctx context.Context) error {
	if s.options.Postgres != "" {
		return setUpPostgres(ctx, s.options.Postgres)
	}
	return setUpDatabase(ctx, s.options.DataDir)
}

func (s *Server) startTemporal() error {
	conf, err := serverConfig(s.options, s.ports)
	if err != nil {
		return err
	}
	server, err := temporal.NewServer(
		temporal.WithConfig(conf),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(staticHosts(s.ports)),
		temporal.WithDynamicConfigClient(dynamicConfig(s.options)),
		temporal.WithLogger(logger{to: s.options.Logger, level: s.options.LogLevel, closing: &s.closing}),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return authorization.NewNoopClaimMapper() }),
	)
	if err != nil {
		return fmt.Errorf("build the Temporal server: %w", err)
	}
	s.temporal = server
	if err := server.Start(); err != nil {
		return fmt.Errorf("start the Temporal server: %w", err)
	}
	return nil
}

// connect opens the connection through which the server is set up.
func (s *Server) connect(ctx context.Context) error {
	err := retry(ctx, func() (err error) {
		s.client, err = client.DialContext(ctx, client.Options{
			HostPort:  s.Address(),
			Namespace: s.options.Namespace,
			Logger:    sdklog.NewStructuredLogger(s.options.Logger),
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("connect to the Temporal server: %w", err)
	}
	return nil
}

// Address returns host and port of the frontend.
func (s *Server) Address() string { return address(s.ports.frontend) }

// UIURL returns the address of the Web UI, or "" if there is none.
func (s *Server) UIURL() string {
	if s.options.DisableUI {
		return ""
	}
	return "http://" + address(s.ports.ui)
}

// Namespace returns the name of the namespace that Start registered.
func (s *Server) Namespace() string { return s.options.Namespace }

// Close ends the server gracefully, in less than ten seconds, and releases the data directory. Stop workers and
// clients before. A second call returns the result of the first.
func (s *Server) Close(ctx context.Context) error {
	s.closeOnce.Do(func() { s.closeErr = s.close(ctx) })
	return s.closeErr
}

func (s *Server) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeTimeout)
	defer cancel()
	s.closing.Store(true)
	if s.client != nil {
		s.client.Close()
	}
	s.ui.stop(ctx)
	if s.temporal == nil {
		return s.lock.Release()
	}
	stopped := make(chan error, 1)
	go func() { stopped <- s.temporal.Stop() }()
	select {
	case err := <-stopped:
		return errors.Join(err, s.checkpoint(ctx), s.lock.Release())
	case <-ctx.Done():
		// Keep the lock: a part that did not stop may still write.
		return fmt.Errorf("stop the Temporal server: %w", ctx.Err())
	}
}
