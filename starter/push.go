package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

// typeWord is a type of transaction, so that the commands of both are the same.
type typeWord interface{ kind() string }

type (
	ofQuotes   struct{}
	ofInvoices struct{}
)

func (ofQuotes) kind() string   { return contract.TypeQuote }
func (ofInvoices) kind() string { return contract.TypeInvoice }

type quotesCmd struct {
	Save     saveCmd[ofQuotes]    `cmd:"" help:"Make a quote in billing, or edit it; with --send also e-mail it."`
	Email    emailCmd[ofQuotes]   `cmd:"" help:"Have billing e-mail it."`
	MarkSent sentCmd[ofQuotes]    `cmd:"" help:"Mark it as sent."`
	Accept   acceptCmd            `cmd:"" help:"Mark it as accepted."`
	Decline  declineCmd           `cmd:"" help:"Mark it as declined."`
	Convert  convertCmd           `cmd:"" help:"Make an invoice of it."`
	Comment  commentCmd[ofQuotes] `cmd:"" help:"Add a comment."`
	Attach   attachCmd[ofQuotes]  `cmd:"" help:"Attach a file."`
	Print    printCmd[ofQuotes]   `cmd:"" help:"Write it as a PDF."`
	Show     showCmd[ofQuotes]    `cmd:"" help:"Show it as billing has it now; what was made in billing by billing's id."`
	List     listCmd[ofQuotes]    `cmd:"" default:"withargs" help:"List the quotes that pushes and syncs have seen (default)."`
}

type invoicesCmd struct {
	Save     saveCmd[ofInvoices]    `cmd:"" help:"Make an invoice in billing, or edit it; with --send also e-mail it."`
	Email    emailCmd[ofInvoices]   `cmd:"" help:"Have billing e-mail it."`
	MarkSent sentCmd[ofInvoices]    `cmd:"" help:"Mark it as sent: it is owed from then on."`
	Void     voidCmd                `cmd:"" help:"Void it."`
	Pay      payCmd                 `cmd:"" help:"Record a payment."`
	Comment  commentCmd[ofInvoices] `cmd:"" help:"Add a comment."`
	Attach   attachCmd[ofInvoices]  `cmd:"" help:"Attach a file."`
	Print    printCmd[ofInvoices]   `cmd:"" help:"Write it as a PDF."`
	Show     showCmd[ofInvoices]    `cmd:"" help:"Show it as billing has it now; what was made in billing by billing's id."`
	List     listCmd[ofInvoices]    `cmd:"" default:"withargs" help:"List the invoices that pushes and syncs have seen (default)."`
}

// onOne names a transaction of a connection.
type onOne struct {
	ID         string `arg:"" name:"transaction" help:"Your own id of it: letters, digits, - and _."`
	Connection string `short:"c" placeholder:"ID" help:"The connection; the only one in the store where it is left out."`
}

// asking is what every push says.
type asking struct {
	User string        `required:"" placeholder:"ID" help:"The CRM user on whose behalf it is done, by id."`
	Key  string        `name:"idempotency-key" placeholder:"KEY" help:"The request's idempotency key: repeated with it, it gets its first answer, and nothing is done twice. A new one where it is left out."`
	Wait time.Duration `default:"1m" help:"How long to wait for the answer; the push goes on."`
}

// pushed is the answer, with the key for who asks again.
type pushed struct {
	Connection string `json:"connection"`
	Key        string `json:"key"`
	contract.PushResult
}

// push carries one request out, and prints the answer.
func (p *program) push(ctx context.Context, kind string, on onOne, a asking, req contract.PushRequest) error {
	req.User, req.Key = a.User, a.Key
	if req.Key == "" {
		req.Key = uuid.NewString()
	}
	if err := req.Check(kind); err != nil {
		return err
	}
	return p.onConnection(ctx, namedAs(on.Connection), func(_ *store.Store, conn record.Connection) error {
		in := contract.PushInput{Connection: conn.ID, Type: kind, Transaction: on.ID}
		if err := in.Check(); err != nil {
			return err
		}
		t, closeTemporal, err := p.dial(ctx, p.log())
		if err != nil {
			return err
		}
		defer closeTemporal()
		if a.Key == "" {
			p.note("key %s: asked again with --idempotency-key, this gets the same answer", req.Key)
		}
		result, err := p.answerOf(ctx, t, a.Wait, in, req)
		if err != nil {
			return err
		}
		return p.printPushed(pushed{Connection: conn.ID, Key: req.Key, PushResult: result})
	})
}

func (p *program) answerOf(ctx context.Context, t temporal, wait time.Duration, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error) {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	hint := time.AfterFunc(hintAfter, func() { p.note("no answer yet: is a worker running on this Temporal?") })
	defer hint.Stop()
	result, err := t.Push(waiting, in, req)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return result, fmt.Errorf("no answer within %s; the push goes on, and asked again with --idempotency-key %s it tells how it ended", wait, req.Key)
	}
	return result, refusal(err)
}

func (p *program) printPushed(out pushed) error {
	if p.json {
		if err := p.printJSON(out); err != nil {
			return err
		}
	} else {
		p.sayPushed(out)
	}
	if out.Status == contract.PushDone || out.Status == contract.PushQueued {
		return nil
	}
	return badAnswer{}
}

func (p *program) sayPushed(out pushed) {
	switch out.Status {
	case contract.PushQueued:
		p.printf("queued, as number %d: the connection is %s; it is carried out when `starter resume %s` takes it up\n", out.Position, out.State, out.Connection)
	case contract.PushRefused, contract.PushFailed:
		reason := "the connection is " + out.State
		if out.Failure != nil {
			reason = out.Failure.Reason
		}
		p.printf("%s: %s\n", out.Status, sentence(reason))
	}
	for _, t := range []*contract.TransactionState{out.Transaction, out.Invoice} {
		if t == nil {
			continue
		}
		p.printf("%s %s (%s) is %s: %s %s", t.Type, clean(t.Number), t.Transaction, t.Status, t.Currency, t.Total)
		if t.Balance != "" && t.Balance != t.Total {
			p.printf(", of which %s is owed", t.Balance)
		}
		p.printf("\n")
		if len(t.Allowed) > 0 && out.Status == contract.PushDone {
			p.note("it takes: %s", strings.Join(t.Allowed, ", "))
		}
	}
	if out.Difference != "" {
		p.printf("billing's total differs from the expected one by %s\n", out.Difference)
	}
	if out.Imported {
		p.note("its customer or items were imported first")
	}
	if out.Repeated {
		p.note("this is the answer to the first request with this key")
	}
}

var errNoLines = errors.New("give the document's lines: --line 'product=ID,quantity=2', repeatable, or --file with the whole document as JSON")
