package zoho

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"causeway/internal/record"
)

// customPrefix begins the API name of every custom field.
const customPrefix = "cf_"

// customField is how a record named a custom field. A write must name it too. By the documentation, customers name a field
// by its label, and items by its customfield_id. An API name may be shown as well.
type customField struct {
	id       json.Number
	apiName  string
	label    string
	dataType string
}

// forWrite returns the field with a value, as a write names it: by API name, else by id, else by label.
func (f customField) forWrite(key string, value any) map[string]any {
	out := map[string]any{"value": value}
	switch {
	case f.apiName != "" || f.id == "" && f.label == "":
		out["api_name"] = cmp.Or(f.apiName, key)
	case f.id != "":
		out["customfield_id"] = f.id
	default:
		out["label"] = f.label
	}
	return out
}

// fieldBook holds the custom fields that an organisation's records have shown, by module and key. No call lists them. It is
// safe for concurrent use. A nil book learns nothing.
type fieldBook struct {
	mu    sync.RWMutex
	known map[record.Module]map[string]customField
	// apiNames tells whether a module's records show API names. It has no entry where none was seen.
	apiNames map[record.Module]bool
	// sampled are the modules that were sampled. The call that samples holds turn.
	sampled map[record.Module]bool
	turn    chan struct{}
}

func newFieldBook() *fieldBook {
	return &fieldBook{known: map[record.Module]map[string]customField{}, apiNames: map[record.Module]bool{},
		sampled: map[record.Module]bool{}, turn: make(chan struct{}, 1)}
}

// unfold moves each custom field of a record to its key among the values, and learns it. It drops the marker. If two
// fields have the same key, billing's first one counts.
func (b *fieldBook) unfold(module record.Module, values record.Values) {
	fields, ok := values["custom_fields"].([]any)
	if !ok {
		return
	}
	delete(values, "custom_fields")
	delete(values, "custom_field_hash") // the same values in another form
	seen := make(map[string]customField, len(fields))
	for _, f := range fields {
		shown, ok := f.(map[string]any)
		if !ok {
			continue
		}
		b.learnNaming(module, shown)
		key := customKey(shown)
		if _, twice := seen[key]; twice || key == "" || isMarker(shown) {
			continue
		}
		values[key] = shown["value"]
		seen[key] = customField{id: customID(shown), apiName: text(shown, "api_name"), label: text(shown, "label"), dataType: text(shown, "data_type")}
	}
	b.learn(module, seen)
}

// customKey returns the key of a custom field among a record's values: its API name, or one made from its label, as billing
// makes them, or from its id.
func customKey(shown map[string]any) string {
	name := text(shown, "api_name")
	if name == "" {
		name = snake(text(shown, "label"))
	}
	if name == "" {
		name = string(customID(shown))
	}
	if name == "" || strings.HasPrefix(name, customPrefix) {
		return name
	}
	return customPrefix + name
}

// snake returns a label in lower case, with an underscore in place of anything but letters and digits.
func snake(label string) string {
	words := strings.FieldsFunc(label, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ToLower(strings.Join(words, "_"))
}

// customID returns a field's id. Billing writes it as a number or as a text.
func customID(shown map[string]any) json.Number {
	id := numberText(shown["customfield_id"])
	if _, err := strconv.ParseUint(id, 10, 64); err != nil {
		return ""
	}
	return json.Number(id)
}

// learnNaming remembers whether the module's records show API names.
func (b *fieldBook) learnNaming(module record.Module, shown map[string]any) {
	if b == nil {
		return
	}
	has := text(shown, "api_name") != ""
	b.mu.RLock()
	known, ok := b.apiNames[module]
	b.mu.RUnlock()
	if !ok || known != has {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.apiNames[module] = has
	}
}

// learn remembers the fields of one record.
func (b *fieldBook) learn(module record.Module, seen map[string]customField) {
	if b == nil {
		return
	}
	b.mu.RLock()
	changed := false
	for key, f := range seen {
		changed = changed || b.known[module][key] != f
	}
	b.mu.RUnlock()
	if !changed {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known[module] == nil {
		b.known[module] = map[string]customField{}
	}
	for key, f := range seen {
		b.known[module][key] = f
	}
}

// canName reports whether a write can name all the keys: each is known, or the records show API names, which are the keys.
func (b *fieldBook) canName(module record.Module, keys []string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.apiNames[module] || b.sampled[module] {
		return true
	}
	return !slices.ContainsFunc(keys, func(key string) bool { _, ok := b.known[module][key]; return !ok })
}

func (b *fieldBook) field(module record.Module, key string) customField {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.known[module][key]
}

// all returns a module's known fields, by key.
func (b *fieldBook) all(module record.Module) map[string]customField {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make(map[string]customField, len(b.known[module]))
	for key, f := range b.known[module] {
		out[key] = f
	}
	return out
}

// forget drops what is known about fields that billing refused: they may have been renamed, or deleted and made again.
func (b *fieldBook) forget(module record.Module, keys []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, key := range keys {
		delete(b.known[module], key)
	}
	delete(b.sampled, module)
	delete(b.apiNames, module)
}
