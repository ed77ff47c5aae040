package webhook

import (
	"net/netip"
	"net/url"
	"strings"

	"causeway/internal/record"
)

// CodeAddress is the code of an address to which messages may not go.
const CodeAddress = "WEBHOOK_ADDRESS"

// maxAddress is the greatest length of an address, in bytes.
const maxAddress = 2048

// notPublic are networks that netip does not classify and that lead nowhere, or into the inside network by another
// name.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks inside a network
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, with broadcast
	netip.MustParsePrefix("::/96"),           // IPv4 in an old notation
	netip.MustParsePrefix("64:ff9b::/96"),    // IPv4 behind a translator
	netip.MustParsePrefix("64:ff9b:1::/48"),  // the same, within one network
	netip.MustParsePrefix("2001::/32"),       // IPv4 in a Teredo tunnel
	netip.MustParsePrefix("2002::/16"),       // IPv4 in a 6to4 tunnel
	netip.MustParsePrefix("fec0::/10"),       // site-local
	netip.MustParsePrefix("100::/64"),        // discarded
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation, and so are the next
	netip.MustParsePrefix("198.51.100.0/24"), //
	netip.MustParsePrefix("203.0.113.0/24"),  //
	netip.MustParsePrefix("2001:db8::/32"),   //
}

func isPublic(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() { // the first excludes loopback, link-local, multicast and unspecified
		return false
	}
	for _, p := range notPublic {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

func addressRefused(message string) *record.Error {
	return &record.Error{Kind: record.Invalid, Op: "webhook", Code: CodeAddress, Message: message,
		Remedy: "give a public address, or set CAUSEWAY_WEBHOOK_PRIVATE=1 for every worker and this command to allow your own network"}
}

func addressInvalid(message string) *record.Error {
	return &record.Error{Kind: record.Invalid, Op: "webhook", Code: CodeAddress, Message: message,
		Remedy: "give an address like https://hooks.example.com/causeway"}
}

// parseAddress accepts http and https, with a host and without a user. A password in it would show in every list of
// addresses.
func parseAddress(address string) (*url.URL, error) {
	if len(address) > maxAddress {
		return nil, addressInvalid("the address is too long")
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, addressInvalid("the address is not valid") // the parser's error repeats it, with its secrets
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, addressInvalid("the address does not begin with https:// or http://")
	case u.Hostname() == "":
		return nil, addressInvalid("the address has no host")
	case u.User != nil:
		return nil, addressInvalid("the address contains a user name; messages are signed instead")
	case strings.ContainsAny(u.Host, " \t\r\n\x00"):
		return nil, addressInvalid("the address has no host")
	}
	return u, nil
}
