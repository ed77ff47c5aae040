package doctor

import (
	"context"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/record"
)

// connections checks both sides of each connection.
func (e *examination) connections(ctx context.Context) {
	var all []record.Connection
	e.check(ctx, "connections", e.Connection, "`starter connect ID` makes one", func(ctx context.Context) (string, error) {
		if e.Connection != "" {
			conn, err := e.store.Connections.Get(ctx, e.Connection)
			all = []record.Connection{conn}
			if err != nil {
				all = nil
			}
			return "in the store, " + string(conn.State), err
		}
		var err error
		all, err = e.store.Connections.List(ctx)
		return fmt.Sprintf("%d in the store", len(all)), err
	})
	sides := app.NewSides(e.store)
	for _, conn := range all {
		for _, side := range []record.Side{record.CRM, record.Billing} {
			e.side(ctx, sides, conn, side)
		}
	}
}

// side checks one side of a connection.
func (e *examination) side(ctx context.Context, sides *app.Sides, conn record.Connection, side record.Side) {
	name := map[record.Side]string{record.CRM: "CRM", record.Billing: "billing"}[side]
	again := fmt.Sprintf("`starter reauthorize %s --side %s` replaces the credential", conn.ID, side)
	var cred record.Credential
	if !e.check(ctx, name+": reachable", conn.ID, again, func(ctx context.Context) (string, error) {
		var err error
		if cred, err = e.store.Connections.Credential(ctx, conn.ID, side); err != nil {
			return "", err
		}
		return "it answers, and shows the organisation", sides.CheckCredential(ctx, conn, side, cred)
	}) {
		return
	}
	e.check(ctx, name+": clock", conn.ID, "set the clock of this machine by NTP", func(ctx context.Context) (string, error) {
		return e.clock(ctx, cred.AccountsURL)
	})
	prefs, err := e.store.Connections.Preferences(ctx, conn.ID, 0)
	if err != nil {
		e.check(ctx, "preferences", conn.ID, "connect it again", func(context.Context) (string, error) { return "", err })
		return
	}
	if !e.check(ctx, name+": scopes", conn.ID, again, func(ctx context.Context) (string, error) {
		return "they suffice", sides.CheckScopes(ctx, conn, side, prefs)
	}) {
		return
	}
	e.check(ctx, name+": marker fields", conn.ID, "add the field to the module, unique, and run `starter doctor` again", func(ctx context.Context) (string, error) {
		return "present and unique where they are needed", sides.CheckMarkers(ctx, conn, side, prefs)
	})
}
