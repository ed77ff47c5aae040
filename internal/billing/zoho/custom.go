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

// customKeys returns the keys of the custom fields among values, sorted. The marker is not among them: it is set apart.
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

// bodyOf returns the request body: all values except the status, which has its own calls, and the custom fields as a list.
// If it is not known yet how this billing system names its custom fields, a few records are read first.
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
			Message: "contact persons cannot have custom fields such as " + keys[0], Remedy: "remove it from their field map"}
	}
	if !c.book.canName(module, keys) {
		if err := c.sample(ctx, module, func() bool { return c.book.canName(module, keys) }); err != nil {
			return nil, err
		}
	}
	list, _ := body["custom_fields"].([]any)
	list = slices.Clone(list)
	for _, key := range keys {
		list = append(list, c.book.field(module, key).forWrite(key, customValue(values[key])))
	}
	body["custom_fields"] = list
	return body, nil
}

// customValue returns a value as custom fields take it. The API definitions say: a text, whatever the field's type. A list
// stays a list.
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

// explainCustom adds to a refusal which custom fields the write had. Billing does not say which one it refuses.
func (c *Client) explainCustom(module record.Module, values record.Values, err error) error {
	keys := customKeys(values)
	var e *record.Error
	if len(keys) == 0 || !errors.As(err, &e) || e.Kind != record.Invalid || !strings.Contains(e.Message, "custom_field") {
		return err
	}
	c.book.forget(module, keys)
	out := *e
	out.Remedy = "check in Zoho Billing, Settings > Preferences > " + screens[module] + " > Custom Fields that these exist: " +
		strings.Join(keys, ", ") + "; remove the ones that do not from the field map"
	return &out
}

// sampleSize is how many records are read whole to learn a module's custom fields.
const sampleSize = 10

// lastChanged is how many of them are those that changed last. A user who sets a field on one record, to make the field
// known, then finds it.
const lastChanged = 3

// sampleOf chooses records of a page: those that changed last, and others from the whole page, each once.
func sampleOf(page []record.Record) []record.Record {
	byChange := slices.Clone(page)
	slices.SortStableFunc(byChange, func(a, b record.Record) int { return b.Modified.Compare(a.Modified) })
	out := slices.Clone(byChange[:min(lastChanged, len(byChange))])
	rest := slices.DeleteFunc(slices.Clone(page), func(r record.Record) bool {
		return slices.ContainsFunc(out, func(o record.Record) bool { return o.ID == r.ID })
	})
	n := min(sampleSize-len(out), len(rest))
	for i := range n {
		out = append(out, rest[i*len(rest)/n])
	}
	return out
}

// sample reads records until enough is known. It reads records of the newest page one by one, since that page has old and
// new ones. For items the page is enough: it shows them whole.
func (c *Client) sample(ctx context.Context, module record.Module, enough func() bool) error {
	select {
	case c.book.turn <- struct{}{}:
		defer func() { <-c.book.turn }()
	case <-ctx.Done():
		return &record.Error{Kind: record.Unavailable, Side: record.Billing, Op: "sample " + string(module), Err: ctx.Err()}
	}
	if enough() {
		return nil // another call did it meanwhile
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
	for _, r := range sampleOf(short) {
		if enough() {
			break
		}
		_, failed := c.Get(ctx, module, r.ID)
		switch {
		case failed == nil, record.IsKind(failed, record.NotFound):
			read++
		case record.IsKind(failed, record.Unavailable) && ctx.Err() == nil:
			err = failed // perhaps this record only
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
