package wire

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"causeway/internal/sandbox/zohocrm/metadata"
)

const (
	MaxPerPage = 200
	maxFields  = 50 // that a list may name
)

// ReadSince reads If-Modified-Since, which Zoho takes as an ISO time only.
func ReadSince(header string) (*time.Time, error) {
	if header == "" {
		return nil, nil
	}
	t, err := metadata.ParseTime(header)
	if err != nil {
		return nil, BadRequest("INVALID_DATA", "invalid data", map[string]any{"header_name": "If-Modified-Since", "expected_data_type": "datetime"})
	}
	return &t, nil
}

// ReadFields finds the fields that a list names. Names that the module does not have are passed over, as Zoho does.
func ReadFields(names string, set *metadata.FieldSet) ([]*metadata.Field, error) {
	var fields []*metadata.Field
	seen := map[string]bool{}
	for _, name := range strings.Split(names, ",") {
		name = strings.TrimSpace(name)
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		if f := set.ByAPI[name]; f != nil {
			fields = append(fields, f)
		}
	}
	if len(seen) > maxFields {
		return nil, BadRequest("LIMIT_EXCEEDED", "Max field limit exceeded", map[string]any{"limit": maxFields, "param_name": "fields"})
	}
	return fields, nil
}

// ReadPage reads which page of a list is asked for, and of how many records.
func ReadPage(p url.Values) (page, perPage int, err error) {
	if perPage, err = ReadNumber(p.Get("per_page"), "per_page", MaxPerPage, MaxPerPage); err != nil {
		return 0, 0, err
	}
	page, err = ReadNumber(p.Get("page"), "page", 1, 1<<30)
	return page, perPage, err
}

func ReadNumber(s, name string, absent, most int) (int, error) {
	if s == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		return 0, ErrInvalidParam(name)
	}
	return n, nil
}
