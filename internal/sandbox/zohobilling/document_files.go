package zohobilling

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"causeway/internal/sandbox/platform"
)

const (
	mostFile  = 10 << 20 // bytes of an attachment
	mostFiles = 5        // attachments of a document
)

// fileRoutes serve attachments: Billing documents only that a file can be attached to an invoice.
func (o *Org) fileRoutes(rt *router, k kind, one string) {
	books := func(h handler) handler { return extra(invoices, h) }
	attach := o.attach(k)
	if k.one == "estimate" {
		attach = books(attach)
	}
	rt.add("POST", one+"/attachment", k.scope+".CREATE", attach)
	rt.add("GET", one+"/attachment", k.scope+".READ", books(o.readFile(k)))
	rt.add("GET", one+"/documents/{file}", k.scope+".READ", books(o.readFile(k)))
	rt.add("DELETE", one+"/attachment", k.scope+".DELETE", books(o.dropFile(k)))
	rt.add("DELETE", one+"/documents/{file}", k.scope+".DELETE", books(o.dropFile(k)))
}

func (o *Org) filesOf(ctx context.Context, k kind, document string) ([]map[string]any, error) {
	rows, err := o.db.Read().QueryContext(ctx, `SELECT id, name, type, LENGTH(data) FROM document_files WHERE module = ? AND document_id = CAST(? AS INTEGER) ORDER BY id`, k.table, document)
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

func (o *Org) attach(k kind) handler {
	return func(c *call) (reply, error) {
		in, err := c.upload("attachment")
		if err != nil {
			return reply{}, err
		}
		err = o.write(c.r.Context(), func(t txn) error {
			d, err := o.changeDocument(t, c, k, c.params["id"], func(d *document) error {
				if d.Files >= mostFiles {
					return refused(2, "You can attach %d files at most.", mostFiles)
				}
				d.Files++
				return nil
			})
			if err != nil {
				return err
			}
			_, err = t.exec(`INSERT INTO document_files (id, module, document_id, name, type, data) VALUES (?, ?, ?, ?, ?, ?)`, o.newID("document_files"), k.table, d.ID, in.Name, in.Type, in.Data)
			return err
		})
		return done("Your file has been successfully attached to the " + k.one + "."), err
	}
}

// upload reads the file of a form.
func (c *call) upload(field string) (platform.Upload, error) {
	in, err := platform.ReadUpload(c.r, field, mostFile)
	if errors.Is(err, platform.ErrNoFile) || errors.Is(err, platform.ErrFileSize) {
		err = invalid(field)
	}
	return in, err
}

// fileNamed is the clause for the file that a path names, or the last one.
func fileNamed(c *call, k kind) (string, []any) {
	const of = `module = ? AND document_id = CAST(? AS INTEGER)`
	if id := c.params["file"]; id != "" {
		return of + ` AND id = CAST(? AS INTEGER)`, []any{k.table, c.params["id"], id}
	}
	return of + ` ORDER BY id DESC LIMIT 1`, []any{k.table, c.params["id"]}
}

var errNoFile = notFound(1002, "Attachment does not exist.")

func (o *Org) readFile(k kind) handler {
	return func(c *call) (reply, error) {
		if _, err := o.readDocument(c, k, c.params["id"]); err != nil {
			return reply{}, err
		}
		where, args := fileNamed(c, k)
		var mediaType string
		var data []byte
		err := o.db.Read().QueryRowContext(c.r.Context(), `SELECT type, data FROM document_files WHERE `+where, args...).Scan(&mediaType, &data)
		if err != nil {
			return reply{}, orMissing(ignoreNoRows(err), errNoFile)
		}
		return reply{status: 200, file: data, fileType: mediaType}, nil
	}
}

func (o *Org) dropFile(k kind) handler {
	return func(c *call) (reply, error) {
		err := o.write(c.r.Context(), func(t txn) error {
			where, args := fileNamed(c, k)
			var id int64
			found, err := t.get(`SELECT id FROM document_files WHERE `+where, args, &id)
			if err != nil || !found {
				return orMissing(err, errNoFile)
			}
			if _, err := o.changeDocument(t, c, k, c.params["id"], func(d *document) error { d.Files--; return nil }); err != nil {
				return err
			}
			_, err = t.exec(`DELETE FROM document_files WHERE id = ?`, id)
			return err
		})
		return done("The attachment has been deleted."), err
	}
}
