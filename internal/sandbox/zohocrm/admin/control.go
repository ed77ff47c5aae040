package admin

import (
	"context"
	"fmt"
	"net/http"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// Control serves the actions under /sandbox/v1/crm/. It needs no token, and exists in the sandbox only.
func (a *Actions) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sandbox/v1/crm/merge", platform.Admin(func(ctx context.Context, in struct {
		Module, Loser, Survivor string
	}) (any, error) {
		loser, err := controlID("loser", in.Loser)
		if err != nil {
			return nil, err
		}
		survivor, err := controlID("survivor", in.Survivor)
		if err != nil {
			return nil, err
		}
		return struct{}{}, a.Merge(ctx, in.Module, loser, survivor)
	}))
	mux.HandleFunc("POST /sandbox/v1/crm/restore", platform.Admin(func(ctx context.Context, in struct{ Module, ID string }) (any, error) {
		id, err := controlID("id", in.ID)
		if err != nil {
			return nil, err
		}
		return struct{}{}, a.Restore(ctx, in.Module, id)
	}))
	mux.HandleFunc("POST /sandbox/v1/crm/purge", platform.Admin(func(ctx context.Context, _ struct{}) (any, error) {
		return struct{}{}, a.Purge(ctx)
	}))
	mux.HandleFunc("POST /sandbox/v1/crm/fields", platform.Admin(func(ctx context.Context, in custom.Field) (any, error) {
		return struct{}{}, a.SetField(ctx, in)
	}))
	mux.HandleFunc("DELETE /sandbox/v1/crm/fields/{module}/{name}", func(w http.ResponseWriter, r *http.Request) {
		platform.AnswerAdmin(w, struct{}{}, a.DropField(r.Context(), r.PathValue("module"), r.PathValue("name")))
	})
	mux.HandleFunc("POST /sandbox/v1/crm/views", platform.Admin(func(ctx context.Context, in struct {
		Module string
		custom.View
	}) (any, error) {
		id, err := a.defs.AddView(ctx, in.Module, in.View)
		return map[string]string{"id": id}, err
	}))
	mux.HandleFunc("DELETE /sandbox/v1/crm/views/{id}", func(w http.ResponseWriter, r *http.Request) {
		platform.AnswerAdmin(w, struct{}{}, a.defs.DropView(r.Context(), r.PathValue("id")))
	})
	return mux
}

func controlID(name, s string) (int64, error) {
	id, ok := metadata.ParseID(s)
	if !ok {
		return 0, fmt.Errorf("%q must be the id of a record, as a string of digits", name)
	}
	return id, nil
}
