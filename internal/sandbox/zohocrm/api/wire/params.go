package wire

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// MaxPerPage is the number of records on the largest page of a list.
const MaxPerPage = 200

// maxFields is the number of fields that a list may name.
const maxFields = 50

// ReadSince reads If-Modified-Since, which Zoho accepts as an ISO time only. It returns nil for an empty header.
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

// ReadFields returns the fields that the parameter fields names. Like Zoho, it ignores names that the module does not have.
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

// ReadPage reads the parameters page and per_page.
func ReadPage(p url.Values) (page, perPage int, err error) {
	if perPage, err = ReadNumber(p.Get("per_page"), "per_page", MaxPerPage, MaxPerPage); err != nil {
		return 0, 0, err
	}
	page, err = ReadNumber(p.Get("page"), "page", 1, 1<<30)
	return page, perPage, err
}

// ReadNumber reads the value s of a parameter: absent if it is empty, otherwise a number from 1 to most.
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
