package zoho

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

var _ crm.Workspace = (*Client)(nil)

// CheckWorkspaceScopes implements crm.Workspace.
func (c *Client) CheckWorkspaceScopes(ctx context.Context) error {
	return c.api.RequireScopes(ctx, scopeProfiles, scopeUsers, scopeNotes, scopeEvents, scopeCalls)
}

// Profiles implements crm.Workspace: GET /settings/profiles [A].
func (c *Client) Profiles(ctx context.Context) ([]record.Profile, error) {
	var out []record.Profile
	_, err := c.api.Do(ctx, c.metadata("/settings/profiles", nil, "list profiles", scopeProfiles, func(r zohoapi.Reply) error {
		rows, err := r.List("profiles")
		out = out[:0]
		for _, row := range rows {
			id, idErr := zohoapi.ID(row, "id")
			name := text(row, "display_label")
			if name == "" {
				name = text(row, "name")
			}
			out = append(out, record.Profile{ID: id, Name: name})
			err = errors.Join(err, idErr)
		}
		return err
	}))
	return out, err
}

// Members implements crm.Workspace: GET /users [A], each page.
func (c *Client) Members(ctx context.Context) ([]crm.Member, error) {
	var out []crm.Member
	for page := 1; ; page++ {
		var users []crm.Member
		more := false
		query := url.Values{"type": {"AllUsers"}, "page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(pageSize)}}
		_, err := c.api.Do(ctx, c.metadata("/users", query, "list users", scopeUsers, func(r zohoapi.Reply) error {
			rows, err := r.List("users")
			users = users[:0]
			for _, row := range rows {
				id, idErr := zohoapi.ID(row, "id")
				profile, _ := row["profile"].(map[string]any)
				users = append(users, crm.Member{ProfileID: text(profile, "id"), User: record.User{ID: id, Name: text(row, "full_name"),
					Email: text(row, "email"), Active: text(row, "status") == "active"}})
				err = errors.Join(err, idErr)
			}
			info, _ := r.Body["info"].(map[string]any)
			more, _ = info["more_records"].(bool)
			return err
		}))
		if err != nil {
			return nil, err
		}
		out = append(out, users...)
		if !more || len(users) == 0 {
			return out, nil
		}
	}
}

// relatedKind is a kind of activity and the related list that shows it.
type relatedKind struct {
	kind, list, scope string
	title, text, at   string // names of fields
}

var relatedKinds = []relatedKind{
	{crm.ActivityNote, "Notes", scopeNotes, "Note_Title", "Note_Content", "Created_Time"},
	{crm.ActivityEvent, "Events", scopeEvents, "Event_Title", "Description", "Start_DateTime"},
	{crm.ActivityCall, "Calls", scopeCalls, "Subject", "Description", "Call_Start_Time"},
}

// Activities implements crm.Workspace: GET /{module}/{id}/{related list} [A], every page of each kind. If the
// edition lacks a kind, there are none of it.
func (c *Client) Activities(ctx context.Context, module record.Module, id string, since time.Time) ([]crm.Activity, error) {
	var out []crm.Activity
	for _, k := range relatedKinds {
		found, err := c.related(ctx, k, module, id)
		var e *record.Error
		if errors.As(err, &e) && slices.Contains(noSuchList, e.Code) && e.RecordID == id && e.Kind == record.Invalid {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, a := range found {
			if !a.Modified.Before(since) {
				out = append(out, a)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b crm.Activity) int { return a.At.Compare(b.At) })
	return out, nil
}

// noSuchList are the codes for a module or related list that the edition lacks.
var noSuchList = []string{"INVALID_MODULE", "INVALID_DATA", "NOT_SUPPORTED"}

func (c *Client) related(ctx context.Context, k relatedKind, module record.Module, id string) ([]crm.Activity, error) {
	var out []crm.Activity
	fields := slices.Compact([]string{k.title, k.text, "Owner", "Created_Time", "Modified_Time", k.at})
	for page := 1; ; page++ {
		var rows []map[string]any
		more := false
		_, err := c.api.Do(ctx, zohoapi.Call{
			Method: http.MethodGet, Path: base + "/" + url.PathEscape(string(module)) + "/" + url.PathEscape(id) + "/" + k.list,
			Query: url.Values{"fields": {strings.Join(fields, ",")}, "page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(pageSize)}},
			Class: budget.Read, Op: "list " + strings.ToLower(k.list) + " of " + string(module), RecordID: id, Scopes: []string{k.scope},
			Read: func(r zohoapi.Reply) (err error) {
				if rows, more = nil, false; r.Empty() {
					return nil
				}
				rows, err = r.List("data")
				info, _ := r.Body["info"].(map[string]any)
				more, _ = info["more_records"].(bool)
				return err
			},
		})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			a, err := k.activity(row)
			if err != nil {
				return nil, err
			}
			out = append(out, a)
		}
		if !more || len(rows) == 0 {
			return out, nil
		}
	}
}

func (k relatedKind) activity(row map[string]any) (crm.Activity, error) {
	owner, _ := row["Owner"].(map[string]any)
	out := crm.Activity{Kind: k.kind, Title: text(row, k.title), Text: text(row, k.text), Author: text(owner, "name")}
	var err, atErr, modifiedErr error
	out.ID, err = zohoapi.ID(row, "id")
	out.At, atErr = time.Parse(time.RFC3339, text(row, k.at))
	out.Modified, modifiedErr = time.Parse(time.RFC3339, text(row, "Modified_Time"))
	return out, errors.Join(err, atErr, modifiedErr)
}
