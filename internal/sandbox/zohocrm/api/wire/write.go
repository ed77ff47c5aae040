package wire

import (
	"io"
	"net/http"
	"time"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// MaxRecordsPerCall is the number of records that one call may write.
const MaxRecordsPerCall = 100

// WriteRequest is the body of a create, update or upsert.
type WriteRequest struct {
	Data        []any
	CheckFields []string // of an upsert; nil if it names none
	Unmodified  *time.Time
}

// Result is what happened to one record of a write.
type Result struct {
	Err      *Error
	Inserted bool
	Body     map[string]any
}

// Failed is the result of a record that was refused.
func Failed(e *Error) Result { return Result{Err: e, Body: e.Body()} }

// ReadWriteRequest reads the body of a write, and the header If-Unmodified-Since.
func ReadWriteRequest(r *http.Request) (*WriteRequest, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, ErrJSON()
	}
	object, err := metadata.DecodeObject(body)
	if err != nil {
		return nil, ErrJSON()
	}
	at := map[string]any{"api_name": "data", "json_path": "$.data"}
	if object["data"] == nil {
		return nil, BadRequest("MANDATORY_NOT_FOUND", "required field not found", at)
	}
	req := &WriteRequest{}
	var ok bool
	if req.Data, ok = object["data"].([]any); !ok || len(req.Data) == 0 {
		at["expected_data_type"] = "jsonarray"
		return nil, BadRequest("INVALID_DATA", "invalid data", at)
	}
	if len(req.Data) > MaxRecordsPerCall {
		at["maximum_length"] = MaxRecordsPerCall
		return nil, BadRequest("INVALID_DATA", "invalid data", at)
	}
	if req.CheckFields, err = readCheckFields(object["duplicate_check_fields"]); err != nil {
		return nil, err
	}
	if header := r.Header.Get("If-Unmodified-Since"); header != "" {
		t, err := metadata.ParseTime(header)
		if err != nil {
			return nil, BadRequest("INVALID_DATA", "invalid data", map[string]any{"header_name": "If-Unmodified-Since", "expected_data_type": "datetime"})
		}
		req.Unmodified = &t
	}
	return req, nil
}

func readCheckFields(v any) ([]string, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, errCheckFields("jsonarray")
	}
	names := make([]string, 0, len(list))
	for _, item := range list {
		name, isText := item.(string)
		if !isText {
			return nil, errCheckFields("string")
		}
		names = append(names, name)
	}
	return names, nil
}

func errCheckFields(kind string) *Error {
	return BadRequest("INVALID_DATA", "invalid data", map[string]any{"api_name": "duplicate_check_fields",
		"json_path": "$.duplicate_check_fields", "expected_data_type": kind})
}

// Bodies returns the results as the reply shows them.
func Bodies(results []Result) []any {
	out := make([]any, len(results))
	for i, r := range results {
		out[i] = r.Body
	}
	return out
}

// StatusOf returns the status of a write: good if every record was written, 207 if some were. If none was, it is the
// status of the errors, or 400 if they differ.
func StatusOf(results []Result, good int) int {
	bad, worst := 0, 0
	for _, r := range results {
		if r.Err == nil {
			continue
		}
		if bad++; bad == 1 || worst == r.Err.Status {
			worst = r.Err.Status
		} else {
			worst = http.StatusBadRequest
		}
	}
	switch bad {
	case 0:
		return good
	case len(results):
		return worst
	default:
		return http.StatusMultiStatus
	}
}

// Refused is the result of a record that was refused, and an empty one if e is nil.
func Refused(e *Error) Result {
	if e == nil {
		return Result{}
	}
	return Failed(e)
}
