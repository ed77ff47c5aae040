package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"causeway/internal/gateway"
)

// serveGateway serves the REST API on the loopback, for applications with a token of the store.
func (d *demo) serveGateway() error {
	l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(d.GatewayPort))
	if err != nil {
		return fmt.Errorf("serve the gateway: %w; another port: --gateway-port", err)
	}
	d.gatewayURL = "http://" + l.Addr().String()
	server := &http.Server{ReadTimeout: readTimeout, Handler: gateway.Handler(gateway.Options{
		Pusher: d.contract, Tokens: d.store.Tokens, Permissions: d.store.Permissions, Log: d.log, Now: time.Now,
	})}
	go func() { _ = server.Serve(l) }() // until it is closed
	d.closers = append(d.closers, func(ctx context.Context) error { return server.Shutdown(ctx) })
	return nil
}
