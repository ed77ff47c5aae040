package report

import (
	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// Status is what status prints.
type Status struct {
	Connection string             `json:"connection"`
	State      string             `json:"state"`
	Degraded   *contract.Degraded `json:"degraded"`
	// Paused, Disabled and Deletion say who stopped the connection, why, and how far that has come; Suspended is the
	// run that goes on with a paused connection. Only the workflow knows these.
	Paused    *contract.Paused   `json:"paused"`
	Suspended *contract.RunRef   `json:"suspended"`
	Yielded   *contract.RunRef   `json:"yielded"`
	Disabled  *contract.Disabled `json:"disabled"`
	Deletion  *contract.Deletion `json:"deletion"`
	// Note says what became of the last message that changed nothing.
	Note string `json:"note"`
	// Run is the newest one, Progress how far it has come while it goes on.
	Run      *contract.Run `json:"run"`
	Progress *app.Progress `json:"progress"`
	// Budget is the daily allowance of each side, where it is known, and whether it lets the run end.
	Budget map[record.Side]app.Allowance `json:"budget"`
	// Drift are the mapped fields that are no longer what they were: as the newest run found, or as is now.
	Drift []record.Drift `json:"drift"`
	// Capabilities are null where the sides were not asked.
	Capabilities *app.Capabilities `json:"capabilities"`
	// WebUI is where Temporal shows the newest run; empty where that is not known.
	WebUI string `json:"web_ui"`
}
