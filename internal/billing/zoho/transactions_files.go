package zoho

import (
	"cmp"
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// Attachments implements billing.Transactions. A transaction shows its files.
func (c *transactions) Attachments(ctx context.Context, t record.TransactionType, id string) ([]record.File, error) {
	k := kindOfType(t)
	var is record.Transaction
	row, err := c.document(ctx, k, id, &is)
	if err != nil {
		return nil, err
	}
	if _, shown := row["documents"].([]any); !shown && is.HasAttachment {
		return nil, notOfferedError("list attachments of "+string(t), id, "the files of "+string(k.module), "the transaction does not show them")
	}
	return filesOf(row)
}

func filesOf(row map[string]any) ([]record.File, error) {
	var out []record.File
	for _, d := range objects(row, "documents") {
		file := record.File{Name: text(d, "file_name"), Type: mediaType(text(d, "file_name"), text(d, "file_type"))}
		var err error
		if file.ID, err = zohoapi.ID(d, "document_id"); err != nil {
			return nil, err
		}
		size, err := amount(d, "file_size")
		if err != nil {
			return nil, err
		}
		file.Size, _, _ = size.Int64(0)
		out = append(out, file)
	}
	return out, nil
}

// mediaType returns a file's media type. Billing shows the type as an extension.
func mediaType(name, shown string) string {
	if strings.Contains(shown, "/") {
		return shown
	}
	return cmp.Or(mime.TypeByExtension("."+shown), mime.TypeByExtension(filepath.Ext(name)), "application/octet-stream")
}

// Attachment implements billing.Transactions. Zoho Books reads a file by its id, and the last file without an id. The second
// call is tried if the first is not offered and the file is the last one.
func (c *transactions) Attachment(ctx context.Context, t record.TransactionType, id, fileID string) (record.File, error) {
	k := kindOfType(t)
	const what = "reading the files of "
	files, err := c.Attachments(ctx, t, id)
	if err != nil {
		return record.File{}, err
	}
	at := slices.IndexFunc(files, func(f record.File) bool { return f.ID == fileID })
	if at < 0 {
		return record.File{}, &record.Error{Kind: record.NotFound, Side: record.Billing, Op: "read attachment", Code: "ATTACHMENT", RecordID: id,
			Message: "there is no attachment " + fileID}
	}
	out := files[at]
	read := func(path string) error {
		call := c.call(http.MethodGet, path, "read attachment", budget.Read, k.scope("READ"))
		call.RecordID = id
		call.File = func(contents []byte) error {
			if out.Size > 0 && int64(len(contents)) != out.Size {
				return fmt.Errorf("%d of %d bytes arrived", len(contents), out.Size)
			}
			out.Data = contents
			return nil
		}
		_, err := c.api.Do(ctx, call)
		return err
	}
	err = read(k.pathOf(id, "documents", url.PathEscape(fileID)))
	if notOffered(err) && at == len(files)-1 {
		err = read(k.pathOf(id, "attachment"))
	}
	out.Size = int64(len(out.Data))
	return out, refusedAsNotOffered(err, what+string(k.module))
}

// Attach implements billing.Transactions. It is not idempotent. The caller settles an unknown outcome by name and size. The
// reply has no id, so the file is looked up. If that fails, the file was attached nevertheless.
func (c *transactions) Attach(ctx context.Context, t record.TransactionType, id string, f record.File) (record.File, error) {
	k := kindOfType(t)
	call := c.call(http.MethodPost, k.pathOf(id, "attachment"), "attach to "+string(t), budget.Write, k.scope("CREATE"))
	call.RecordID = id
	if len(f.Data) == 0 || len(f.Data) > maxFile {
		return record.File{}, &record.Error{Kind: record.Invalid, Side: record.Billing, Op: call.Op, Code: "FILE_SIZE", RecordID: id,
			Message: fmt.Sprintf("the file has %d bytes; billing accepts from 1 to %d", len(f.Data), maxFile), Remedy: "attach a file of a size that billing accepts"}
	}
	call.Upload = &zohoapi.Upload{Field: "attachment", Name: f.Name, Type: f.Type, Data: f.Data}
	if _, err := c.api.Do(ctx, call); err != nil {
		return record.File{}, refusedAsNotOffered(err, "files of "+string(k.module))
	}
	out := record.File{Name: f.Name, Type: f.Type, Size: int64(len(f.Data))}
	all, err := c.Attachments(ctx, t, id)
	if err != nil {
		return out, nil // it was attached: with an error, the caller would attach it a second time
	}
	for _, is := range slices.Backward(all) {
		if is.Name == f.Name && is.Size == out.Size {
			return is, nil
		}
	}
	return out, nil
}
