package zoho

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// Upsert implements crm.Port: POST /{module}/upsert, with only our field as the duplicate check [A]. The system's
// own field (a name, an e-mail) is not checked, so that records of the same name stay apart.
func (c *Client) Upsert(ctx context.Context, module record.Module, writes []crm.Write) ([]crm.Written, error) {
	body := map[string]any{"duplicate_check_fields": []string{markerField}}
	return c.write(ctx, http.MethodPost, module, "/upsert", "upsert "+string(module), body, writes, scopeOf(module, "CREATE"), scopeOf(module, "UPDATE"))
}

// Update implements crm.Port: PUT /{module}, each record with its id [A].
func (c *Client) Update(ctx context.Context, module record.Module, writes []crm.Write) ([]crm.Written, error) {
	return c.write(ctx, http.MethodPut, module, "", "update "+string(module), map[string]any{}, writes, scopeOf(module, "UPDATE"))
}

// write sends one call and reads the result of each record. The status is 200 or 201 if all were accepted, 207 if
// some were, and 400 if none was. Each of these contains the results.
func (c *Client) write(ctx context.Context, method string, module record.Module, path, op string, body map[string]any,

	writes []crm.Write, scopes ...string) ([]crm.Written, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	if len(writes) > maxWrites {
		return nil, &record.Error{Kind: record.Invalid, Side: record.CRM, Op: op, Code: "TOO_MANY_RECORDS",
			Message: fmt.Sprintf("%d records in one call, but the CRM takes at most %d", len(writes), maxWrites)}
	}
	body["data"] = rowsOf(writes)
	var out []crm.Written
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: method, Path: base + "/" + url.PathEscape(string(module)) + path, Body: body,
		Class: budget.Write, Cost: costOfWrites(len(writes)), Op: op, Scopes: scopes,
		Results: func(r zohoapi.Reply) bool { _, ok := r.Body["data"].([]any); return ok },
		Read: func(r zohoapi.Reply) error {
			rows, err := r.List("data")
			if err != nil {
				return err
			}
			if len(rows) != len(writes) {
				return fmt.Errorf("%d results for %d records", len(rows), len(writes))
			}
			out = make([]crm.Written, len(rows))
			for i, row := range rows {
				if out[i], err = written(op, writes[i].ID, row); err != nil {
					return err
				}
			}
			return nil
		},
	})
	if err != nil {
		return nil, err // incomplete results are not used
	}
	return out, nil
}

// rowsOf returns what a write call sends for each record.
func rowsOf(writes []crm.Write) []map[string]any {
	rows := make([]map[string]any, len(writes))
	for i, w := range writes {
		rows[i] = w.Values.Clone()
		if rows[i] == nil {
			rows[i] = map[string]any{}
		}
		if w.ID != "" {
			rows[i]["id"] = w.ID
		}
		if w.ClearMarker {
			rows[i][markerField] = nil
		}
		if w.Marker != "" {
			rows[i][markerField] = w.Marker
		}
	}
	return rows
}

// written reads the result of one record.
func written(op, id string, row map[string]any) (crm.Written, error) {
	details, _ := row["details"].(map[string]any)
	code, _ := row["code"].(string)
	if status, _ := row["status"].(string); status == "error" {
		err := &record.Error{Kind: kindOf(http.StatusBadRequest, code, details), Side: record.CRM, Op: op, Code: code,
			Message: refusal(row), RecordID: id}
		if code == "INVALID_DATA" && details["api_name"] == "id" {
			err.Kind = record.NotFound
		}
		return crm.Written{ID: id, Err: err}, nil
	}
	if code != "SUCCESS" {
		return crm.Written{}, errors.New("a result is neither a success nor an error")
	}
	out := crm.Written{}
	var err error
	if out.ID, err = zohoapi.ID(details, "id"); err != nil {
		return out, err
	}
	out.Created = row["action"] == "insert"
	out.Modified, err = instant(details, "Modified_Time")
	return out, err
}
