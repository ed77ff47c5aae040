// Command starter is the admin CLI: it connects organisations, starts syncs, tells what they did, and
// verifies the two sides. It must never take a secret from its arguments, and never change a record of a
// side by itself: that is the workflows' work.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"causeway/internal/app"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], newProgram(os.Stdin, os.Stdout, os.Stderr)))
}

// The exit statuses.
const (
	exitDone     = 0
	exitBad      = 1 // it was done, and the answer is bad
	exitCouldNot = 2
)

type cli struct {
	app.Config
	Output string `help:"Print results as text or json." enum:"text,json" default:"text" short:"o"`
	WebUI  string `name:"web-ui" help:"Where Temporal's Web UI is. Default: that of a worker/dev on this machine, unless TEMPORAL_ADDRESS is set." env:"CAUSEWAY_WEB_UI" placeholder:"URL"`
	Who    string `help:"Your login id, for the history." env:"CAUSEWAY_WHO" placeholder:"ID"`

	Connect   connectCmd     `cmd:"" help:"Connect a CRM organisation with a billing organisation, and begin the first sync."`
	Configure configureCmd   `cmd:"" help:"Show the preferences of a connection, or edit them."`
	Map       mapCmd         `cmd:"" help:"Show, edit and try the field maps: starter map accounts|contacts|persons|items list|set|remove|try|fields|apply."`
	Sync      syncCmd        `cmd:"" help:"Start a sync now, or join the one that runs."`
	Resync    resyncCmd      `cmd:"" help:"Read one record afresh, with what hangs on it, and bring it across."`
	Search    searchCmd      `cmd:"" help:"Look for records in the CRM, in billing, or in both, live."`
	Import    importCmd      `cmd:"" help:"Bring one record across at once, whether a view holds it or not."`
	Customers customersCmd   `cmd:"" help:"List the customers that are linked, and on which side each existed first."`
	Conflicts conflictsCmd   `cmd:"" help:"List the records on which both sides disagree, and decide."`
	Pause     pauseCmd       `cmd:"" help:"Stop a connection where it stands."`
	Resume    resumeCmd      `cmd:"" help:"Take a paused connection up again where it stands."`
	Disable   disableCmd     `cmd:"" help:"Stop all work of a connection for a time; links, preferences and history stay."`
	Enable    enableCmd      `cmd:"" help:"Take a disabled connection up again, and fetch the CRM's data again."`
	Reauth    reauthorizeCmd `cmd:"" name:"reauthorize" help:"Give a side another credential."`
	Delete    deleteCmd      `cmd:"" help:"End a disabled connection for good: plan, show, choose, carry out. It cannot be undone."`
	Export    exportCmd      `cmd:"" name:"export-deletion" help:"Write what a deletion planned, and what became of each record: also once the connection is gone."`
	Notices   noticesCmd     `cmd:"" name:"notifications" help:"List what Causeway has told, mark it as read, and say which webhook it is delivered to."`
	Apps      appsCmd        `cmd:"" help:"List, add and remove other finance applications of a billing organisation, which a deletion disconnects."`
	Quotes    quotesCmd      `cmd:"" help:"Quotes: save, e-mail, mark, convert, comment, attach, print, show, list."`
	Invoices  invoicesCmd    `cmd:"" help:"Invoices: save, e-mail, mark, void, pay, comment, attach, print, show, list."`
	Rights    permissionsCmd `cmd:"" name:"permissions" help:"List and set what each CRM profile may do with quotes and invoices."`
	Figures   figuresCmd     `cmd:"" help:"Show the sales and receivables of an account or contact, or keep them in fields of the CRM."`
	Timeline  timelineCmd    `cmd:"" help:"Show what happened around a quote, an invoice, an account or a contact, on both sides."`
	Serve     serveCmd       `cmd:"" help:"Serve the gateway: the REST API by which applications push transactions."`
	Tokens    tokensCmd      `cmd:"" help:"List, make and revoke the tokens with which applications call the gateway."`
	Status    statusCmd      `cmd:"" help:"Say where a connection stands."`
	History   historyCmd     `cmd:"" help:"List runs, show one, or list the records that are in sync, excluded, or failing."`
	Retry     retryCmd       `cmd:"" help:"Try the failed records of a run again: all, by reason, or one."`
	Explain   explainCmd     `cmd:"" help:"Show every operation that ever touched a record, with before and after, run and rule."`
	Verify    verifyCmd      `cmd:"" help:"Read both live sides afresh and list what does not agree. Needs no Temporal."`
}

const description = `Causeway's admin CLI.

How Temporal is reached is read from TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and so on, and from Temporal's own
configuration file. Beside a running worker/dev nothing needs to be set.

Exit status: 0 done; 1 the answer is bad (the run failed, the sides do not agree); 2 it could not be done.`

// run is the program: its arguments, what it reads and prints, and its exit status.
func run(ctx context.Context, args []string, p *program) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("starter"), kong.Description(description),
		kong.Vars{
			"data_dir": app.DefaultDataDir(), "outcomes": strings.Join(outcomes, ", "), "entities": strings.Join(entities(), ", "),
			"kinds": strings.Join(kindWords, ", "),
		}, kong.Writers(p.out, p.err), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(code int) { exited = code }))
	if err != nil {
		return fail(p.err, err)
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help has printed what was asked for
	}
	if err != nil {
		return fail(p.err, fmt.Errorf("%w (see `starter --help`)", err))
	}
	p.config, p.json, p.who, p.ui = c.Config, c.Output == "json", c.Who, c.WebUI
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(p)
	if ctx.Err() != nil && err != nil {
		// What broke off says so in many words, none of them the user's.
		err = errors.New("interrupted; what was started in Temporal goes on by itself")
	}
	return fail(p.err, err)
}

// badAnswer is a thing that was done, and whose answer is bad. It was printed already where it says nothing.
type badAnswer struct{ message string }

func (b badAnswer) Error() string { return b.message }

func fail(to io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	if message := oneLine(err.Error()); message != "" {
		_, _ = fmt.Fprintln(to, "error:", message)
	}
	if bad := (badAnswer{}); errors.As(err, &bad) {
		return exitBad
	}
	return exitCouldNot
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
