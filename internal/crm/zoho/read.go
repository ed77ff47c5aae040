package zoho

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// Read implements crm.Port with queries whose page begins after a key. Such pages have no limit and do not expire,
// and they miss no record even if others change. More than 50 fields need further queries, by id.
func (c *Client) Read(ctx context.Context, module record.Module, q crm.ReadQuery) (crm.Page, error) {
	op := "list " + string(module)
	columns, err := columnsOf(module, q.Fields)
	if err != nil {
		return crm.Page{}, &record.Error{Kind: record.Invalid, Side: record.CRM, Op: op, Code: "FIELD", Message: err.Error(),
			Remedy: "correct the field map"}
	}
	if len(q.IDs) > maxIn {
		return crm.Page{}, &record.Error{Kind: record.Invalid, Side: record.CRM, Op: op, Code: "TOO_MANY_RECORDS",
			Message: fmt.Sprintf("%d records were requested by id, but one query takes at most %d", len(q.IDs), maxIn)}
	}
	limit := q.Limit
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	first, rest := columns.split()
	rows, more, err := c.query(ctx, module, op, first, where(q), orderBy(q), limit)
	if err != nil || len(rows) == 0 {
		return crm.Page{Next: q.After}, err
	}
	for _, part := range rest {
		if err := c.fill(ctx, module, op, rows, part); err != nil {
			return crm.Page{}, err
		}
	}
	page := crm.Page{Records: make([]record.Record, 0, len(rows)), More: more || len(rows) == limit}
	for _, row := range rows {
		// query has already checked each row, and fill changes neither ids nor times.
		r, err := toRecord(module, columns.nest(row))
		if err != nil {
			return crm.Page{}, &record.Error{Kind: record.Unavailable, Side: record.CRM, Op: op, Code: "WRONG_TYPE",
				Message: "the reply is not what the API promises", Err: err}
		}
		page.Records = append(page.Records, r)
	}
	page.More = page.More && len(q.IDs) == 0
	page.Next = after(q, page.Records[len(page.Records)-1])
	return page, nil
}

// Newest implements crm.Port.
func (c *Client) Newest(ctx context.Context, module record.Module) (time.Time, error) {
	rows, _, err := c.query(ctx, module, "find newest "+string(module), []string{"id", "Modified_Time"},
		"id is not null", "Modified_Time desc", 1)
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	return instant(rows[0], "Modified_Time")
}

// where returns the condition that selects a page's records. Three conditions are nested in pairs, as COQL
// requires.
func where(q crm.ReadQuery) string {
	switch {
	case len(q.IDs) > 0:
		return "id in (" + quotedIDs(q.IDs) + ")"
	case q.Parent != "" && q.After.ID == "":
		return fmt.Sprintf("Account_Name = '%s'", digits(q.Parent))
	case q.Parent != "":
		return fmt.Sprintf("(Account_Name = '%s' and id > '%s')", digits(q.Parent), digits(q.After.ID))
	case q.Since.IsZero() && q.After.ID == "":
		return "id is not null"
	case q.Since.IsZero():
		return fmt.Sprintf("id > '%s'", digits(q.After.ID))
	case q.After.Time.IsZero():
		return fmt.Sprintf("Modified_Time >= '%s'", q.Since.Format(wireTime))
	default:
		t := q.After.Time.Format(wireTime)
		return fmt.Sprintf("(Modified_Time > '%s' or (Modified_Time = '%s' and id > '%s'))", t, t, digits(q.After.ID))
	}
}

func quotedIDs(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = "'" + digits(id) + "'"
	}
	return strings.Join(out, ", ")
}

// digits keeps a stored cursor from becoming part of the query language. Ids consist of digits.
func digits(id string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, id)
}

func orderBy(q crm.ReadQuery) string {
	if q.Since.IsZero() {
		return "id asc"
	}
	return "Modified_Time asc, id asc"
}

func after(q crm.ReadQuery, last record.Record) record.Cursor {
	if q.Since.IsZero() {
		return record.Cursor{ID: last.ID}
	}
	return record.Cursor{ID: last.ID, Time: last.Modified}
}

// query runs one COQL query.
func (c *Client) query(ctx context.Context, module record.Module, op string, columns []string, condition, order string, limit int) (rows []map[string]any, more bool, err error) {
	src := fmt.Sprintf("select %s from %s where %s order by %s limit %d", strings.Join(columns, ", "), module, condition, order, limit)
	_, err = c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodPost, Path: base + "/coql", Body: map[string]any{"select_query": src},
		Class: budget.Read, Op: op, Scopes: []string{scopeCOQL, scopeRead(module)},
		Read: func(r zohoapi.Reply) (err error) {
			if rows, err = r.List("data"); err != nil || len(rows) == 0 {
				return err
			}
			info, err := r.Object("info")
			if err != nil {
				return err
			}
			var ok bool
			if more, ok = info["more_records"].(bool); !ok {
				return fmt.Errorf("%q is not a boolean", "more_records")
			}
			return checkRows(module, rows)
		},
	})
	return rows, more, err
}

// checkRows finds a wrong type while the query can still be retried.
func checkRows(module record.Module, rows []map[string]any) error {
	for _, row := range rows {
		if _, err := toRecord(module, row); err != nil {
			return err
		}
	}
	return nil
}

// fill adds columns to rows that were read. A record that was deleted in between keeps what it has.
func (c *Client) fill(ctx context.Context, module record.Module, op string, rows []map[string]any, columns []string) error {
	for batch := range slices.Chunk(rows, maxIn) {
		byID := make(map[string]map[string]any, len(batch))
		ids := make([]string, len(batch))
		for i, row := range batch {
			id, err := zohoapi.ID(row, "id")
			if err != nil {
				return err
			}
			byID[id], ids[i] = row, id
		}
		further, _, err := c.query(ctx, module, op, columns, "id in ("+quotedIDs(ids)+")", "id asc", maxIn)
		if err != nil {
			return err
		}
		for _, f := range further {
			id, _ := f["id"].(string)
			for name, v := range f {
				if row, ok := byID[id]; ok {
					row[name] = v
				}
			}
		}
	}
	return nil
}
