package zohobilling

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

func (o *Org) commentRoutes(rt *router, k kind, one string) {
	rt.add("GET", one+"/comments", k.scope+".READ", extra(k, o.listComments(k)))
	rt.add("POST", one+"/comments", k.scope+".CREATE", extra(k, o.addComment(k)))
	rt.add("PUT", one+"/comments/{comment}", k.scope+".UPDATE", extra(k, o.changeComment(k)))
	rt.add("DELETE", one+"/comments/{comment}", k.scope+".DELETE", extra(k, o.dropComment(k)))
}

// comment is what somebody said of a document, or what billing noted.
type comment struct {
	Text, By, ByID, Type, Operation string
	AtUS                            int64
}

// note keeps what happened to a document, as billing's own comment.
func (o *Org) note(t txn, k kind, d *document, what string) error {
	_, err := o.insertComment(t, k, d.ID, comment{what, "Causeway", "4600000000070001", "system", "Updated", o.now()})
	return err
}

func (o *Org) insertComment(t txn, k kind, document string, c comment) (int64, error) {
	id := o.newID("document_comments")
	_, err := t.exec(`INSERT INTO document_comments (id, module, document_id, at_us, doc) VALUES (?, ?, ?, ?, ?)`, id, k.table, document, c.AtUS, string(partOf("", c).value))
	if err != nil {
		return 0, fmt.Errorf("keep comment: %w", err)
	}
	return id, nil
}

func (c comment) wire(k kind, id int64, document string) map[string]any {
	at := time.UnixMicro(c.AtUS).In(zone)
	return map[string]any{"comment_id": strconv.FormatInt(id, 10), k.one + "_id": document, "description": c.Text, "commented_by": c.By,
		"commented_by_id": c.ByID, "comment_type": c.Type, "date": at.Format(time.DateOnly), "date_description": at.Format("2 Jan 2006"),
		"time": at.Format("3:04 PM"), "operation_type": c.Operation, "transaction_id": document, "transaction_type": k.one}
}

// commentsOf are a document's, the newest first, as billing shows them.
func (o *Org) commentsOf(ctx context.Context, k kind, document string) ([]map[string]any, error) {
	rows, err := o.db.Read().QueryContext(ctx, `SELECT id, doc FROM document_comments WHERE module = ? AND document_id = CAST(? AS INTEGER) ORDER BY id DESC`, k.table, document)
	if err != nil {
		return nil, fmt.Errorf("list comments: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := []map[string]any{}
	for rows.Next() {
		var id int64
		var raw []byte
		var c comment
		if err := rows.Scan(&id, &raw); err != nil {
			return nil, fmt.Errorf("list comments: %w", err)
		}
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, err
		}
		out = append(out, c.wire(k, id, document))
	}
	return out, rows.Err()
}

func (o *Org) listComments(k kind) handler {
	return func(c *call) (reply, error) {
		if _, err := o.readDocument(c, k, c.params["id"]); err != nil {
			return reply{}, err
		}
		all, err := o.commentsOf(c.r.Context(), k, c.params["id"])
		return ok(partOf("comments", all)), err
	}
}

type commentBody struct {
	Description string `json:"description"`
	Shown       bool   `json:"show_comment_to_clients"`
}

func (b *commentBody) check() error {
	if strings.TrimSpace(b.Description) == "" {
		return invalid("description")
	}
	return checkText("description", b.Description, 64<<10, true)
}

func (o *Org) addComment(k kind) handler {
	return func(c *call) (reply, error) {
		var b commentBody
		if err := c.decode(&b); err != nil {
			return reply{}, err
		}
		if err := b.check(); err != nil {
			return reply{}, err
		}
		said := comment{Text: b.Description, By: "Ada Quay", ByID: "4600000000070001", Type: "internal", Operation: "Added"}
		var id int64
		err := o.write(c.r.Context(), func(t txn) (err error) {
			if _, err = loadDocument(t, c.org, k, c.params["id"]); err != nil {
				return err
			}
			said.AtUS = o.now()
			id, err = o.insertComment(t, k, c.params["id"], said)
			return err
		})
		return created("Comments added.", partOf("comment", said.wire(k, id, c.params["id"]))), err
	}
}

var errNoComment = notFound(1002, "Comment does not exist.")

// commentOf finds one that a person made: billing's own stay as they are.
func commentOf(t txn, c *call, k kind) (comment, error) {
	var raw []byte
	var out comment
	found, err := t.get(`SELECT doc FROM document_comments WHERE module = ? AND document_id = CAST(? AS INTEGER) AND id = CAST(? AS INTEGER)`,
		[]any{k.table, c.params["id"], c.params["comment"]}, &raw)
	if err != nil || !found {
		return out, orMissing(err, errNoComment)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, err
	}
	if out.Type == "system" {
		return out, invalid("comment_id")
	}
	return out, nil
}

func (o *Org) changeComment(k kind) handler {
	return func(c *call) (reply, error) {
		var b commentBody
		if err := c.decode(&b); err != nil {
			return reply{}, err
		}
		if err := b.check(); err != nil {
			return reply{}, err
		}
		err := o.write(c.r.Context(), func(t txn) error {
			is, err := commentOf(t, c, k)
			if err != nil {
				return err
			}
			is.Text = b.Description
			_, err = t.exec(`UPDATE document_comments SET doc = ? WHERE id = ?`, string(partOf("", is).value), c.params["comment"])
			return err
		})
		return done("Comment updated."), err
	}
}

func (o *Org) dropComment(k kind) handler {
	return func(c *call) (reply, error) {
		err := o.write(c.r.Context(), func(t txn) error {
			if _, err := commentOf(t, c, k); err != nil {
				return err
			}
			_, err := t.exec(`DELETE FROM document_comments WHERE id = ?`, c.params["comment"])
			return err
		})
		return done("The comment has been deleted."), err
	}
}
