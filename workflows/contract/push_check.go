package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The bounds of a push.
const (
	maxKey      = 100
	maxLines    = 500
	maxText     = 10_000
	maxComment  = 64 << 10
	maxAddress  = 20
	maxFileName = 200
)

// transactionID is the form of the caller's own id of a transaction. The id is part of workflow ids and markers.
var transactionID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// actionsOf lists the actions on each type of transaction.
var actionsOf = map[string][]string{
	TypeQuote: {ActionSave, ActionSaveAndSend, ActionEmail, ActionMarkSent, ActionAccept, ActionDecline, ActionConvert, ActionComment, ActionAttach},
	TypeInvoice: {
		ActionSave, ActionSaveAndSend, ActionEmail, ActionMarkSent, ActionVoid, ActionPay, ActionComment, ActionAttach,
	},
}

// Actions returns the actions on a type of transaction, and nil for an unknown type.
func Actions(kind string) []string { return slices.Clone(actionsOf[kind]) }

// Check returns what is wrong with the input on its own.
func (in PushInput) Check() error {
	if err := CheckConnectionID(in.Connection); err != nil {
		return err
	}
	if actionsOf[in.Type] == nil {
		return fmt.Errorf("type %q: use %s or %s", short(in.Type), TypeQuote, TypeInvoice)
	}
	if !transactionID.MatchString(in.Transaction) {
		return fmt.Errorf("transaction %q: use your own id of it: letters, digits, - and _, 64 at most", short(in.Transaction))
	}
	return nil
}

// Doing returns the request's action. An empty action stands for ActionSave.
func (r PushRequest) Doing() string {
	if r.Action == "" {
		return ActionSave
	}
	return r.Action
}

// Check returns what is wrong with a request on that type of transaction, as far as the request alone shows it.
func (r PushRequest) Check(kind string) error {
	action := r.Doing()
	switch {
	case !slices.Contains(actionsOf[kind], action):
		return fmt.Errorf("action %q: of %ss use one of %s", short(action), kind, strings.Join(actionsOf[kind], ", "))
	case r.Key == "" || len(r.Key) > maxKey || strings.ContainsFunc(r.Key, func(c rune) bool { return c < '!' || c > '~' }):
		return fmt.Errorf("key %q: give each request an idempotency key of its own, a UUID say: 1 to %d visible ASCII characters", short(r.Key), maxKey)
	case r.User == "":
		return fmt.Errorf("user: name the CRM user on whose behalf it is done, by id")
	}
	if err := checkRecordID("user", r.User); err != nil {
		return err
	}
	return r.checkParts(action)
}

// checkParts checks that a request has the parts that its action needs, and no others.
func (r PushRequest) checkParts(action string) error {
	needs := map[string]struct{ need, have bool }{
		"document": {action == ActionSave || action == ActionSaveAndSend, r.Document != nil},
		"payment":  {action == ActionPay, r.Payment != nil},
		"comment":  {action == ActionComment, r.Comment != ""},
		"file":     {action == ActionAttach, r.File != nil},
	}
	for _, part := range []string{"document", "payment", "comment", "file"} {
		n := needs[part]
		if n.need && !n.have {
			return fmt.Errorf("%s: give the %s", action, part)
		}
		if n.have && !n.need {
			return fmt.Errorf("%s: takes no %s", action, part)
		}
	}
	if r.Email != nil && action != ActionEmail && action != ActionSaveAndSend {
		return fmt.Errorf("%s: takes no email", action)
	}
	if (action == ActionEmail || action == ActionSaveAndSend) && (r.Email == nil || len(r.Email.To) == 0) {
		return fmt.Errorf("%s: there is no recipient. Give one in email.to (`starter`: --to ADDRESS)", action)
	}
	if r.Invoice != "" && (action != ActionConvert || !transactionID.MatchString(r.Invoice)) {
		return fmt.Errorf("invoice %q: with %s alone, your own id of the invoice: letters, digits, - and _, 64 at most", short(r.Invoice), ActionConvert)
	}
	return r.checkSizes()
}

// checkSizes checks the sizes of texts and files, because payloads must stay small.
func (r PushRequest) checkSizes() error {
	if len(r.Comment) > maxComment {
		return fmt.Errorf("comment of %d bytes: use %d at most", len(r.Comment), maxComment)
	}
	if e := r.Email; e != nil && (len(e.To)+len(e.CC) > maxAddress || len(e.Subject)+len(e.Body) > maxText) {
		return fmt.Errorf("email: use %d addresses and %d characters at most", maxAddress, maxText)
	}
	if f := r.File; f != nil {
		switch {
		case f.Name == "" || utf8.RuneCountInString(f.Name) > maxFileName:
			return fmt.Errorf("file: give it a name of 1 to %d characters", maxFileName)
		case len(f.Data) > MaxInlineFile:
			return fmt.Errorf("file %q of %d bytes: with the request %d at most; upload a larger one first", short(f.Name), len(f.Data), MaxInlineFile)
		case (len(f.Data) > 0) == (f.Upload != ""):
			return fmt.Errorf("file %q: give its data, or the id of its upload", short(f.Name))
		}
	}
	if d := r.Document; d != nil {
		return d.check()
	}
	return nil
}

func (d Document) check() error {
	switch {
	case (d.Account == "") == (d.Contact == ""):
		return fmt.Errorf("document: name the account or the contact that it is for, one of them")
	case len(d.Lines) == 0:
		return fmt.Errorf("document: it has no lines; give one at least")
	case len(d.Lines) > maxLines:
		return fmt.Errorf("document: %d lines; give %d at most", len(d.Lines), maxLines)
	case len(d.Notes) > maxText || len(d.Terms) > maxText:
		return fmt.Errorf("document: notes and terms have %d characters at most", maxText)
	}
	for what, date := range map[string]string{"date": d.Date, "due": d.Due} {
		if _, err := time.Parse(time.DateOnly, date); date != "" && err != nil {
			return fmt.Errorf("document: %s %q: use YYYY-MM-DD", what, short(date))
		}
	}
	if d.Date != "" && d.Due != "" && d.Due < d.Date {
		return fmt.Errorf("document: due %s is before its date %s", d.Due, d.Date)
	}
	for what, id := range map[string]string{"account": d.Account, "contact": d.Contact} {
		if id != "" {
			if err := checkRecordID("document: "+what, id); err != nil {
				return err
			}
		}
	}
	for i, l := range d.Lines {
		if err := l.check(); err != nil {
			return fmt.Errorf("document: line %d: %w", i+1, err)
		}
	}
	return nil
}

func (l Line) check() error {
	switch {
	case l.Product != "" && l.Item != "":
		return fmt.Errorf("name a product of the CRM or an item of billing, not both")
	case l.Product == "" && l.Item == "" && l.Name == "":
		return fmt.Errorf("name a product of the CRM, an item of billing, or a text of your own")
	case l.Quantity == "":
		return fmt.Errorf("there is no quantity: give one")
	case len(l.Name)+len(l.Description) > maxText:
		return fmt.Errorf("its texts have %d characters at most", maxText)
	}
	for _, id := range []string{l.Product, l.Item, l.Tax} {
		if id != "" && !recordID.MatchString(id) {
			return fmt.Errorf("id %q: use the id as its side gives it", short(id))
		}
	}
	return nil
}

// Hash returns a hash of the request without its key, so that two different requests with one key are noticed.
func (r PushRequest) Hash(in PushInput) string {
	r.Key, r.Action = "", r.Doing()
	data, err := json.Marshal([]any{in.Connection, in.Type, in.Transaction, r})
	if err != nil {
		return "" // it holds texts and numbers alone
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
