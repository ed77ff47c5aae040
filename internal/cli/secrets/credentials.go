package secrets

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"causeway/internal/cli/session"
	"causeway/internal/record"
)

// MostCredentials bounds what is read as credentials, in bytes.
const MostCredentials = 1 << 20

// secret is one side's credential as a file holds it.
type secret struct {
	AccountsURL  string `json:"accounts_url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RefreshToken string `json:"refresh_token"`
}

// secretFile holds a credential for each side, or one for both as `worker/dev sandbox` prints it.
type secretFile struct {
	CRM     *secret `json:"crm"`
	Billing *secret `json:"billing"`
	secret
	BillingURL string `json:"billing_url"` // where billing has an accounts server of its own
	CRMOrg     string `json:"crm_org_id"`
	BillingOrg string `json:"billing_org_id"`
}

// Credentials reads both sides' credentials from a file, standard input, or the environment.
func Credentials(p *session.Session, file string) (crm, billing record.Credential, err error) {
	if file == "" {
		if crm, err = fromEnvironment(p, "CAUSEWAY_CRM_"); err == nil {
			billing, err = fromEnvironment(p, "CAUSEWAY_BILLING_")
		}
		return crm, billing, err
	}
	f, from, err := secrets(p, file)
	if err != nil {
		return crm, billing, err
	}
	if (f.CRM == nil) != (f.Billing == nil) {
		return crm, billing, fmt.Errorf(`credentials in %s: "crm" or "billing" is missing: give both, or one credential without either for both`, from)
	}
	if crm, err = f.of(record.CRM, from); err != nil {
		return crm, billing, err
	}
	billing, err = f.of(record.Billing, from)
	return crm, billing, err
}

// Credential is credentials for one side alone.
func Credential(p *session.Session, file string, side record.Side) (record.Credential, error) {
	if file == "" {
		return fromEnvironment(p, "CAUSEWAY_"+strings.ToUpper(string(side))+"_")
	}
	f, from, err := secrets(p, file)
	if err != nil {
		return record.Credential{}, err
	}
	if given := map[record.Side]*secret{record.CRM: f.CRM, record.Billing: f.Billing}; given[side] == nil && (f.CRM != nil || f.Billing != nil) {
		return record.Credential{}, fmt.Errorf(`credentials in %s: %q is missing: give it, or one credential without a side`, from, side)
	}
	return f.of(side, from)
}

// secrets reads a file of credentials.
func secrets(p *session.Session, file string) (f secretFile, from string, err error) {
	data, from, err := readCredentials(p, file)
	if err != nil {
		return f, from, err
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return f, from, fmt.Errorf("credentials in %s: not a JSON object of credentials: %w", from, err)
	}
	return f, from, nil
}

// of is the credential for a side: its own, or the one that serves both.
func (f secretFile) of(side record.Side, from string) (record.Credential, error) {
	s, own, org := f.secret, f.CRM, f.CRMOrg
	if side == record.Billing {
		s.AccountsURL, own, org = cmp.Or(f.BillingURL, f.AccountsURL), f.Billing, f.BillingOrg
	}
	if own != nil {
		s = *own
	}
	return s.credential(side, org, func(side record.Side, field string) error {
		return fmt.Errorf("credentials in %s: %s is missing for the side %s", from, field, side)
	})
}

func readCredentials(p *session.Session, file string) (data []byte, from string, err error) {
	in, from := p.In, "standard input"
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, "", fmt.Errorf("read credentials: %w", err)
		}
		defer func() { _ = f.Close() }()
		in, from = f, file
	}
	data, err = io.ReadAll(io.LimitReader(in, MostCredentials))
	if err != nil {
		return nil, "", fmt.Errorf("read credentials from %s: %w", from, err)
	}
	return data, from, nil
}

func fromEnvironment(p *session.Session, prefix string) (record.Credential, error) {
	s := secret{
		AccountsURL: p.Getenv(prefix + "ACCOUNTS_URL"), ClientID: p.Getenv(prefix + "CLIENT_ID"),
		ClientSecret: p.Getenv(prefix + "CLIENT_SECRET"), RefreshToken: p.Getenv(prefix + "REFRESH_TOKEN"),
	}
	side := record.Side(strings.ToLower(strings.Split(prefix, "_")[1]))
	return s.credential(side, "", func(_ record.Side, field string) error {
		return fmt.Errorf("credentials of the side %s: %s%s is not set: set it, or give a file with --credentials (- is standard input)",
			side, prefix, strings.ToUpper(field))
	})
}

// credential checks that all is there. Its errors never show a value.
func (s secret) credential(side record.Side, organization string, missing func(record.Side, string) error) (record.Credential, error) {
	for _, f := range []struct{ name, value string }{
		{"accounts_url", s.AccountsURL}, {"client_id", s.ClientID}, {"client_secret", s.ClientSecret}, {"refresh_token", s.RefreshToken},
	} {
		if strings.TrimSpace(f.value) == "" {
			return record.Credential{}, missing(side, f.name)
		}
	}
	u, err := url.Parse(strings.TrimSpace(s.AccountsURL))
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return record.Credential{}, fmt.Errorf("credentials of the side %s: the accounts URL is invalid: give scheme and host, as in https://accounts.zoho.eu", side)
	}
	return record.Credential{
		AccountsURL: u.Scheme + "://" + u.Host, ClientID: strings.TrimSpace(s.ClientID), ClientSecret: strings.TrimSpace(s.ClientSecret),
		RefreshToken: strings.TrimSpace(s.RefreshToken), Organization: organization,
	}, nil
}
