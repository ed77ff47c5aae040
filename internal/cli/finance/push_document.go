package finance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

// mailing is to whom something is e-mailed.
type mailing struct {
	To      []string `placeholder:"ADDRESS" help:"To whom; repeatable."`
	CC      []string `name:"cc" placeholder:"ADDRESS" help:"Copies; repeatable."`
	Subject string   `placeholder:"TEXT" help:"The subject; a quote's is billing's own where it is left out."`
	Body    string   `placeholder:"TEXT" help:"The text; a quote's is billing's own where it is left out."`
}

// check refuses mail to nobody.
func (m mailing) check() error {
	if len(m.To) == 0 {
		return errors.New("Give a recipient: --to ADDRESS") //nolint:staticcheck // a sentence for the user
	}
	return nil
}

func (m mailing) email() *contract.Email {
	return &contract.Email{To: m.To, CC: m.CC, Subject: m.Subject, Body: m.Body}
}

type saveCmd[T typeWord] struct {
	ID         string `arg:"" optional:"" name:"transaction" help:"Your own id of it: letters, digits, - and _. Default: a new one."`
	Connection string `short:"c" placeholder:"ID" help:"The connection. Default: the only one in the store."`
	asking
	documentFlags
	mailing
	Send bool `help:"E-mail it as well, to --to."`
}

type documentFlags struct {
	File             string   `placeholder:"FILE" help:"Read the document from this JSON file; - is standard input. Its format is contract.Document. Flags change it."`
	Account          string   `placeholder:"ID" help:"The CRM account that it is for. An account that billing does not have yet is imported first."`
	Contact          string   `placeholder:"ID" help:"The CRM contact that it is for, instead of an account."`
	Line             []string `sep:"none" placeholder:"KEY=VALUE,..." help:"A line: product, item or name, quantity, rate, discount (5% or an amount), tax, description; repeatable."`
	Number           string   `placeholder:"NUMBER" help:"Its number. Default: billing gives one."`
	Reference        string   `placeholder:"TEXT" help:"The customer's reference."`
	Date             string   `placeholder:"DATE" help:"YYYY-MM-DD. Default: today."`
	Due              string   `placeholder:"DATE" help:"When an invoice is due, or a quote expires."`
	Discount         string   `placeholder:"N" help:"On the sum of the lines: 10% or an amount."`
	DiscountAfterTax bool     `help:"Subtract the discount after the taxes."`
	TaxInclusive     bool     `help:"Rates include the taxes."`
	Currency         string   `placeholder:"CODE" help:"The currency that you expect. Another one than the customer's is refused."`
	Notes            string   `placeholder:"TEXT" help:"Notes for the customer."`
	Terms            string   `placeholder:"TEXT" help:"Terms and conditions."`
	Expect           string   `placeholder:"AMOUNT" help:"The total that you expect. A difference is shown."`
}

// Run makes the document, or edits it.
func (c *saveCmd[T]) Run(ctx context.Context, p *session.Session) error {
	var of T
	doc, err := c.document(p.In)
	if err != nil {
		return err
	}
	if c.ID == "" {
		c.ID = uuid.NewString()
		p.Note("The new %s has the id %s.", of.kind(), c.ID)
	}
	req := contract.PushRequest{Action: contract.ActionSave, Document: doc}
	if c.Send {
		if err := c.check(); err != nil {
			return err
		}
		req.Action, req.Email = contract.ActionSaveAndSend, c.email()
	} else if len(c.To) > 0 {
		return fmt.Errorf("--to goes with --send")
	}
	return push(ctx, p, of.kind(), onOne{ID: c.ID, Connection: c.Connection}, c.asking, req)
}

// maxDocument bounds a document's file, in bytes.
const maxDocument = 4 << 20

// document is the file's, changed by the flags.
func (f documentFlags) document(in io.Reader) (*contract.Document, error) {
	doc := &contract.Document{}
	if f.File != "" {
		if err := readDocument(f.File, in, doc); err != nil {
			return nil, err
		}
	}
	for _, v := range []struct {
		into *string
		said string
	}{{&doc.Account, f.Account}, {&doc.Contact, f.Contact}, {&doc.Number, f.Number}, {&doc.Reference, f.Reference}, {&doc.Date, f.Date},
		{&doc.Due, f.Due}, {&doc.Discount, f.Discount}, {&doc.Currency, f.Currency}, {&doc.Notes, f.Notes}, {&doc.Terms, f.Terms},
		{&doc.ExpectedTotal, f.Expect}} {
		if v.said != "" {
			*v.into = v.said
		}
	}
	doc.DiscountAfterTax, doc.TaxInclusive = doc.DiscountAfterTax || f.DiscountAfterTax, doc.TaxInclusive || f.TaxInclusive
	for i, text := range f.Line {
		line, err := parseLine(text)
		if err != nil {
			return nil, fmt.Errorf("--line %d: %w", i+1, err)
		}
		doc.Lines = append(doc.Lines, line)
	}
	if len(doc.Lines) == 0 {
		return nil, errNoLines
	}
	return doc, nil
}

func readDocument(file string, in io.Reader, into *contract.Document) error {
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("read the document: %w", err)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxDocument+1))
	if err != nil {
		return fmt.Errorf("read the document: %w", err)
	}
	if len(data) > maxDocument {
		return fmt.Errorf("read the document: it has more than %d bytes", maxDocument)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("read the document %s: %w", screen.Clean(file), err)
	}
	return nil
}

// parseLine reads key=value pairs. A comma in a value is written as two.
func parseLine(text string) (contract.Line, error) {
	var l contract.Line
	into := map[string]*string{"product": &l.Product, "item": &l.Item, "name": &l.Name, "description": &l.Description, "rate": &l.Rate,
		"quantity": &l.Quantity, "discount": &l.Discount, "tax": &l.Tax}
	const comma = "\x00"
	for pair := range strings.SplitSeq(strings.ReplaceAll(text, ",,", comma), ",") {
		key, value, ok := strings.Cut(strings.ReplaceAll(pair, comma, ","), "=")
		at, known := into[strings.TrimSpace(key)]
		if !ok || !known {
			return l, fmt.Errorf("%q: use key=value with one of %s; a comma in a value is written as two", screen.Clean(pair), strings.Join(lineWords, ", "))
		}
		if *at != "" {
			return l, fmt.Errorf("%s is given twice", key)
		}
		*at = strings.TrimSpace(value)
	}
	if l.Quantity == "" {
		l.Quantity = "1"
	}
	return l, nil
}

var lineWords = slices.Sorted(slices.Values([]string{"product", "item", "name", "description", "rate", "quantity", "discount", "tax"}))
