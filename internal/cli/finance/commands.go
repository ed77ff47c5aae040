package finance

// Quotes holds the commands about quotes.
type Quotes struct {
	Save     saveCmd[ofQuotes]    `cmd:"" help:"Make a quote in billing, or edit it; with --send also e-mail it."`
	Email    emailCmd[ofQuotes]   `cmd:"" help:"Have billing e-mail it."`
	MarkSent sentCmd[ofQuotes]    `cmd:"" help:"Mark it as sent."`
	Accept   acceptCmd            `cmd:"" help:"Mark it as accepted."`
	Decline  declineCmd           `cmd:"" help:"Mark it as declined."`
	Convert  convertCmd           `cmd:"" help:"Make an invoice of it."`
	Comment  commentCmd[ofQuotes] `cmd:"" help:"Add a comment."`
	Attach   attachCmd[ofQuotes]  `cmd:"" help:"Attach a file."`
	Print    printCmd[ofQuotes]   `cmd:"" help:"Write it as a PDF."`
	Show     showCmd[ofQuotes]    `cmd:"" help:"Show it as billing has it now. Name one that was made in billing by billing's id."`
	List     listCmd[ofQuotes]    `cmd:"" default:"withargs" help:"List the quotes that pushes and syncs have seen (default)."`
}

// Invoices holds the commands about invoices.
type Invoices struct {
	Save     saveCmd[ofInvoices]    `cmd:"" help:"Make an invoice in billing, or edit it; with --send also e-mail it."`
	Email    emailCmd[ofInvoices]   `cmd:"" help:"Have billing e-mail it."`
	MarkSent sentCmd[ofInvoices]    `cmd:"" help:"Mark it as sent. It is due from then on."`
	Void     voidCmd                `cmd:"" help:"Void it."`
	Pay      payCmd                 `cmd:"" help:"Record a payment."`
	Comment  commentCmd[ofInvoices] `cmd:"" help:"Add a comment."`
	Attach   attachCmd[ofInvoices]  `cmd:"" help:"Attach a file."`
	Print    printCmd[ofInvoices]   `cmd:"" help:"Write it as a PDF."`
	Show     showCmd[ofInvoices]    `cmd:"" help:"Show it as billing has it now. Name one that was made in billing by billing's id."`
	List     listCmd[ofInvoices]    `cmd:"" default:"withargs" help:"List the invoices that pushes and syncs have seen (default)."`
}
