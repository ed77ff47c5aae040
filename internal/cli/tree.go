package cli

import (
	"causeway/internal/app"
	"causeway/internal/cli/administration"
	"causeway/internal/cli/configure"
	"causeway/internal/cli/connection"
	"causeway/internal/cli/deletion"
	"causeway/internal/cli/docs"
	"causeway/internal/cli/finance"
	"causeway/internal/cli/maps"
	"causeway/internal/cli/operate"
	"causeway/internal/cli/records"
	"causeway/internal/cli/runs"
)

// everyCommand are the flags that all commands have.
type everyCommand struct {
	app.Config
	Output string `help:"Print results as text or json." enum:"text,json" default:"text" short:"o"`
	Wide   bool   `help:"Print tables in full, also where they are wider than the terminal."`
	WebUI  string `name:"web-ui" help:"Where Temporal's Web UI is. Default: that of a worker/dev on this machine, unless TEMPORAL_ADDRESS is set." env:"CAUSEWAY_WEB_UI" placeholder:"URL"`
	Who    string `help:"Your login id, for the history. Default: your user on this machine." env:"CAUSEWAY_WHO" placeholder:"ID"`
}

// tree holds the commands. Within a group they stand in the order in which the overview lists them.
type tree struct {
	everyCommand `group:"every"`

	Overview overview `cmd:"" default:"1" hidden:""`

	Connect    connection.Connect `cmd:"" group:"start" help:"Connect a CRM organisation with a billing organisation, and start the first sync."`
	Status     connection.Status  `cmd:"" group:"start" help:"Show where a connection stands."`
	Doctor     operate.Doctor     `cmd:"" group:"start" help:"Check everything that Causeway needs, and say what to do about what is wrong."`
	Docs       docs.Cmd           `cmd:"" group:"start" help:"Read the documentation: all pages, or one topic."`
	Help       helpOf             `cmd:"" group:"start" help:"Show the help of a command."`
	Completion completion         `cmd:"" group:"start" help:"Print what completes commands in your shell: bash, zsh or fish."`
	Version    operate.Version    `cmd:"" group:"start" help:"Show the version of this program."`

	Configure configure.Command      `cmd:"" group:"connections" help:"Show the preferences of a connection, or edit them."`
	Sync      runs.Sync              `cmd:"" group:"connections" help:"Start a sync now, or join the one that is running."`
	Pause     connection.Pause       `cmd:"" group:"connections" help:"Pause a connection. It keeps its place."`
	Resume    connection.Resume      `cmd:"" group:"connections" help:"Resume a paused connection at its place."`
	Disable   connection.Disable     `cmd:"" group:"connections" help:"Stop all work of a connection. Links, preferences and history stay."`
	Enable    connection.Enable      `cmd:"" group:"connections" help:"Start a disabled connection again, and fetch the CRM's data again."`
	Reauth    connection.Reauthorize `cmd:"" group:"connections" name:"reauthorize" help:"Replace the credential of a side."`

	History   runs.History      `cmd:"" group:"records" help:"List runs, show one, or list the records that are in sync, excluded or failing."`
	Retry     runs.Retry        `cmd:"" group:"records" help:"Retry the failed records of a run: all of them, those of one reason, or one."`
	Resync    records.Resync    `cmd:"" group:"records" help:"Read one record again, with what belongs to it, and sync it now."`
	Search    records.Search    `cmd:"" group:"records" help:"Search the CRM, billing or both, live."`
	Import    records.Import    `cmd:"" group:"records" help:"Sync one record now, even if no view holds it."`
	Customers records.Customers `cmd:"" group:"records" help:"List the linked customers, and the side on which each existed first."`
	Conflicts records.Conflicts `cmd:"" group:"records" help:"List the records on which both sides disagree, and decide."`
	Explain   records.Explain   `cmd:"" group:"records" help:"Show everything that Causeway did to a record, and why."`
	Verify    records.Verify    `cmd:"" group:"records" help:"Compare both sides, live, and list what differs. Needs no Temporal."`

	Map maps.Command `cmd:"" group:"maps" help:"Show, edit and try the maps of accounts, contacts, persons or items."`

	Quotes   finance.Quotes      `cmd:"" group:"finance" help:"Save, e-mail, mark, convert, comment, attach, print, show and list quotes."`
	Invoices finance.Invoices    `cmd:"" group:"finance" help:"Save, e-mail, mark, void, pay, comment, attach, print, show and list invoices."`
	Rights   finance.Permissions `cmd:"" group:"finance" name:"permissions" help:"List and set what each CRM profile may do with quotes and invoices."`
	Figures  finance.Figures     `cmd:"" group:"finance" help:"Show sales and receivables of an account or contact, or keep them in CRM fields."`
	Timeline finance.Timeline    `cmd:"" group:"finance" help:"Show what happened around a quote, an invoice, an account or a contact."`

	Delete deletion.Delete `cmd:"" group:"deletion" help:"End a disabled connection for good. It cannot be undone."`
	Export deletion.Export `cmd:"" group:"deletion" name:"export-deletion" help:"Export what a deletion planned, and what became of each record."`

	Serve   operate.Serve                `cmd:"" group:"administration" help:"Serve the gateway: the REST API by which applications push transactions."`
	Tokens  administration.Tokens        `cmd:"" group:"administration" help:"List, make and revoke the tokens by which applications call the gateway."`
	Notices administration.Notifications `cmd:"" group:"administration" name:"notifications" help:"List notifications, mark them as read, and choose where they are delivered."`
	Apps    administration.Apps          `cmd:"" group:"administration" help:"List, add and remove finance applications that a deletion disconnects."`
}
