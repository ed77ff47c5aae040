package zoho

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// customKeys are the keys of the custom fields among values, in order. The marker has a place of its own.
func customKeys(values record.Values) []string {
	var keys []string
	for name := range values {
		if strings.HasPrefix(name, customPrefix) && name != markerField {
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return keys
}

// bodyOf is what is sent: all values but the status, which has calls of its own, with the custom fields folded
// into their list. Where nothing has told yet how this billing system names them, a few records are read first.
func (c *Client) bodyOf(ctx context.Context, op string, module record.Module, values record.Values) (map[string]any, error) {
	body := make(map[string]any, len(values)+1)
	for name, v := range values {
		if name != "status" && !strings.HasPrefix(name, customPrefix) {
			body[name] = v
		}
	}
	keys := customKeys(values)
	if len(keys) == 0 {
		return body, nil
	}
	if module == record.ContactPersons {
		return nil, &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "CUSTOM_FIELD",
			Message: "contact persons carry no custom field such as " + keys[0], Remedy: "take it out of their field map"}
	}
	if !c.book.settled(module, keys) {
		if err := c.sample(ctx, module, func() bool { return c.book.settled(module, keys) }); err != nil {
			return nil, err
		}
	}
	list, _ := body["custom_fields"].([]any)
	list = slices.Clone(list)
	for _, key := range keys {
		list = append(list, c.book.field(module, key).named(key, customValue(values[key])))
	}
	body["custom_fields"] = list
	return body, nil
}

// customValue is a value as custom fields take it: a text, whatever the field's type, as the definitions have it,
// or a list of them.
func customValue(v any) any {
	switch x := v.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(x)
	case json.Number:
		return x.String()
	default:
		return v
	}
}

// refusedCustom says of a write that was refused for a custom field which ones it named: billing does not.
func (c *Client) refusedCustom(module record.Module, values record.Values, err error) error {
	keys := customKeys(values)
	var e *record.Error
	if len(keys) == 0 || !errors.As(err, &e) || e.Kind != record.Invalid || !strings.Contains(e.Message, "custom_field") {
		return err
	}
	c.book.forget(module, keys)
	out := *e
	out.Remedy = "look in Zoho Billing under Settings > Preferences > " + screens[module] + " > Custom Fields whether " +
		strings.Join(keys, ", ") + " are all there, and take the map of one that is gone away"
	return &out
}

// sampleSize is how many records are read whole to learn a module's custom fields.
const sampleSize = 10

// lately is how many of them are those that changed last: where somebody was told to set a field on one record,
// so that it can be seen, that record is among them.
const lately = 3

// spread is the sample of a page: what changed last, and others of all over the page, each once.
func spread(page []record.Record) []record.Record {
	byChange := slices.Clone(page)
	slices.SortStableFunc(byChange, func(a, b record.Record) int { return b.Modified.Compare(a.Modified) })
	out := slices.Clone(byChange[:min(lately, len(byChange))])
	rest := slices.DeleteFunc(slices.Clone(page), func(r record.Record) bool {
		return slices.ContainsFunc(out, func(o record.Record) bool { return o.ID == r.ID })
	})
	n := min(sampleSize-len(out), len(rest))
	for i := range n {
		out = append(out, rest[i*len(rest)/n])
	}
	return out
}

// sample reads records until enough is known. Those that it reads whole are of the page of the newest, so that
// old ones and new ones are among them. Of items one page is enough: it shows them whole.
func (c *Client) sample(ctx context.Context, module record.Module, enough func() bool) error {
	select {
	case c.book.turn <- struct{}{}:
		defer func() { <-c.book.turn }()
	case <-ctx.Done():
		return &record.Error{Kind: record.Unavailable, Side: record.Billing, Op: "sample " + string(module), Err: ctx.Err()}
	}
	if enough() {
		return nil // somebody else just did it
	}
	order := billing.NewestFirst
	if module == record.Items {
		order = billing.OldestFirst
	}
	page, err := c.List(ctx, module, billing.ListQuery{Order: order})
	if err != nil {
		return err
	}
	short := slices.DeleteFunc(page.Records, func(r record.Record) bool { return r.Whole })
	read := 0
	for _, r := range spread(short) {
		if enough() {
			break
		}
		_, failed := c.Get(ctx, module, r.ID)
		switch {
		case failed == nil, record.IsKind(failed, record.NotFound):
			read++
		case record.IsKind(failed, record.Unavailable) && ctx.Err() == nil:
			err = failed // of one record, perhaps
		default:
			return failed
		}
	}
	if err != nil && read == 0 {
		return err
	}
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	c.book.sampled[module] = true
	return nil
}
