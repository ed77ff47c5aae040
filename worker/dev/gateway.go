package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"causeway/internal/gateway"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// serveGateway serves the REST API on the loopback address, for applications with a token of the store. It returns
// the URL, and what ends the server.
func serveGateway(port int, st *store.Store, temporal *contract.Client, log *slog.Logger) (url string, end func(context.Context) error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		return "", nil, fmt.Errorf("serve the gateway: %w; choose another port with --gateway-port", err)
	}
	server := &http.Server{ReadTimeout: readTimeout, Handler: gateway.Handler(gateway.Options{
		Pusher: temporal, Tokens: st.Tokens, Permissions: st.Permissions, Log: log, Now: time.Now,
	})}
	go func() { _ = server.Serve(l) }() // until it is closed
	return "http://" + l.Addr().String(), server.Shutdown, nil
}
