package discover_test

import (
	"testing"

	"causeway/internal/mapping/discover"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestAMapIsProposedAsTheTypesOfItsTwoFieldsTell(t *testing.T) {
	t.Parallel()
	size := record.Field{Name: "Size", Type: "picklist", Custom: true, Options: []string{"Small", "Large"}}
	for rule, c := range map[string]struct {
		source, target record.Field
		want           record.FieldMap
	}{
		"texts go both ways": {
			record.Field{Name: "Nick", Type: "text"}, record.Field{Name: "cf_nick", Type: "text"},
			record.FieldMap{Source: "Nick", Target: "cf_nick", Kind: record.KindText, Direction: record.BothWays},
		},
		"what can only be read goes one way": {
			record.Field{Name: "Nick", Type: "text", ReadOnly: true}, record.Field{Name: "cf_nick", Type: "text"},
			record.FieldMap{Source: "Nick", Target: "cf_nick", Kind: record.KindText, Direction: record.ToBilling},
		},
		"picklists pair what both have": {
			size, record.Field{Name: "cf_size", Type: "dropdown", Custom: true, Options: []string{"small", "large"}},
			record.FieldMap{Source: "Size", Target: "cf_size", Kind: record.KindChoice, Direction: record.BothWays,
				Choices: map[string]string{"Small": "small", "Large": "large"}},
		},
		"no kind carries a text into a number": {
			record.Field{Name: "Nick", Type: "text"}, record.Field{Name: "cf_n", Type: "decimal"},
			record.FieldMap{Source: "Nick", Target: "cf_n", Direction: record.ToBilling},
		},
		"a transform is taken for what billing holds": {
			record.Field{}, record.Field{Name: "cf_n", Type: "decimal"},
			record.FieldMap{Target: "cf_n", Kind: record.KindDecimal, Direction: record.ToBilling},
		},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, discover.Propose(c.source, c.target))
		})
	}
}
