package fields

import (
	"bytes"
	"encoding/json"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/api"
)

// Present returns a part of a reply as the settings show it: without the marker where billingMarker is "absent", and
// with numbers, booleans and lists in JSON's own types where customFieldValues is "native".
func Present(raw json.RawMessage, v platform.Values) json.RawMessage {
	if v.BillingMarker != "absent" && v.CustomFieldValues == "text" || !bytes.Contains(raw, []byte(`"custom_fields"`)) {
		return raw
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var doc any
	if decoder.Decode(&doc) != nil {
		return raw
	}
	return api.JSON(presentFields(doc, v))
}

func presentFields(doc any, v platform.Values) any {
	switch d := doc.(type) {
	case []any:
		kept := []any{}
		for _, e := range d {
			if f, ok := e.(map[string]any); !ok || v.BillingMarker != "absent" || f["api_name"] != marker {
				kept = append(kept, presentFields(e, v))
			}
		}
		return kept
	case map[string]any:
		dataType, typed := d["data_type"].(string)
		value, isText := d["value"].(string)
		if typed && isText && v.CustomFieldValues == "native" {
			d["value"] = native(dataType, value)
			return d
		}
		for k, e := range d {
			d[k] = presentFields(e, v)
		}
	}
	return doc
}
