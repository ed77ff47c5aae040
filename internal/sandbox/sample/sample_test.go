package sample_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/mail"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/sample"
)

func fingerprint(t *testing.T, seed uint64, n int) string {
	t.Helper()
	sum := sha256.New()
	for row := range sample.Generate(seed, n) {
		body, err := json.Marshal(row)
		require.NoError(t, err)
		sum.Write(body)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func TestTheSameSeedGivesTheSameRecordsForEver(t *testing.T) {
	t.Parallel()
	require.Equal(t, "bcff760174aae5c8", fingerprint(t, 1, 500),
		"sample data changed: data directories, benchmarks and recorded runs made from a seed no longer compare")
	require.NotEqual(t, fingerprint(t, 1, 50), fingerprint(t, 2, 50))
}

func TestSampleHasAccountsAsManyContactsAndATenthAsManyProducts(t *testing.T) {
	t.Parallel()
	for n, products := range map[int]int{0: 0, 1: 1, 9: 1, 250: 25} {
		got := map[string]int{}
		for row := range sample.Generate(7, n) {
			got[row.Module]++
		}
		require.Equal(t, n, got["Accounts"])
		require.Equal(t, n, got["Contacts"])
		require.Equal(t, products, got["Products"])
	}
}

// folded is how names are compared: white space and case do not count.
func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func TestSampleIsValidForBillingAndOddAsRealDataIs(t *testing.T) {
	t.Parallel()
	const n = 60_000
	accounts, people, skus := map[string]int{}, map[string]int{}, map[any]bool{}
	ids := map[int64]bool{}
	scripts := map[string]bool{}
	var unattached, odd, noEmail, inactive int
	for row := range sample.Generate(3, n) {
		require.False(t, ids[row.ID])
		ids[row.ID] = true
		switch v := row.Values; row.Module {
		case "Accounts":
			name := v["Account_Name"].(string)
			accounts[folded(name)]++
			require.LessOrEqual(t, utf8.RuneCountInString(name), 100)
			if folded(name) != strings.ToLower(name) {
				odd++
			}
			noteScripts(scripts, name)
		case "Contacts":
			first, _ := v["First_Name"].(string)
			require.NotEmpty(t, strings.TrimSpace(v["Last_Name"].(string)))
			people[folded(first+" "+v["Last_Name"].(string))]++
			if address, ok := v["Email"].(string); ok {
				_, err := mail.ParseAddress(address)
				require.NoError(t, err)
			} else {
				noEmail++
			}
			if v["Account_Name"] == nil {
				unattached++
			}
		case "Products":
			require.LessOrEqual(t, utf8.RuneCountInString(v["Product_Name"].(string)), 100)
			require.False(t, skus[v["Product_Code"]])
			skus[v["Product_Code"]] = true
			if v["Product_Active"] == false {
				inactive++
			}
		}
	}
	require.InDelta(t, 0.995*n, float64(len(accounts)), 0.005*n, "at most one name in a hundred is shared")
	require.InDelta(t, 0.995*n, float64(len(people)), 0.005*n)
	require.Less(t, len(accounts), n, "some are")
	require.InDelta(t, 0.10*n, float64(unattached), 0.01*n)
	require.Positive(t, min(odd, noEmail, inactive))
	for _, script := range []string{"Latin", "Cyrillic", "Greek", "Han", "Katakana", "Hangul", "Arabic", "Hebrew", "Devanagari", "Thai"} {
		require.True(t, scripts[script], script)
	}
}

func noteScripts(seen map[string]bool, s string) {
	for name, table := range unicode.Scripts {
		if seen[name] {
			continue
		}
		for _, r := range s {
			if unicode.Is(table, r) {
				seen[name] = true
			}
		}
	}
}
