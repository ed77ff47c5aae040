package verify

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/billing"
	"causeway/internal/record"

	"github.com/govalues/decimal"
)

func (r rows) markSeen(id string) {
	if x, ok := r[id]; ok {
		x.seen = true
		r[id] = x
	}
}

func (r rows) markPicked(id string) {
	if x, ok := r[id]; ok {
		x.picked = true
		r[id] = x
	}
}

// unseen lists the ids that no live CRM record accounts for and for which keep returns true.
func (r rows) unseen(keep func(row) bool) []string {
	var out []string
	for id, x := range r {
		if !x.seen && keep(x) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// list reads all of billing's customers or items.
func (v *verification) list(ctx context.Context, entity record.Entity) error {
	out := rows{}
	v.lists[entity] = out
	for page := 1; ; page++ {
		got, err := v.billing.List(ctx, entity.Module(), billing.ListQuery{Order: billing.OldestFirst, Page: page})
		if err != nil {
			return err
		}
		for _, r := range got.Records {
			x := row{whole: r.Whole, own: r.Whole && record.OwnMarker(v.connection.Incarnation, r.Marker)}
			if r.Whole && entity == record.EntityItems {
				x.sum = v.sumOf(entity, r.Values)
			}
			out[r.ID] = x
		}
		v.o.Progress(Progress{Step: "list " + string(entity), Read: len(out)})
		if !got.More {
			return nil
		}
	}
}

// sumOf returns the checksum of an item's or contact person's mapped fields that are set. The name is always part
// of it, since it is filled even where no map does so.
func (v *verification) sumOf(entity record.Entity, values record.Values) checksum {
	maps, targets := v.maps.Item, []string{"name"}
	if entity == record.EntityContactPersons {
		maps, targets = v.maps.Person, []string{"last_name"}
	}
	for _, m := range maps {
		targets = append(targets, m.Target)
	}
	slices.Sort(targets)
	var text strings.Builder
	for _, target := range slices.Compact(targets) {
		if value := valueAt(values, target); !record.EqualValues(value, nil) {
			text.WriteString(target + "=" + canonical(value) + ";")
		}
	}
	sum := sha256.Sum256([]byte(text.String()))
	return checksum(sum[:16])
}

// canonical returns equal texts for equal values of one type.
func canonical(value any) string {
	if n, ok := value.(json.Number); ok {
		if d, err := decimal.Parse(n.String()); err == nil {
			return "number " + d.Trim(0).String()
		}
	}
	// The length goes first, so that no value can look like two.
	text := fmt.Sprintf("%T %v", value, value)
	return fmt.Sprintf("%d:%s", len(text), text)
}

// valueAt returns the value of a target, which may reach into an object ("billing_address.city").
func valueAt(values map[string]any, target string) any {
	if value, ok := values[target]; ok {
		return value
	}
	head, rest, dotted := strings.Cut(target, ".")
	if !dotted {
		return nil
	}
	inner, ok := values[head].(map[string]any)
	if !ok {
		return nil
	}
	return valueAt(inner, rest)
}
