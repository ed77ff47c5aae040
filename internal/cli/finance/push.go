package finance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

// typeWord is a type of transaction, so that the commands of both are the same.
type typeWord interface {
	kind() string
	// list is what a list of that type is printed as.
	list(connection string, all []report.Transaction) any
}

type (
	ofQuotes   struct{}
	ofInvoices struct{}
)

func (ofQuotes) kind() string { return contract.TypeQuote }

func (ofInvoices) kind() string { return contract.TypeInvoice }

func (ofQuotes) list(connection string, all []report.Transaction) any {
	return report.Quotes{Connection: connection, Quotes: all}
}

func (ofInvoices) list(connection string, all []report.Transaction) any {
	return report.Invoices{Connection: connection, Invoices: all}
}

// onOne names a transaction of a connection.
type onOne struct {
	ID         string `arg:"" name:"transaction" help:"Your own id of it: letters, digits, - and _."`
	Connection string `short:"c" placeholder:"ID" help:"The connection. Default: the only one in the store."`
}

// asking is what every push says.
type asking struct {
	User string        `required:"" placeholder:"ID" help:"The CRM user who asks, by id."`
	Key  string        `name:"idempotency-key" placeholder:"KEY" help:"The request's idempotency key. A request that is repeated with it gets the first answer, and nothing is done twice. Default: a new one."`
	Wait time.Duration `default:"1m" help:"How long to wait for the answer. The push continues after that."`
}

// push carries one request out, and prints the answer.
func push(ctx context.Context, p *session.Session, kind string, on onOne, a asking, req contract.PushRequest) error {
	req.User, req.Key = a.User, a.Key
	if req.Key == "" {
		req.Key = uuid.NewString()
	}
	if err := req.Check(kind); err != nil {
		return err
	}
	return p.OnConnection(ctx, session.Named(on.Connection), func(_ *store.Store, conn record.Connection) error {
		in := contract.PushInput{Connection: conn.ID, Type: kind, Transaction: on.ID}
		if err := in.Check(); err != nil {
			return err
		}
		t, closeTemporal, err := p.Dial(ctx)
		if err != nil {
			return err
		}
		defer closeTemporal()
		if a.Key == "" {
			p.Note("To repeat this request safely: --idempotency-key %s", req.Key)
		}
		result, err := answerOf(ctx, p, t, a.Wait, in, req)
		if err != nil {
			return err
		}
		return printPushed(p, report.Pushed{Connection: conn.ID, Key: req.Key, PushResult: result})
	})
}

func answerOf(ctx context.Context, p *session.Session, t session.Temporal, wait time.Duration, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error) {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	hint := time.AfterFunc(session.HintAfter, func() { p.Note("No answer yet. Is a worker running? `starter doctor` tells.") })
	defer hint.Stop()
	result, err := t.Push(waiting, in, req)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return result, fmt.Errorf("no answer within %s, and the push continues: to see how it ended, repeat this with --idempotency-key %s", wait, req.Key)
	}
	return result, session.Refusal(err)
}

func printPushed(p *session.Session, out report.Pushed) error {
	if p.JSON {
		if err := p.PrintJSON(out); err != nil {
			return err
		}
	} else {
		sayPushed(p, out)
	}
	if out.Status == contract.PushDone || out.Status == contract.PushQueued {
		return nil
	}
	return session.BadAnswer{}
}

func sayPushed(p *session.Session, out report.Pushed) {
	switch out.Status {
	case contract.PushQueued:
		p.Printf("queued as number %d: the connection is %s. It is pushed after `starter resume %s`.\n", out.Position, out.State, out.Connection)
	case contract.PushRefused, contract.PushFailed:
		reason := "the connection is " + out.State
		if out.Failure != nil {
			reason = out.Failure.Reason
		}
		p.Printf("%s: %s\n", out.Status, screen.Sentence(reason))
	}
	for _, t := range []*contract.TransactionState{out.Transaction, out.Invoice} {
		if t == nil {
			continue
		}
		p.Printf("%s %s (%s) is %s: %s %s", t.Type, screen.Clean(t.Number), t.Transaction, t.Status, t.Currency, t.Total)
		if t.Balance != "" && t.Balance != t.Total {
			p.Printf(", %s of it is due", t.Balance)
		}
		p.Printf("\n")
		if len(t.Allowed) > 0 && out.Status == contract.PushDone {
			p.Note("You can now: %s.", strings.Join(commandsOf(t.Allowed), ", "))
		}
	}
	if out.Difference != "" {
		p.Printf("billing's total differs from the expected one by %s\n", out.Difference)
	}
	if out.Imported {
		p.Note("The customer or items were imported first.")
	}
	if out.Repeated {
		p.Note("This is the answer to the first request with this key.")
	}
}

var errNoLines = errors.New("give the document's lines: --line 'product=ID,quantity=2', repeatable, or --file with the whole document as JSON")

// commandsOf are the commands that carry actions out.
func commandsOf(actions []string) []string {
	out := make([]string, len(actions))
	for i, action := range actions {
		out[i] = strings.ReplaceAll(action, "_", "-")
		if action == contract.ActionSaveAndSend {
			out[i] = "save --send"
		}
	}
	return out
}
