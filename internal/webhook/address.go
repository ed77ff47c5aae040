package webhook

import (
	"context"
	"net/netip"
	"net/url"
	"strings"

	"causeway/internal/record"
)

// longestAddress bounds an address, in bytes.
const longestAddress = 2048

// notOutward are networks that netip has no word for and that lead nowhere outside, or inside by another name.
var notOutward = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks inside a network
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, with broadcast
	netip.MustParsePrefix("::/96"),           // IPv4 in old clothes
	netip.MustParsePrefix("64:ff9b::/96"),    // IPv4 behind a translator
	netip.MustParsePrefix("64:ff9b:1::/48"),  // the same, for one network's own use
	netip.MustParsePrefix("2001::/32"),       // IPv4 in a Teredo tunnel
	netip.MustParsePrefix("2002::/16"),       // IPv4 in a 6to4 tunnel
	netip.MustParsePrefix("fec0::/10"),       // site-local
	netip.MustParsePrefix("100::/64"),        // discarded
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation, as the next ones
	netip.MustParsePrefix("198.51.100.0/24"), //
	netip.MustParsePrefix("203.0.113.0/24"),  //
	netip.MustParsePrefix("2001:db8::/32"),   //
}

// allowed refuses what lies inside, unless the configuration allows it.
func (s *Sender) allowed(ip netip.Addr) error {
	if s.private || outward(ip) {
		return nil
	}
	return refused("it leads to " + ip.Unmap().WithZone("").String() + ", which is no address of the public network")
}

func outward(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() { // the first leaves out loopback, link-local, multicast, and unspecified
		return false
	}
	for _, p := range notOutward {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

func refused(message string) *record.Error {
	return &record.Error{Kind: record.Invalid, Op: "webhook", Code: CodeAddress, Message: message,
		Remedy: "give one of the public network, or set CAUSEWAY_WEBHOOK_PRIVATE=1 for every worker and this command where an address of your own network is meant"}
}

func noAddress(message string) *record.Error {
	return &record.Error{Kind: record.Invalid, Op: "webhook", Code: CodeAddress, Message: message,
		Remedy: "give one like https://hooks.example.com/causeway"}
}

// Check refuses an address that would not be told, for whoever saves it. That it passes is no promise: what its name
// leads to is looked at again with every telling.
func (s *Sender) Check(ctx context.Context, address string) error {
	u, err := parse(address)
	if err != nil {
		return err
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		return s.allowed(ip)
	}
	ctx, cancel := context.WithTimeout(ctx, s.deadline)
	defer cancel()
	ips, err := s.lookup(ctx, host)
	if err != nil || len(ips) == 0 {
		return noAddress("the name " + host + " cannot be looked up")
	}
	for _, ip := range ips {
		if err := s.allowed(ip); err != nil {
			return err
		}
	}
	return nil
}

// parse takes http and https, with a host, and without a user: a password would stand in every list of addresses.
func parse(address string) (*url.URL, error) {
	if len(address) > longestAddress {
		return nil, noAddress("the address is too long")
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, noAddress("the address is none") // the parser's words repeat it, with what is secret in it
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, noAddress("the address begins with neither https:// nor http://")
	case u.Hostname() == "":
		return nil, noAddress("the address names no host")
	case u.User != nil:
		return nil, noAddress("the address has a user in it: tellings are signed instead")
	case strings.ContainsAny(u.Host, " \t\r\n\x00"):
		return nil, noAddress("the address names no host")
	}
	return u, nil
}
