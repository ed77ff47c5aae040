package cli

import (
	"causeway/internal/app"
	"causeway/internal/cli/administration"
	"causeway/internal/cli/configure"
	"causeway/internal/cli/connection"
	"causeway/internal/cli/deletion"
	"causeway/internal/cli/finance"
	"causeway/internal/cli/maps"
	"causeway/internal/cli/operate"
	"causeway/internal/cli/records"
	"causeway/internal/cli/runs"
)

type cli struct {
	app.Config
	Output string `help:"Print results as text or json." enum:"text,json" default:"text" short:"o"`
	WebUI  string `name:"web-ui" help:"Where Temporal's Web UI is. Default: that of a worker/dev on this machine, unless TEMPORAL_ADDRESS is set." env:"CAUSEWAY_WEB_UI" placeholder:"URL"`
	Who    string `help:"Your login id, for the history." env:"CAUSEWAY_WHO" placeholder:"ID"`

	Connect   connection.Connect           `cmd:"" help:"Connect a CRM organisation with a billing organisation, and begin the first sync."`
	Configure configure.Command            `cmd:"" help:"Show the preferences of a connection, or edit them."`
	Map       maps.Command                 `cmd:"" help:"Show, edit and try the field maps: starter map accounts|contacts|persons|items list|set|remove|try|fields|apply."`
	Sync      runs.Sync                    `cmd:"" help:"Start a sync now, or join the one that runs."`
	Resync    records.Resync               `cmd:"" help:"Read one record afresh, with what hangs on it, and bring it across."`
	Search    records.Search               `cmd:"" help:"Look for records in the CRM, in billing, or in both, live."`
	Import    records.Import               `cmd:"" help:"Bring one record across at once, whether a view holds it or not."`
	Customers records.Customers            `cmd:"" help:"List the customers that are linked, and on which side each existed first."`
	Conflicts records.Conflicts            `cmd:"" help:"List the records on which both sides disagree, and decide."`
	Pause     connection.Pause             `cmd:"" help:"Stop a connection where it stands."`
	Resume    connection.Resume            `cmd:"" help:"Take a paused connection up again where it stands."`
	Disable   connection.Disable           `cmd:"" help:"Stop all work of a connection for a time; links, preferences and history stay."`
	Enable    connection.Enable            `cmd:"" help:"Take a disabled connection up again, and fetch the CRM's data again."`
	Reauth    connection.Reauthorize       `cmd:"" name:"reauthorize" help:"Give a side another credential."`
	Delete    deletion.Delete              `cmd:"" help:"End a disabled connection for good: plan, show, choose, carry out. It cannot be undone."`
	Export    deletion.Export              `cmd:"" name:"export-deletion" help:"Write what a deletion planned, and what became of each record: also once the connection is gone."`
	Notices   administration.Notifications `cmd:"" name:"notifications" help:"List what Causeway has told, mark it as read, and say which webhook it is delivered to."`
	Apps      administration.Apps          `cmd:"" help:"List, add and remove other finance applications of a billing organisation, which a deletion disconnects."`
	Quotes    finance.Quotes               `cmd:"" help:"Quotes: save, e-mail, mark, convert, comment, attach, print, show, list."`
	Invoices  finance.Invoices             `cmd:"" help:"Invoices: save, e-mail, mark, void, pay, comment, attach, print, show, list."`
	Rights    finance.Permissions          `cmd:"" name:"permissions" help:"List and set what each CRM profile may do with quotes and invoices."`
	Figures   finance.Figures              `cmd:"" help:"Show the sales and receivables of an account or contact, or keep them in fields of the CRM."`
	Timeline  finance.Timeline             `cmd:"" help:"Show what happened around a quote, an invoice, an account or a contact, on both sides."`
	Serve     operate.Serve                `cmd:"" help:"Serve the gateway: the REST API by which applications push transactions."`
	Tokens    administration.Tokens        `cmd:"" help:"List, make and revoke the tokens with which applications call the gateway."`
	Status    connection.Status            `cmd:"" help:"Say where a connection stands."`
	History   runs.History                 `cmd:"" help:"List runs, show one, or list the records that are in sync, excluded, or failing."`
	Retry     runs.Retry                   `cmd:"" help:"Try the failed records of a run again: all, by reason, or one."`
	Explain   records.Explain              `cmd:"" help:"Show every operation that ever touched a record, with before and after, run and rule."`
	Verify    records.Verify               `cmd:"" help:"Read both live sides afresh and list what does not agree. Needs no Temporal."`
}
