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

// customField is what a record showed of a custom field: how a write names it again. Customers are documented
// to name one by its label, items by its customfield_id; an API name is shown beside them, or not.
type customField struct {
	id       json.Number
	apiName  string
	label    string
	dataType string
}

// named is the field as a write names it: by the steadiest of what billing itself showed.
func (f customField) named(key string, value any) map[string]any {
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

// fieldBook holds the custom fields that the records of a client's organisation have shown, by module and key. There
// is no call that tells them. It is safe for concurrent use; nil learns nothing.
type fieldBook struct {
	mu    sync.RWMutex
	known map[record.Module]map[string]customField
	// apiNames says of a module whether its records show API names; missing where none was seen.
	apiNames map[record.Module]bool
	// sampled are the modules that were sampled. Whoever samples holds the turn.
	sampled map[record.Module]bool
	turn    chan struct{}
}

func newFieldBook() *fieldBook {
	return &fieldBook{known: map[record.Module]map[string]customField{}, apiNames: map[record.Module]bool{},
		sampled: map[record.Module]bool{}, turn: make(chan struct{}, 1)}
}

// spread puts each of a record's custom fields under its key, and learns it. The marker is none of them. Of two
// whose labels give one key the first counts, as billing orders them.
func (b *fieldBook) spread(module record.Module, values record.Values) {
	fields, ok := values["custom_fields"].([]any)
	if !ok {
		return
	}
	delete(values, "custom_fields")
	delete(values, "custom_field_hash") // the same once more
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

// customKey is the key of a custom field among a record's values: its API name, or one made of its label as
// billing makes them, or of its id.
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

// snake is a label in lower case, with one underscore for whatever is neither letter nor digit.
func snake(label string) string {
	words := strings.FieldsFunc(label, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ToLower(strings.Join(words, "_"))
}

// customID is a field's id, which billing writes as a number or as a text.
func customID(shown map[string]any) json.Number {
	id := numberText(shown["customfield_id"])
	if _, err := strconv.ParseUint(id, 10, 64); err != nil {
		return ""
	}
	return json.Number(id)
}

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

// settled says that all the keys can be named: each is known, or records show API names, which keys are.
func (b *fieldBook) settled(module record.Module, keys []string) bool {
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

// all are a module's known fields, by key.
func (b *fieldBook) all(module record.Module) map[string]customField {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make(map[string]customField, len(b.known[module]))
	for key, f := range b.known[module] {
		out[key] = f
	}
	return out
}

// forget drops what is known of fields that billing refused: they may have been renamed or made anew.
func (b *fieldBook) forget(module record.Module, keys []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, key := range keys {
		delete(b.known[module], key)
	}
	delete(b.sampled, module)
	delete(b.apiNames, module)
}
