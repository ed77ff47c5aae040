package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"causeway/internal/gateway"
	"causeway/internal/record"
	"causeway/internal/store/administration"

	"github.com/google/uuid"
)

type tokensCmd struct {
	List   tokensListCmd   `cmd:"" default:"withargs" help:"List the tokens (default)."`
	Create tokensCreateCmd `cmd:"" help:"Make a token for an application. It is shown once, and kept nowhere."`
	Revoke tokensRevokeCmd `cmd:"" help:"End a token at once."`
}

type tokensListCmd struct{}

// Run lists the tokens, the revoked ones too.
func (c *tokensListCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	all, err := st.Tokens.List(ctx)
	if err != nil {
		return err
	}
	if p.json {
		return p.printJSON(map[string][]administration.APIToken{"tokens": all})
	}
	if len(all) == 0 {
		p.printf("no application has a token\n")
		return nil
	}
	t := p.table("id", "name", "connection", "CRM users", "made", "by", "last used", "revoked")
	for _, a := range all {
		t.AppendRow([]any{a.ID, clean(a.Name), anyOf(a.Connection), anyOf(strings.Join(a.Users, ", ")), a.CreatedAt.Local().Format(time.DateTime),
			clean(a.Who), localTime(a.UsedAt), localTime(a.RevokedAt)})
	}
	t.Render()
	return nil
}

func anyOf(s string) string {
	if s == "" {
		return "any"
	}
	return clean(s)
}

func localTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateTime)
}

type tokensCreateCmd struct {
	Name       string   `arg:"" help:"What it is for: the application's name."`
	Connection string   `placeholder:"ID" help:"For this connection alone."`
	User       []string `placeholder:"ID" help:"A CRM user, by id, on whose behalf it may ask; repeatable. Any where it is left out: the application is trusted for whom it names."`
}

// Run makes a token.
func (c *tokensCreateCmd) Run(ctx context.Context, p *program) error {
	if strings.TrimSpace(c.Name) == "" {
		return fmt.Errorf("give the token a name, that of its application")
	}
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	if c.Connection != "" {
		if _, err := st.Connections.Get(ctx, c.Connection); err != nil {
			return err
		}
	}
	token, hash := gateway.NewToken()
	made := administration.APIToken{ID: uuid.NewString(), Name: c.Name, Connection: c.Connection, Users: c.User, Who: p.who, CreatedAt: p.now()}
	if err := st.Tokens.Put(ctx, made, hash); err != nil {
		return err
	}
	if p.json {
		return p.printJSON(map[string]string{"id": made.ID, "name": made.Name, "token": token})
	}
	p.note("This is shown once. Whoever has it may ask for what it allows; `starter tokens revoke %s` ends it.", made.ID)
	p.printf("%s\n", token)
	return nil
}

type tokensRevokeCmd struct {
	Token string `arg:"" help:"Its id, or its name: all of that name."`
}

// Run ends tokens.
func (c *tokensRevokeCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	n, err := st.Tokens.Revoke(ctx, c.Token, p.now())
	if err != nil {
		return err
	}
	if n == 0 {
		return &record.Error{Kind: record.NotFound, Op: "revoke token", Code: "TOKEN", RecordID: c.Token, Message: "no token has this id or name, or it was revoked before",
			Remedy: "`starter tokens` lists them"}
	}
	if p.json {
		return p.printJSON(map[string]int{"revoked": n})
	}
	p.printf("%d revoked\n", n)
	return nil
}
