package devserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"syscall"
)

// The ports that a caller can choose. PortError.Which names one of them.
const (
	PortTemporal = "temporal"
	PortUI       = "ui"
)

// PortError means that a chosen port cannot be listened on. Which (PortTemporal or PortUI) tells the caller which
// of its options to name in the message.
type PortError struct {
	Which string
	Port  int
	Err   error
}

// Error names the port and the remedy.
func (e *PortError) Error() string {
	if errors.Is(e.Err, syscall.EADDRINUSE) {
		return fmt.Sprintf("%s port %d on %s is already in use: stop the program that listens there, or choose another port (0 takes a free one)",
			e.Which, e.Port, host)
	}
	return fmt.Sprintf("cannot listen on %s port %d of %s: %v: choose another port (0 takes a free one)",
		e.Which, e.Port, host, e.Err)
}

// Unwrap returns the system's own error.
func (e *PortError) Unwrap() error { return e.Err }

// ports are all ports that the process listens on.
type ports struct {
	frontend, frontendHTTP, history, matching, worker, ui int
}

// choosePorts checks the requested ports and finds free ones for the others. It checks them in advance because the
// server and the Web UI open their listeners themselves and end the process if they cannot.
func choosePorts(o Options) (ports, error) {
	var p ports
	var err error
	if p.frontend, err = choosePort(PortTemporal, o.Port); err != nil {
		return p, err
	}
	if !o.DisableUI {
		if p.ui, err = choosePort(PortUI, o.UIPort); err != nil {
			return p, err
		}
	}
	if p.ui != 0 && p.ui == p.frontend {
		return p, &PortError{Which: PortUI, Port: p.ui, Err: syscall.EADDRINUSE}
	}
	for _, inner := range []*int{&p.frontendHTTP, &p.history, &p.matching, &p.worker} {
		if *inner, err = freePort(); err != nil {
			return p, err
		}
	}
	return p, nil
}

// choosePort returns the wanted port if it can be listened on, or a free port for 0.
func choosePort(which string, wanted int) (int, error) {
	if wanted == 0 {
		return freePort()
	}
	listener, err := net.Listen("tcp", address(wanted))
	if err != nil {
		return 0, &PortError{Which: which, Port: wanted, Err: err}
	}
	if err := listener.Close(); err != nil {
		return 0, &PortError{Which: which, Port: wanted, Err: err}
	}
	return wanted, nil
}

// freePort finds a port that the kernel assigns to nobody else within the next minute. A connection that the
// listening side closed first stays in TIME_WAIT. The kernel never picks such a port for ":0" or for an outgoing
// connection, but it can still be listened on by number (Go sets SO_REUSEADDR). Without this, one of the many
// connections between the services sometimes takes the port of a service that has not started yet.
func freePort() (port int, err error) {
	listener, err := net.Listen("tcp", address(0))
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer func() { _ = listener.Close() }()
	port = listener.Addr().(*net.TCPAddr).Port
	if runtime.GOOS == "windows" {
		return port, nil // SO_REUSEADDR has another meaning there, and Go does not set it
	}
	client, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", listener.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("reserve port %d: %w", port, err)
	}
	defer func() { _ = client.Close() }()
	accepted, err := listener.Accept()
	if err != nil {
		return 0, fmt.Errorf("reserve port %d: %w", port, err)
	}
	if err := accepted.Close(); err != nil {
		return 0, fmt.Errorf("reserve port %d: %w", port, err)
	}
	return port, nil
}

// address returns host and port in the form of net.Listen.
func address(port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
