package platform

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Control serves /sandbox/v1, with which other processes count calls, change settings and cause faults. It needs no token,
// and exists in the sandbox only.
func (g *Gate) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sandbox/v1/calls", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, g.Calls.Snapshot())
	})
	mux.HandleFunc("POST /sandbox/v1/calls/reset", func(w http.ResponseWriter, _ *http.Request) {
		g.Calls.Reset()
		WriteJSON(w, http.StatusOK, struct{}{})
	})
	mux.HandleFunc("GET /sandbox/v1/settings", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, g.Settings.All())
	})
	mux.HandleFunc("PATCH /sandbox/v1/settings", patch(g.Settings.Apply, g.Settings.All))
	mux.HandleFunc("GET /sandbox/v1/faults", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, g.Faults.All())
	})
	mux.HandleFunc("PATCH /sandbox/v1/faults", patch(g.Faults.Apply, g.Faults.All))
	mux.HandleFunc("POST /sandbox/v1/tokens/expire", func(w http.ResponseWriter, r *http.Request) {
		answer(w, g.Accounts.ExpireAccessTokens(r.Context()), struct{}{})
	})
	mux.HandleFunc("POST /sandbox/v1/tokens/revoke", func(w http.ResponseWriter, r *http.Request) {
		answer(w, g.Accounts.RevokeAll(r.Context()), struct{}{})
	})
	mux.HandleFunc("POST /sandbox/v1/credentials", g.mint)
	return mux
}

// mint answers POST /sandbox/v1/credentials with a refresh token that has the requested scopes.
func (g *Gate) mint(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Scopes []string `json:"scopes"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		refuse(w, fmt.Errorf("read credentials request: %w", err))
		return
	}
	if !knownScopes(in.Scopes) {
		refuse(w, errors.New(`"scopes" must name at least one scope, like ZohoCRM.modules.READ or ZohoSubscriptions.items.READ`))
		return
	}
	token, err := g.Accounts.Mint(r.Context(), in.Scopes)
	c := g.Accounts.Credentials()
	answer(w, err, map[string]string{"client_id": c.ClientID, "client_secret": c.ClientSecret, "refresh_token": token})
}

func patch(apply func(map[string]string) error, all func() map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in map[string]any
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			refuse(w, fmt.Errorf("read changes: %w", err))
			return
		}
		changes := make(map[string]string, len(in))
		for name, value := range in {
			changes[name] = fmt.Sprint(value) // numbers and booleans are not strings in JSON
		}
		if err := apply(changes); err != nil {
			refuse(w, err)
			return
		}
		WriteJSON(w, http.StatusOK, all())
	}
}

func answer(w http.ResponseWriter, err error, v any) {
	if err != nil {
		WriteJSON(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	WriteJSON(w, http.StatusOK, v)
}

func refuse(w http.ResponseWriter, err error) {
	WriteJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
}
