package app_test

import (
	"testing"

	"causeway/internal/app"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestAProposedMapKeepsOutOfTheWayOfTheOthers(t *testing.T) {
	t.Parallel()
	fields := app.MapFields{
		CRM:     []record.Field{{Name: "Phone", Type: "phone"}, {Name: "City", Type: "text"}, {Name: "Zip", Type: "integer"}},
		Billing: []record.Field{{Name: "phone", Type: "text"}, {Name: "mobile", Type: "text"}, {Name: "billing_address.city", Type: "text"}},
	}
	have := []record.FieldMap{
		{Source: "Phone", Target: "phone", Kind: record.KindText, Direction: record.BothWays},
		{Source: "Street", Target: "billing_address.street", Kind: record.KindText, Direction: record.ToBilling},
	}
	for rule, c := range map[string]struct {
		source, target string
		want           record.Direction
	}{
		"in the place of the one that is there":         {"Phone", "phone", record.BothWays},
		"a field of the CRM is filled from one field":   {"Phone", "mobile", record.ToBilling},
		"an address goes one way as a whole":            {"City", "billing_address.city", record.ToBilling},
		"where nothing is in the way it goes both ways": {"City", "mobile", record.BothWays},
		"what a side does not know is taken for a text": {"Zip", "cf_zip", record.ToBilling},
		"a transform never goes back":                   {"", "mobile", record.ToBilling},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			got := fields.Propose(have, c.source, c.target)
			require.Equal(t, record.FieldMap{Source: c.source, Target: c.target, Kind: record.KindText, Direction: c.want}, got)
		})
	}
}
