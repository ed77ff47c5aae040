package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling"
	"causeway/internal/sandbox/zohocrm"
)

// Options say what to serve. Only DataDir is required.
type Options struct {
	DataDir     string            // holds the records; created if missing
	CRMPort     int               // 0: a free port
	BillingPort int               // 0: a free port
	Settings    map[string]string // name to value; see platform.Settings
	Faults      map[string]string // kind to rate; see platform.Faults
	Seed        uint64            // for faults and, at the first start, for ids and credentials; with 0, ids and credentials are random
	Sample      *SampleOptions    // fills an empty CRM with sample data
	CSVDir      string            // fills an empty CRM with an export
	Clock       platform.Clock    // nil: time.Now
}

// SampleOptions say how much sample data to make.
type SampleOptions struct {
	Accounts int    // with as many contacts, and a tenth as many products
	Seed     uint64 // the same seed makes the same data
}

// ErrNotEmpty is returned when the CRM has records, and sample data or an import was requested.
var ErrNotEmpty = errors.New("the CRM sandbox already has records")

// Sandbox is both organisations, running.
type Sandbox struct {
	gate     *platform.Gate
	accounts *platform.Accounts
	crm      *zohocrm.Org
	billing  *zohobilling.Org
	servers  []*http.Server
	info     Info
	closers  []func() error // in the order in which the files were opened
}

// Info is how to reach a sandbox. The program prints it as one line of JSON.
type Info struct {
	AccountsURL  string `json:"accounts_url"`
	CRMURL       string `json:"crm_url"`
	BillingURL   string `json:"billing_url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RefreshToken string `json:"refresh_token"`
	CRMOrgID     string `json:"crm_org_id"`
	BillingOrgID string `json:"billing_org_id"`
}

// URLs are the base URLs of the three servers: scheme, host and port.
type URLs struct {
	Accounts, CRM, Billing string
}

// Start opens the organisations in o.DataDir and serves them on 127.0.0.1 until Close. Both ports serve everything, so that
// a token's api_domain works whichever port issued the token.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	s := &Sandbox{}
	if err := s.start(ctx, o); err != nil {
		return nil, errors.Join(err, s.closeFiles())
	}
	return s, nil
}

func (s *Sandbox) start(ctx context.Context, o Options) error {
	if o.DataDir == "" {
		return errors.New("start sandbox: no data directory given")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if err := os.MkdirAll(o.DataDir, 0o700); err != nil {
		return fmt.Errorf("start sandbox: %w", err)
	}
	if err := s.openFiles(o); err != nil {
		return err
	}
	if err := s.fill(ctx, o); err != nil {
		return err
	}
	return s.serve(ctx, o)
}

// openFiles opens the files and connects the organisations.
func (s *Sandbox) openFiles(o Options) error {
	settings, err := platform.NewSettings(o.Settings)
	if err != nil {
		return err
	}
	faults, err := platform.NewFaults(o.Seed, o.Faults)
	if err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(o.DataDir, "sandbox.lock"))
	if err != nil {
		return err
	}
	s.closers = append(s.closers, unlock)
	if s.accounts, err = platform.OpenAccounts(filepath.Join(o.DataDir, "accounts.db"), settings, o.Clock, o.Seed); err != nil {
		return err
	}
	s.closers = append(s.closers, s.accounts.Close)
	if s.crm, err = zohocrm.Open(o.DataDir, zohocrm.Deps{Settings: settings, Clock: o.Clock}); err != nil {
		return err
	}
	s.closers = append(s.closers, s.crm.Close)
	if s.billing, err = zohobilling.Open(filepath.Join(o.DataDir, "billing.db"), settings, o.Clock, o.Seed); err != nil {
		return err
	}
	s.closers = append(s.closers, s.billing.Close)
	s.gate = platform.NewGate(s.accounts, settings, faults, o.Clock)
	s.gate.SetCost(platform.CRM, s.crm.Cost)
	return nil
}

// listen takes a port. Its error names the flag that chooses another one.
func listen(ctx context.Context, port int, flag string) (net.Listener, error) {
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("start sandbox: port %d is in use; choose another with %s (0 takes a free one)", port, flag)
	}
	if err != nil {
		return nil, fmt.Errorf("start sandbox: %w", err)
	}
	return l, nil
}

func (s *Sandbox) serve(ctx context.Context, o Options) error {
	crm, err := listen(ctx, o.CRMPort, "--crm-port")
	if err != nil {
		return err
	}
	billing, err := listen(ctx, o.BillingPort, "--billing-port")
	if err != nil {
		return errors.Join(err, crm.Close())
	}
	handler := s.handler()
	for _, l := range []net.Listener{crm, billing} {
		server := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second}
		s.servers = append(s.servers, server)
		go func() { _ = server.Serve(l) }() // ends with Close, or with the process
	}
	credentials := s.accounts.Credentials()
	s.info = Info{
		AccountsURL: "http://" + crm.Addr().String(), CRMURL: "http://" + crm.Addr().String(), BillingURL: "http://" + billing.Addr().String(),
		ClientID: credentials.ClientID, ClientSecret: credentials.ClientSecret, RefreshToken: credentials.RefreshToken,
		CRMOrgID: zohocrm.OrgID, BillingOrgID: s.billing.ID(),
	}
	return nil
}

func (s *Sandbox) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/oauth/", s.gate.Wrap(platform.AuthSide, s.accounts.WriteError, s.accounts.Handler()))
	mux.Handle("/crm/", s.gate.Wrap(platform.CRM, s.crm.WriteRefusal, s.crm.Handler()))
	mux.Handle("/billing/", s.gate.Wrap(platform.Billing, s.billing.WriteError, s.billing.Handler()))
	mux.Handle("/sandbox/", s.gate.Control())
	mux.Handle("/sandbox/v1/crm/", s.crm.Control())
	mux.Handle("/sandbox/v1/billing/", s.billing.Control())
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		platform.WriteJSON(w, http.StatusNotFound, map[string]string{"error": "the sandbox serves /oauth/v2, /crm/v8, /billing/v1 and /sandbox/v1"})
	})
	return mux
}

// Info returns how to reach the sandbox.
func (s *Sandbox) Info() Info { return s.info }

// URLs returns the base URLs of the three servers.
func (s *Sandbox) URLs() URLs { return URLs{s.info.AccountsURL, s.info.CRMURL, s.info.BillingURL} }

// Credentials returns the client and the refresh token that the first start made.
func (s *Sandbox) Credentials() platform.Credentials { return s.accounts.Credentials() }

// CRM returns the CRM organisation itself. HTTP, faults and limits do not apply to its methods.
func (s *Sandbox) CRM() *zohocrm.Org { return s.crm }

// Billing returns the billing system itself. HTTP, faults and limits do not apply to its methods.
func (s *Sandbox) Billing() *zohobilling.Org { return s.billing }

// Gate returns the gate: settings, faults, accounts and the call log. All can change while the sandbox runs.
func (s *Sandbox) Gate() *platform.Gate { return s.gate }

// Close waits for the calls in progress, until ctx ends. It does late writes at once, then closes the files.
func (s *Sandbox) Close(ctx context.Context) error {
	s.gate.Close()
	var errs []error
	for _, server := range s.servers {
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, err, server.Close())
		}
	}
	s.gate.Close() // does late writes that came in during the shutdown
	return errors.Join(append(errs, s.closeFiles())...)
}

func (s *Sandbox) closeFiles() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}
