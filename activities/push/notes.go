package push

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"causeway/internal/record"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

// pay records a payment. A payment of unknown outcome is looked for among the invoice's payments.
func (c *carrying) pay(ctx context.Context) error {
	given := c.in.Request.Payment
	amount, err := transaction.ParseAmount(given.Amount)
	if err != nil {
		return err
	}
	p := record.Payment{Amount: amount, Date: given.Date, Mode: given.Mode, Reference: given.Reference}
	if p.Reference == "" {
		p.Reference = fmt.Sprintf("causeway-%d", c.in.Sequence)
	}
	if p.Mode == "" {
		p.Mode = "others"
	}
	tr, err := c.readKnown(ctx)
	if err != nil {
		return err
	}
	if err := c.note(tr); err != nil {
		return err
	}
	have := 0
	for _, made := range tr.Payments {
		if made.Reference == p.Reference && made.Amount.Equal(p.Amount) {
			have++
		}
	}
	if had, tried := countBefore(c.prior, stepPay); !tried || have <= had {
		if err := transaction.RefusePayment(tr, p); err != nil {
			return err
		}
	}
	err = c.writeOnce(ctx, stepPay, have, func(call context.Context) error {
		_, err := c.port.RecordPayment(call, tr.CustomerID, tr.ID, p)
		return err
	})
	if err != nil {
		return err
	}
	return c.reread(ctx, tr)
}

// comment adds a comment to the transaction, once, with the time and the CRM user who wrote it: billing knows the
// integration only.
func (c *carrying) comment(ctx context.Context) error {
	if err := transaction.CheckComment(c.in.Request.Comment); err != nil {
		return err
	}
	tr, err := c.readFor(ctx, contract.ActionComment)
	if err != nil {
		return err
	}
	standing, err := c.try.Store.Permissions.PermissionOf(ctx, c.in.Connection, c.in.Request.User)
	if err != nil {
		return err
	}
	who := standing.Name
	if who == "" {
		who = c.in.Request.User
	}
	text := fmt.Sprintf("%s\n(%s, %s, from the CRM)", c.in.Request.Comment, who, c.row.At.UTC().Format(time.RFC3339))
	call, cancel, err := c.readContext(ctx)
	if err != nil {
		return err
	}
	defer cancel()
	comments, err := c.port.Comments(call, c.kind, tr.ID)
	if err != nil {
		return err
	}
	have := len(slices.DeleteFunc(comments, func(o record.Comment) bool { return o.Text != text }))
	return c.writeOnce(ctx, stepComment, have, func(call context.Context) error {
		_, err := c.port.AddComment(call, c.kind, tr.ID, text)
		return err
	})
}

// attach adds a file that came with the request, or that was uploaded to the store.
func (c *carrying) attach(ctx context.Context) error {
	ref := c.in.Request.File
	file := record.File{Name: ref.Name, Type: ref.Type, Data: ref.Data}
	if ref.Upload != "" {
		up, err := c.try.Store.Workspace.Upload(ctx, c.in.Connection, ref.Upload)
		if err != nil {
			return err
		}
		file.Data = up.Data
		if file.Type == "" {
			file.Type = up.Type
		}
	}
	file.Size = int64(len(file.Data))
	sniffed := http.DetectContentType(file.Data)
	if file.Type == "" {
		file.Type = sniffed
	}
	caps, err := c.capabilities.Of(ctx, c.try, c.in.Connection, c.port)
	if err != nil {
		return err
	}
	if err := transaction.CheckFile(file.Name, file.Type, sniffed, file.Size, caps.MaxFile); err != nil {
		return err
	}
	tr, err := c.readFor(ctx, contract.ActionAttach)
	if err != nil {
		return err
	}
	have, err := c.attached(ctx, tr, file)
	if err != nil {
		return err
	}
	return c.writeOnce(ctx, stepAttach, have, func(call context.Context) error {
		_, err := c.port.Attach(call, c.kind, tr.ID, file)
		return err
	})
}

// attached counts the files of that name and size. If billing shows no files, an upload of unknown outcome is
// repeated: billing keeps one file of a name.
func (c *carrying) attached(ctx context.Context, tr record.Transaction, file record.File) (int, error) {
	call, cancel, err := c.readContext(ctx)
	if err != nil {
		return 0, err
	}
	defer cancel()
	files, err := c.port.Attachments(call, c.kind, tr.ID)
	if err != nil {
		if notOffered(err) {
			return 0, nil
		}
		return 0, err
	}
	return len(slices.DeleteFunc(files, func(f record.File) bool { return f.Name != file.Name || f.Size != file.Size })), nil
}
