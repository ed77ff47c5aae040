package documents

import (
	"context"
	"fmt"
	"strconv"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/store"
)

const (
	mostFile  = 10 << 20 // bytes
	mostFiles = 5        // of a document
)

// fileRoutes registers the calls about attachments. Of these, Zoho Billing documents only the one that attaches a file to
// an invoice. The others are extras.
func (m *Module) fileRoutes(rt *api.Router, k document.Kind, one string) {
	extras := func(h api.Handler) api.Handler { return extra(document.Invoices, h) }
	attach := m.attach(k)
	if k.IsEstimate() {
		attach = extras(attach)
	}
	rt.Add("POST", one+"/attachment", k.Scope+".CREATE", attach)
	rt.Add("GET", one+"/attachment", k.Scope+".READ", extras(m.readFile(k)))
	rt.Add("GET", one+"/documents/{file}", k.Scope+".READ", extras(m.readFile(k)))
	rt.Add("DELETE", one+"/attachment", k.Scope+".DELETE", extras(m.dropFile(k)))
	rt.Add("DELETE", one+"/documents/{file}", k.Scope+".DELETE", extras(m.dropFile(k)))
}

// filesOf returns the attachments of a document, without their data.
func (m *Module) filesOf(ctx context.Context, k document.Kind, document string) ([]map[string]any, error) {
	rows, err := m.store.Query(ctx, `SELECT id, name, type, LENGTH(data) FROM document_files WHERE module = ? AND document_id = CAST(? AS INTEGER) ORDER BY id`, k.Table, document)
	if err != nil {
		return nil, fmt.Errorf("list attachments: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := []map[string]any{}
	for rows.Next() {
		var id, size int64
		var name, mediaType string
		if err := rows.Scan(&id, &name, &mediaType, &size); err != nil {
			return nil, fmt.Errorf("list attachments: %w", err)
		}
		out = append(out, map[string]any{"document_id": strconv.FormatInt(id, 10), "file_name": name, "file_type": mediaType, "file_size": size,
			"file_size_formatted": fmt.Sprintf("%d bytes", size), "attachment_order": len(out) + 1})
	}
	return out, rows.Err()
}

func (m *Module) attach(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		in, err := c.Upload("attachment", mostFile)
		if err != nil {
			return api.Reply{}, err
		}
		err = m.store.Write(c.Request.Context(), func(t store.Txn) error {
			d, err := m.Change(t, c, k, c.Params["id"], func(d *document.Document) error {
				if d.Files >= mostFiles {
					return api.Refused(2, "You can attach %d files at most.", mostFiles)
				}
				d.Files++
				return nil
			})
			if err != nil {
				return err
			}
			_, err = t.Exec(`INSERT INTO document_files (id, module, document_id, name, type, data) VALUES (?, ?, ?, ?, ?, ?)`, t.NewID("document_files"), k.Table, d.ID, in.Name, in.Type, in.Data)
			return err
		})
		return api.Done("Your file has been successfully attached to the " + k.One + "."), err
	}
}

// fileNamed returns the SQL condition for the file in the path, or for the last file where the path has none.
func fileNamed(c *api.Call, k document.Kind) (string, []any) {
	const of = `module = ? AND document_id = CAST(? AS INTEGER)`
	if id := c.Params["file"]; id != "" {
		return of + ` AND id = CAST(? AS INTEGER)`, []any{k.Table, c.Params["id"], id}
	}
	return of + ` ORDER BY id DESC LIMIT 1`, []any{k.Table, c.Params["id"]}
}

var errNoFile = api.NotFound(1002, "Attachment does not exist.")

func (m *Module) readFile(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		if _, err := m.read(c, k, c.Params["id"]); err != nil {
			return api.Reply{}, err
		}
		where, args := fileNamed(c, k)
		var mediaType string
		var data []byte
		err := m.store.Find(c.Request.Context(), errNoFile, `SELECT type, data FROM document_files WHERE `+where, args, &mediaType, &data)
		return api.File(mediaType, data), err
	}
}

func (m *Module) dropFile(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
			where, args := fileNamed(c, k)
			var id int64
			if err := t.Find(errNoFile, `SELECT id FROM document_files WHERE `+where, args, &id); err != nil {
				return err
			}
			if _, err := m.Change(t, c, k, c.Params["id"], func(d *document.Document) error { d.Files--; return nil }); err != nil {
				return err
			}
			_, err := t.Exec(`DELETE FROM document_files WHERE id = ?`, id)
			return err
		})
		return api.Done("The attachment has been deleted."), err
	}
}
