package administration

import (
	"context"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/secrets"
	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/internal/store/administration"
)

type webhookCmd struct {
	Set    webhookSetCmd    `cmd:"" help:"Deliver notifications to an address, each signed with a secret."`
	Show   webhookShowCmd   `cmd:"" default:"1" help:"List the webhooks (default). Secrets are not shown."`
	Remove webhookRemoveCmd `cmd:"" help:"Stop delivering notifications there."`
}

type webhookSetCmd struct {
	URL        string `arg:"" name:"url" help:"The address, http or https. Notifications are sent there by POST."`
	SecretFile string `placeholder:"FILE" help:"Read the signing secret from this file; - is standard input. Default: CAUSEWAY_WEBHOOK_SECRET."`
	ofConnection
}

// Run stores the address and the secret, once the address is one that may be told.
func (c *webhookSetCmd) Run(ctx context.Context, p *session.Session) error {
	secret, err := secrets.SharedSecret(p, c.SecretFile, "CAUSEWAY_WEBHOOK_SECRET")
	if err != nil {
		return err
	}
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	if c.Connection != "" {
		if _, err := session.Known(ctx, st, c.Connection); err != nil {
			return err
		}
	}
	if err := p.Config.Webhooks().Check(ctx, c.URL); err != nil {
		return err
	}
	w := administration.Webhook{Connection: c.Connection, URL: c.URL, Who: p.Who, SetAt: p.Now()}
	if err := st.Notices.PutWebhook(ctx, w, secret); err != nil {
		return err
	}
	if p.JSON {
		return p.PrintJSON(report.NewWebhook(w))
	}
	p.Printf("notifications of %s are delivered to %s\n", report.NewWebhook(w).Of(), screen.Sentence(c.URL))
	return nil
}

type webhookShowCmd struct{}

// Run lists the webhooks.
func (*webhookShowCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	list, err := st.Notices.Webhooks(ctx)
	if err != nil {
		return err
	}
	out := report.NewWebhooks(list)
	if p.JSON {
		return p.PrintJSON(out)
	}
	if len(out.Webhooks) == 0 {
		p.Printf("notifications are not delivered anywhere: set an address with `starter notifications webhook set URL`\n")
		return nil
	}
	t := p.Table("of", "delivered to", "since", "by")
	for _, h := range out.Webhooks {
		t.AppendRow([]any{h.Of(), screen.Sentence(h.URL), h.Since.Local().Format(time.DateTime), screen.Clean(h.By)})
	}
	t.Render()
	return nil
}

type webhookRemoveCmd struct{ ofConnection }

// Run removes a webhook. That there was none is no failure.
func (c *webhookRemoveCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	removed, err := st.Notices.RemoveWebhook(ctx, c.Connection)
	if err == nil && !removed && c.Connection != "" {
		_, err = session.Known(ctx, st, c.Connection) // a mistyped one must not look like one without a webhook
	}
	if err != nil {
		return err
	}
	if p.JSON {
		return p.PrintJSON(report.WebhookRemoved{Connection: c.Connection, Removed: removed})
	}
	if !removed {
		p.Printf("%s had no webhook of its own\n", report.Webhook{Connection: c.Connection}.Of())
		return nil
	}
	p.Printf("the webhook of %s is removed\n", report.Webhook{Connection: c.Connection}.Of())
	return nil
}
