package webhook

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// opensslSays is the signature of the example, made by OpenSSL.
const opensslSays = "753b61597e21494ff69a0a54a892022d2678c73782ca996f3f0cb773e04dda21"

func TestOnlyThePublicNetworkIsOutward(t *testing.T) {
	t.Parallel()
	for _, ip := range []string{"93.184.216.34", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.32.0.1", "2606:2800:220:1::1", "::ffff:8.8.8.8"} {
		require.True(t, isPublic(netip.MustParseAddr(ip)), ip)
	}
	for _, ip := range []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
		"240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
		"2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
	} {
		require.False(t, isPublic(netip.MustParseAddr(ip)), ip)
	}
}

func TestAnAddressIsCheckedWhenItIsSaved(t *testing.T) {
	t.Parallel()
	names := map[string][]string{
		"hooks.example.com": {"93.184.216.34", "2606:2800:220:1::1"}, "both.example.com": {"93.184.216.34", "10.0.0.1"}, "2130706433": {"127.0.0.1"},
	}
	s := New(Options{Lookup: func(_ context.Context, host string) (out []netip.Addr, err error) {
		if len(names[host]) == 0 {
			return nil, errors.New("no such host")
		}
		for _, ip := range names[host] {
			out = append(out, netip.MustParseAddr(ip))
		}
		return out, nil
	}})
	for _, address := range []string{
		"https://hooks.example.com/x?y=z", "http://hooks.example.com:8080", "https://8.8.8.8/", "https://[2606:2800:220:1::1]/",
	} {
		require.NoError(t, s.Check(t.Context(), address))
	}
	for address, says := range map[string]string{
		"":                                  "does not begin with https:// or http://",
		"hooks.example.com":                 "does not begin with https:// or http://",
		"ftp://hooks.example.com":           "does not begin with https:// or http://",
		"file:///etc/passwd":                "does not begin with https:// or http://",
		"https://":                          "has no host",
		"https:///x":                        "has no host",
		"https://:443/x":                    "has no host",
		"https://u:p4ss@hooks.example.com/": "contains a user name",
		"https://hooks.example.com/\n":      "the address is not valid",
		"https://hooks.example.com/" + strings.Repeat("x", 3000): "too long",
		"https://nobody.example.com/":                            "cannot be looked up",
		"https://both.example.com/":                              "10.0.0.1",
		"http://2130706433/":                                     "127.0.0.1",
		"http://127.0.0.1/":                                      "127.0.0.1",
		"http://[::1]:80/":                                       "::1",
		"http://[::ffff:10.1.2.3]/":                              "10.1.2.3",
		"http://[fe80::1%25eth0]/":                               "fe80::1",
		"http://169.254.169.254/latest":                          "169.254.169.254",
	} {
		err := s.Check(t.Context(), address)
		require.ErrorContains(t, err, says, address)
		require.NotContains(t, err.Error(), "p4ss")
	}
	s = New(Options{Private: true})
	require.NoError(t, s.Check(t.Context(), "http://127.0.0.1:9/"))
	require.Error(t, s.Check(t.Context(), "ftp://127.0.0.1/"), "that is not what is allowed")
}

func TestASecretThatCouldBeGuessedIsRefused(t *testing.T) {
	t.Parallel()
	require.NoError(t, CheckSecret(secret))
	for _, bad := range []string{"", "short", strings.Repeat("x", 2000)} {
		err := CheckSecret(bad)
		require.ErrorContains(t, err, "openssl rand")
		if bad != "" {
			require.NotContains(t, err.Error(), bad)
		}
	}
}
