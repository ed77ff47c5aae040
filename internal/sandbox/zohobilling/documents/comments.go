package documents

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/store"
)

// comment is what a user wrote about a document, or a note by billing itself.
type comment struct {
	Text, By, ByID, Type, Operation string
	AtUS                            int64
}

func (c comment) wire(k document.Kind, id int64, document string) map[string]any {
	at := time.UnixMicro(c.AtUS).In(api.Zone)
	return map[string]any{"comment_id": strconv.FormatInt(id, 10), k.One + "_id": document, "description": c.Text, "commented_by": c.By,
		"commented_by_id": c.ByID, "comment_type": c.Type, "date": at.Format(time.DateOnly), "date_description": at.Format("2 Jan 2006"),
		"time": at.Format("3:04 PM"), "operation_type": c.Operation, "transaction_id": document, "transaction_type": k.One}
}

// Note stores what happened to a document as a comment by billing itself.
func Note(t store.Txn, k document.Kind, d *document.Document, what string) error {
	_, err := insertComment(t, k, d.ID, comment{what, "Causeway", "4600000000070001", "system", "Updated", t.Now()})
	return err
}

func insertComment(t store.Txn, k document.Kind, document string, c comment) (int64, error) {
	id := t.NewID("document_comments")
	_, err := t.Exec(`INSERT INTO document_comments (id, module, document_id, at_us, doc) VALUES (?, ?, ?, ?, ?)`, id, k.Table, document, c.AtUS, string(api.JSON(c)))
	if err != nil {
		return 0, fmt.Errorf("store comment: %w", err)
	}
	return id, nil
}

// commentsOf returns the comments on a document, the newest first.
func (m *Module) commentsOf(ctx context.Context, k document.Kind, document string) ([]map[string]any, error) {
	rows, err := m.store.Query(ctx, `SELECT id, doc FROM document_comments WHERE module = ? AND document_id = CAST(? AS INTEGER) ORDER BY id DESC`, k.Table, document)
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
