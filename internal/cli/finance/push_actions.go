package finance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

type emailCmd[T typeWord] struct {
	onOne
	asking
	mailing
}

// Run has it e-mailed.
func (c *emailCmd[T]) Run(ctx context.Context, p *session.Session) error {
	var of T
	if err := c.check(); err != nil {
		return err
	}
	return push(ctx, p, of.kind(), c.onOne, c.asking, contract.PushRequest{Action: contract.ActionEmail, Email: c.email()})
}

type sentCmd[T typeWord] struct {
	onOne
	asking
}

// Run marks it as sent.
func (c *sentCmd[T]) Run(ctx context.Context, p *session.Session) error {
	var of T
	return push(ctx, p, of.kind(), c.onOne, c.asking, contract.PushRequest{Action: contract.ActionMarkSent})
}

type acceptCmd struct {
	onOne
	asking
}

// Run marks a quote as accepted.
func (c *acceptCmd) Run(ctx context.Context, p *session.Session) error {
	return push(ctx, p, contract.TypeQuote, c.onOne, c.asking, contract.PushRequest{Action: contract.ActionAccept})
}

type declineCmd struct {
	onOne
	asking
}

// Run marks a quote as declined.
func (c *declineCmd) Run(ctx context.Context, p *session.Session) error {
	return push(ctx, p, contract.TypeQuote, c.onOne, c.asking, contract.PushRequest{Action: contract.ActionDecline})
}

type convertCmd struct {
	onOne
	asking
	Invoice string `placeholder:"ID" help:"Your own id of the invoice. Default: the quote's."`
}

// Run makes an invoice of a quote.
func (c *convertCmd) Run(ctx context.Context, p *session.Session) error {
	return push(ctx, p, contract.TypeQuote, c.onOne, c.asking, contract.PushRequest{Action: contract.ActionConvert, Invoice: c.Invoice})
}

type voidCmd struct {
	onOne
	asking
}

// Run voids an invoice.
func (c *voidCmd) Run(ctx context.Context, p *session.Session) error {
	return push(ctx, p, contract.TypeInvoice, c.onOne, c.asking, contract.PushRequest{Action: contract.ActionVoid})
}

type payCmd struct {
	onOne
	asking
	Amount    string `required:"" placeholder:"AMOUNT" help:"How much, in the customer's currency."`
	Date      string `placeholder:"DATE" help:"YYYY-MM-DD. Default: today."`
	Mode      string `placeholder:"MODE" help:"cash, check, creditcard, banktransfer or others (the default)."`
	Reference string `placeholder:"TEXT" help:"The payment's reference."`
}

// Run records a payment.
func (c *payCmd) Run(ctx context.Context, p *session.Session) error {
	return push(ctx, p, contract.TypeInvoice, c.onOne, c.asking, contract.PushRequest{Action: contract.ActionPay,
		Payment: &contract.Payment{Amount: c.Amount, Date: c.Date, Mode: c.Mode, Reference: c.Reference}})
}

type commentCmd[T typeWord] struct {
	onOne
	Text string `arg:"" help:"What to say."`
	asking
}

// Run adds a comment.
func (c *commentCmd[T]) Run(ctx context.Context, p *session.Session) error {
	var of T
	return push(ctx, p, of.kind(), c.onOne, c.asking, contract.PushRequest{Action: contract.ActionComment, Comment: c.Text})
}

type attachCmd[T typeWord] struct {
	onOne
	File string `arg:"" help:"The file." type:"existingfile"`
	Type string `placeholder:"TYPE" help:"Its media type. Default: what its content shows."`
	asking
}

// MaxAttachment bounds a file, in bytes: billing takes no larger one.
const MaxAttachment = 10 << 20

// Run attaches a file. One that is too large for a push's payload waits in the store, encrypted.
func (c *attachCmd[T]) Run(ctx context.Context, p *session.Session) error {
	var of T
	name := filepath.Base(c.File)
	info, err := os.Stat(c.File)
	if err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	if info.Size() > MaxAttachment {
		return fmt.Errorf("attach %s: it has %d bytes, and billing takes %d; attach a smaller one, or a link in a comment", screen.Clean(name), info.Size(), MaxAttachment)
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	file := &contract.FileRef{Name: name, Type: c.Type, Data: data}
	if len(data) > contract.MaxInlineFile {
		file.Data, file.Upload = nil, uuid.NewString()
		err := p.OnConnection(ctx, session.Named(c.Connection), func(st *store.Store, conn record.Connection) error {
			return st.Workspace.PutUpload(ctx, pushes.Upload{ID: file.Upload, Connection: conn.ID, Name: name, Type: c.Type, Data: data, By: c.User, At: p.Now()})
		})
		if err != nil {
			return err
		}
	}
	return push(ctx, p, of.kind(), c.onOne, c.asking, contract.PushRequest{Action: contract.ActionAttach, File: file})
}
