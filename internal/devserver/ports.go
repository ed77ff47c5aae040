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

// The ports that a caller can choose, as PortError.Which names them.
const (
	PortTemporal = "temporal"
	PortUI       = "ui"
)

// PortError says that a chosen port cannot be listened on. Which (PortTemporal, PortUI) tells the caller
// which of its options to name in the message.
type PortError struct {
	Which string
	Port  int
	Err   error
}

// Error names the port and the remedy.
func (e *PortError) Error() string {
	if errors.Is(e.Err, syscall.EADDRINUSE) {
		return fmt.Sprintf("%s port %d on %s is already taken: stop what listens there, or choose another port (0 takes a free one)",
			e.Which, e.Port, host)
	}
	return fmt.Sprintf("%s port %d on %s cannot be listened on: %v: choose another port (0 takes a free one)",
		e.Which, e.Port, host, e.Err)
}

// Unwrap gives the system's own error.
func (e *PortError) Unwrap() error { return e.Err }

// ports are all that the process listens on.
type ports struct {
	frontend, frontendHTTP, history, matching, worker, ui int
}

// choosePorts checks the ports that were asked for and finds free ones for the others. Server and UI open
// their listeners themselves and end the process when they cannot, which is why all is checked beforehand.
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

// choosePort answers wanted if it can be listened on, and a free port for 0.
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

// freePort finds a port that the kernel gives to nobody else in the next minute: a connection that the
// listening side closed first stays in TIME_WAIT, and such a port is never picked for ":0" or for an outgoing
// connection, while it can still be listened on by name (Go sets SO_REUSEADDR). Without it, the services'
// many connections among themselves now and then take the port of one that has not started yet.
func freePort() (port int, err error) {
	listener, err := net.Listen("tcp", address(0))
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer func() { _ = listener.Close() }()
	port = listener.Addr().(*net.TCPAddr).Port
	if runtime.GOOS == "windows" {
		return port, nil // there SO_REUSEADDR means something else, and Go does not set it
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

// address is host and port as net.Listen takes them.
func address(port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
