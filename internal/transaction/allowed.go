package transaction

import (
	"fmt"
	"net/mail"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"causeway/internal/record"
)

// The actions, as contract names them.
const (
	Save        = "save"
	SaveAndSend = "save_and_send"
	SendEmail   = "email"
	MarkSent    = "mark_sent"
	Accept      = "accept"
	Decline     = "decline"
	Convert     = "convert"
	Void        = "void"
	Pay         = "record_payment"
	Comment     = "comment"
	Attach      = "attach"
)

// Needs says which rights of a profile an action takes: to create & edit, to send e-mail.
func Needs(action string) (edit, send bool) {
	return action != SendEmail, action == SendEmail || action == SaveAndSend
}

// What is void or invoiced is not changed any more; comments and files go with every status.
var allowed = map[record.TransactionType]map[record.TransactionStatus][]string{
	record.Quote: {
		record.StatusDraft:    {Save, SaveAndSend, SendEmail, MarkSent},
		record.StatusSent:     {Save, SaveAndSend, SendEmail, Accept, Decline, Convert},
		record.StatusAccepted: {SendEmail, Decline, Convert},
		record.StatusDeclined: {Save, SaveAndSend, SendEmail, Accept},
		record.StatusExpired:  {Save, SaveAndSend, SendEmail},
		record.StatusInvoiced: {SendEmail},
	},
	record.Invoice: {
		record.StatusDraft:    {Save, SaveAndSend, SendEmail, MarkSent, Void},
		record.StatusSent:     {Save, SaveAndSend, SendEmail, Void, Pay},
		record.StatusOverdue:  {Save, SaveAndSend, SendEmail, Void, Pay},
		record.StatusPartPaid: {SendEmail, Pay},
		record.StatusPaid:     {SendEmail},
		record.StatusVoid:     {},
	},
}

// Allowed lists the actions that a status allows.
func Allowed(t record.TransactionType, s record.TransactionStatus) []string {
	actions, known := allowed[t][s]
	if !known {
		return nil // a status of billing's own: it can be read
	}
	return append(slices.Clone(actions), Comment, Attach)
}

// Refuse says, as Conflict, that the status does not allow an action, and what it allows; nil where it does.
func Refuse(t record.TransactionType, action string, s record.TransactionStatus) *record.Error {
	can := Allowed(t, s)
	if slices.Contains(can, action) {
		return nil
	}
	remedy := "a " + string(t) + " in this status can only be read"
	if len(can) > 0 {
		remedy = "in this status it takes " + strings.Join(can, ", ")
	}
	if action == Accept && s == record.StatusExpired {
		remedy = "save it with a later expiry date first"
	}
	return &record.Error{Kind: record.Conflict, Side: record.Billing, Op: action, Code: CodeStatus,
		Message: fmt.Sprintf("the %s is %s", t, s), Remedy: remedy}
}

// RefusePayment says why a payment cannot be recorded on an invoice, nil where it can.
func RefusePayment(tr record.Transaction, p record.Payment) error {
	if refusal := Refuse(record.Invoice, Pay, tr.Status); refusal != nil {
		return refusal
	}
	if !p.Amount.IsPos() {
		return invalid(CodeAmount, fmt.Sprintf("a payment of %s", p.Amount), "use an amount above 0")
	}
	if p.Amount.Cmp(tr.Totals.Balance) > 0 {
		return invalid(CodeAboveBalance, fmt.Sprintf("a payment of %s, and %s is owed", p.Amount, tr.Totals.Balance),
			"pay the balance at most; what is more is recorded in billing, as a credit")
	}
	return nil
}

// CheckEmail says what is wrong with an address.
func CheckEmail(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || !strings.Contains(address[strings.LastIndexByte(address, '@')+1:], ".") {
		return invalid(CodeEmail, fmt.Sprintf("%q is no e-mail address", short(address)), "write it as name@example.com")
	}
	return nil
}

// maxComment is the longest comment, in bytes.
const maxComment = 64 << 10

// CheckComment says what is wrong with a comment.
func CheckComment(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return invalid(CodeComment, "the comment is empty", "write something")
	case len(text) > maxComment:
		return invalid(CodeComment, fmt.Sprintf("a comment of %d bytes", len(text)), fmt.Sprintf("write %d at most, or attach a file", maxComment))
	case !utf8.ValidString(text):
		return invalid(CodeComment, "the comment is not UTF-8", "send it as UTF-8")
	}
	return nil
}

// CheckFile says what is wrong with a file: its name, its size, or a declared media type that its first bytes belie.
func CheckFile(name, declared, sniffed string, size, most int64) error {
	switch {
	case name == "" || name == "." || name == ".." || path.Base(name) != name || strings.ContainsAny(name, `\/:`) || strings.ContainsFunc(name, unicode.IsControl):
		return invalid(CodeFile, fmt.Sprintf("%q is no name of a file", short(name)), "give the name alone, without a path")
	case size == 0:
		return invalid(CodeFile, fmt.Sprintf("%q is empty", short(name)), "attach a file that holds something")
	case most > 0 && size > most:
		return invalid(CodeFile, fmt.Sprintf("%q has %d bytes, and billing takes %d", short(name), size, most), "attach a smaller one, or a link in a comment")
	case belies(declared, sniffed):
		return invalid(CodeFile, fmt.Sprintf("%q says that it is %s, and holds %s", short(name), short(declared), sniffed), "declare what it is")
	}
	return nil
}

// belies says that a file cannot be what it says. Bytes that tell nothing belie nothing.
func belies(declared, sniffed string) bool {
	base := func(t string) string { t, _, _ = strings.Cut(t, ";"); return strings.TrimSpace(strings.ToLower(t)) }
	d, s := base(declared), base(sniffed)
	if d == "" || d == s || s == "application/octet-stream" || d == "application/octet-stream" {
		return false
	}
	if s == "text/plain" { // of which there are many kinds
		return strings.HasPrefix(d, "image/") && d != "image/svg+xml" || d == "application/pdf" || strings.HasPrefix(d, "video/") || strings.HasPrefix(d, "audio/")
	}
	if s == "application/zip" { // documents of office programs are archives
		return !strings.HasPrefix(d, "application/")
	}
	if s == "text/xml" || s == "text/html" {
		return !strings.HasPrefix(d, "text/") && !strings.Contains(d, "xml")
	}
	return true
}
