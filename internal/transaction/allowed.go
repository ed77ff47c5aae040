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

// The actions, by the names that package contract gives them. A test compares the two lists.
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

// Needs reports which of a profile's rights an action needs: to create and edit, to send e-mail.
func Needs(action string) (edit, send bool) {
	return action != SendEmail, action == SendEmail || action == SaveAndSend
}

// allowed lists the actions of each status. A void or invoiced transaction can no longer be changed. Comments and
// files are allowed in every status.
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

// Allowed returns the actions that a status allows.
func Allowed(t record.TransactionType, s record.TransactionStatus) []string {
	actions, known := allowed[t][s]
	if !known {
		return nil // a status that only billing knows: reading is all
	}
	return append(slices.Clone(actions), Comment, Attach)
}

// Refuse returns a Conflict, with the actions that the status does allow, if it does not allow this one. Otherwise
// it returns nil.
func Refuse(t record.TransactionType, action string, s record.TransactionStatus) *record.Error {
	can := Allowed(t, s)
	if slices.Contains(can, action) {
		return nil
	}
	remedy := "you can only read it now"
	if len(can) > 0 {
		remedy = "you can now: " + strings.ReplaceAll(strings.Join(can, ", "), "_", "-")
	}
	if action == Accept && s == record.StatusExpired {
		remedy = "save it with a later expiry date first"
	}
	return &record.Error{Kind: record.Conflict, Side: record.Billing, Op: action, Code: CodeStatus,
		Message: fmt.Sprintf("the %s is %s", t, s), Remedy: remedy}
}

// RefusePayment returns why a payment cannot be recorded on an invoice, or nil.
func RefusePayment(tr record.Transaction, p record.Payment) error {
	if refusal := Refuse(record.Invoice, Pay, tr.Status); refusal != nil {
		return refusal
	}
	if !p.Amount.IsPos() {
		return invalid(CodeAmount, fmt.Sprintf("the payment is %s", p.Amount), "a payment is above 0")
	}
	if p.Amount.Cmp(tr.Totals.Balance) > 0 {
		return invalid(CodeAboveBalance, fmt.Sprintf("the payment is %s, but only %s is owed", p.Amount, tr.Totals.Balance),
			"record at most the balance; record the rest in billing, as a credit")
	}
	return nil
}

// CheckEmail returns what is wrong with an e-mail address, or nil.
func CheckEmail(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || !strings.Contains(address[strings.LastIndexByte(address, '@')+1:], ".") {
		return invalid(CodeEmail, fmt.Sprintf("%q is not an e-mail address", shorten(address)), "write it like name@example.com")
	}
	return nil
}

// maxComment is the longest comment, in bytes.
const maxComment = 64 << 10

// CheckComment returns what is wrong with a comment, or nil.
func CheckComment(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return invalid(CodeComment, "the comment is empty", "give a text")
	case len(text) > maxComment:
		return invalid(CodeComment, fmt.Sprintf("the comment has %d bytes", len(text)), fmt.Sprintf("write at most %d, or attach a file", maxComment))
	case !utf8.ValidString(text):
		return invalid(CodeComment, "the comment is not UTF-8", "send it as UTF-8")
	}
	return nil
}

// CheckFile returns what is wrong with a file, or nil: its name, its size, or a declared media type that its first
// bytes contradict.
func CheckFile(name, declared, sniffed string, size, most int64) error {
	switch {
	case name == "" || name == "." || name == ".." || path.Base(name) != name || strings.ContainsAny(name, `\/:`) || strings.ContainsFunc(name, unicode.IsControl):
		return invalid(CodeFile, fmt.Sprintf("%q is not a file name", shorten(name)), "give the name without a path")
	case size == 0:
		return invalid(CodeFile, fmt.Sprintf("%q is empty", shorten(name)), "attach a file with content")
	case most > 0 && size > most:
		return invalid(CodeFile, fmt.Sprintf("%q has %d bytes, but billing takes at most %d", shorten(name), size, most), "attach a smaller file, or put a link into a comment")
	case contradicts(declared, sniffed):
		return invalid(CodeFile, fmt.Sprintf("%q is declared as %s but contains %s", shorten(name), shorten(declared), sniffed), "declare the type that the file has")
	}
	return nil
}

// contradicts reports whether a file cannot have its declared type. Bytes without a recognisable type contradict
// nothing.
func contradicts(declared, sniffed string) bool {
	base := func(t string) string { t, _, _ = strings.Cut(t, ";"); return strings.TrimSpace(strings.ToLower(t)) }
	d, s := base(declared), base(sniffed)
	if d == "" || d == s || s == "application/octet-stream" || d == "application/octet-stream" {
		return false
	}
	if s == "text/plain" { // many types are plain text inside
		return strings.HasPrefix(d, "image/") && d != "image/svg+xml" || d == "application/pdf" || strings.HasPrefix(d, "video/") || strings.HasPrefix(d, "audio/")
	}
	if s == "application/zip" { // office documents are zip archives
		return !strings.HasPrefix(d, "application/")
	}
	if s == "text/xml" || s == "text/html" {
		return !strings.HasPrefix(d, "text/") && !strings.Contains(d, "xml")
	}
	return true
}
