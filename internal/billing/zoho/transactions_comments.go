package zoho

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// Comments implements billing.Transactions. If invoices have no list of comments, the invoice itself shows them.
func (c *transactions) Comments(ctx context.Context, t record.TransactionType, id string) ([]record.Comment, error) {
	k := kindOfType(t)
	if err := c.learnZone(ctx, k, id); err != nil {
		return nil, err
	}
	var out []record.Comment
	call := c.call(http.MethodGet, k.pathOf(id, "comments"), "list comments of "+string(t), budget.Read, k.scope("READ"))
	call.RecordID = id
	call.Read = func(r zohoapi.Reply) error {
		rows, err := r.List("comments")
		if err == nil {
			out, err = c.commentsOf(rows)
		}
		return err
	}
	_, err := c.api.Do(ctx, call)
	if notOffered(err) {
		var is record.Transaction
		row, failed := c.document(ctx, k, id, &is)
		if failed != nil {
			return nil, failed
		}
		if _, shown := row["comments"].([]any); shown {
			return c.commentsOf(objects(row, "comments"))
		}
	}
	return out, refusedAsNotOffered(err, "comments of "+string(k.module))
}

// learnZone finds out the organisation's time zone, from the times of a transaction. Times of comments have no offset.
func (c *transactions) learnZone(ctx context.Context, k kind, id string) error {
	if c.zone.Load() != nil {
		return nil
	}
	_, err := c.Transaction(ctx, k.typ(), id)
	return err
}

// commentsOf reads comments, the oldest first. Their times have no seconds, so ids decide within a minute.
func (c *transactions) commentsOf(rows []map[string]any) ([]record.Comment, error) {
	out := make([]record.Comment, 0, len(rows))
	for _, row := range rows {
		comment, err := c.commentOf(row)
		if err != nil {
			return nil, err
		}
		out = append(out, comment)
	}
	slices.SortStableFunc(out, func(a, b record.Comment) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(len(a.ID), len(b.ID)), strings.Compare(a.ID, b.ID))
	})
	return out, nil
}

func (c *transactions) commentOf(row map[string]any) (record.Comment, error) {
	out := record.Comment{Author: text(row, "commented_by"), Text: text(row, "description"), System: text(row, "comment_type") == "system"}
	var err error
	if out.ID, err = zohoapi.ID(row, "comment_id"); err != nil {
		return out, err
	}
	zone := c.zone.Load()
	if zone == nil {
		zone = time.UTC
	}
	day := text(row, "date")
	at, err := time.ParseInLocation("2006-01-02 3:04 PM", day+" "+strings.ToUpper(text(row, "time")), zone)
	if err != nil { // a time in another form, or none
		at, err = time.ParseInLocation(time.DateOnly, day, zone)
	}
	if err == nil {
		out.At = at
	}
	return out, nil
}

// AddComment implements billing.Transactions. It is not idempotent. The caller settles an unknown outcome by the comments. If
// the reply does not show the comment, it is looked up. If that fails, the comment was added nevertheless.
func (c *transactions) AddComment(ctx context.Context, t record.TransactionType, id, body string) (record.Comment, error) {
	k := kindOfType(t)
	call := c.call(http.MethodPost, k.pathOf(id, "comments"), "comment on "+string(t), budget.Write, k.scope("CREATE"))
	call.RecordID = id
	call.Body = map[string]any{"description": body, "show_comment_to_clients": false}
	out := record.Comment{Text: body}
	call.Read = func(r zohoapi.Reply) error {
		row, ok := r.Body["comment"].(map[string]any)
		if !ok {
			return nil // the documentation shows none
		}
		is, err := c.commentOf(row)
		if err == nil {
			out = is
		}
		return err
	}
	if _, err := c.api.Do(ctx, call); err != nil {
		return record.Comment{}, refusedAsNotOffered(err, "comments of "+string(k.module))
	}
	if out.ID != "" {
		return out, nil
	}
	all, err := c.Comments(ctx, t, id)
	if err != nil {
		return out, nil // it was added: with an error, the caller would add it a second time
	}
	for _, is := range slices.Backward(all) {
		if !is.System && is.Text == body {
			return is, nil
		}
	}
	return out, nil
}
