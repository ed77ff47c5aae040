package administration

import (
	"context"
	"fmt"
	"strings"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/gateway"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store/administration"

	"github.com/google/uuid"
)

// Tokens lists, makes and revokes API tokens.
type Tokens struct {
	List   tokensListCmd   `cmd:"" default:"withargs" help:"List the tokens (default)."`
	Create tokensCreateCmd `cmd:"" help:"Make a token for an application. It is shown once and not stored."`
	Revoke tokensRevokeCmd `cmd:"" help:"End a token at once."`
}

type tokensListCmd struct{}

// Run lists the tokens, the revoked ones too.
func (c *tokensListCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	all, err := st.Tokens.List(ctx)
	if err != nil {
		return err
	}
	if p.JSON {
		return p.PrintJSON(report.Tokens{Tokens: all})
	}
	if len(all) == 0 {
		p.Printf("no application has a token\n")
		return nil
	}
	t := p.Table("id", "name", "connection", "CRM users", "made", "by", "last used", "revoked")
	for _, a := range all {
		t.AppendRow([]any{a.ID, screen.Clean(a.Name), anyOf(a.Connection), anyOf(strings.Join(a.Users, ", ")), a.CreatedAt.Local().Format(time.DateTime),
			screen.Clean(a.Who), screen.LocalTime(a.UsedAt), screen.LocalTime(a.RevokedAt)})
	}
	t.Render()
	return nil
}

func anyOf(s string) string {
	if s == "" {
		return "any"
	}
	return screen.Clean(s)
}

type tokensCreateCmd struct {
	Name       string   `arg:"" help:"What it is for: the application's name."`
	Connection string   `placeholder:"ID" help:"For this connection alone."`
	User       []string `placeholder:"ID" help:"A CRM user, by id, whom the application may act for; repeatable. Default: any user that the application names."`
}

// Run makes a token.
func (c *tokensCreateCmd) Run(ctx context.Context, p *session.Session) error {
	if strings.TrimSpace(c.Name) == "" {
		return fmt.Errorf("give the token a name, that of its application")
	}
	st, closeStore, err := p.Open(ctx)
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
	made := administration.APIToken{ID: uuid.NewString(), Name: c.Name, Connection: c.Connection, Users: c.User, Who: p.Who, CreatedAt: p.Now()}
	if err := st.Tokens.Put(ctx, made, hash); err != nil {
		return err
	}
	if p.JSON {
		return p.PrintJSON(report.TokenMade{ID: made.ID, Name: made.Name, Token: token})
	}
	p.Note("This token is shown once. Keep it secret. `starter tokens revoke %s` ends it.", made.ID)
	p.Printf("%s\n", token)
	return nil
}

type tokensRevokeCmd struct {
	Token string `arg:"" help:"The token's id; or a name, which ends all tokens of that name."`
}

// Run ends tokens.
func (c *tokensRevokeCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	n, err := st.Tokens.Revoke(ctx, c.Token, p.Now())
	if err != nil {
		return err
	}
	if n == 0 {
		return &record.Error{Kind: record.NotFound, Op: "revoke token", Code: "TOKEN", RecordID: c.Token, Message: "no token has this id or name, or it was revoked before",
			Remedy: "`starter tokens` lists them"}
	}
	if p.JSON {
		return p.PrintJSON(report.TokensRevoked{Revoked: n})
	}
	p.Printf("%d revoked\n", n)
	return nil
}
