package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"causeway/internal/store/administration"
	"causeway/internal/webhook"
)

type webhookCmd struct {
	Set    webhookSetCmd    `cmd:"" help:"Deliver notifications to an address, each signed with a secret."`
	Show   webhookShowCmd   `cmd:"" default:"1" help:"List the webhooks (default). Secrets are not shown."`
	Remove webhookRemoveCmd `cmd:"" help:"Deliver notifications there no more."`
}

type webhookSetCmd struct {
	URL        string `arg:"" name:"url" help:"The address, http or https, that notifications are sent to by POST."`
	SecretFile string `placeholder:"FILE" help:"Read the secret that signs them from this file; - is standard input. Default: from CAUSEWAY_WEBHOOK_SECRET."`
	ofConnection
}

// hook is one webhook as it is printed.
type hook struct {
	// Connection is empty for the webhook of all connections that have none of their own.
	Connection string    `json:"connection"`
	URL        string    `json:"url"`
	By         string    `json:"by"`
	Since      time.Time `json:"since"`
}

func newHook(w administration.Webhook) hook {
	return hook{Connection: w.Connection, URL: w.URL, By: w.Who, Since: w.SetAt.UTC()}
}

func (h hook) of() string {
	if h.Connection == "" {
		return "all connections"
	}
	return h.Connection
}

// Run stores the address and the secret, once the address is one that may be told.
func (c *webhookSetCmd) Run(ctx context.Context, p *program) error {
	secret, err := p.sharedSecret(c.SecretFile, "CAUSEWAY_WEBHOOK_SECRET")
	if err != nil {
		return err
	}
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	if c.Connection != "" {
		if _, err := known(ctx, st, c.Connection); err != nil {
			return err
		}
	}
	if err := p.config.Webhooks().Check(ctx, c.URL); err != nil {
		return err
	}
	w := administration.Webhook{Connection: c.Connection, URL: c.URL, Who: p.who, SetAt: p.now()}
	if err := st.Notices.PutWebhook(ctx, w, secret); err != nil {
		return err
	}
	if p.json {
		return p.printJSON(newHook(w))
	}
	p.printf("notifications of %s are delivered to %s\n", newHook(w).of(), sentence(c.URL))
	return nil
}

// sharedSecret reads a secret from a file, standard input, or the environment. It is never an argument, which other
// users of the machine could read, and which stays in the shell's history.
func (p *program) sharedSecret(file, variable string) (string, error) {
	secret := p.getenv(variable)
	if file != "" {
		data, _, err := p.readCredentials(file)
		if err != nil {
			return "", err
		}
		secret = string(data)
	} else if secret == "" {
		return "", fmt.Errorf("no secret to sign with: set %s, or name a file with --secret-file (- is standard input); make one with `openssl rand -hex 32`", variable)
	}
	secret = strings.TrimSpace(secret)
	return secret, webhook.CheckSecret(secret)
}

type webhookShowCmd struct{}

// Run lists the webhooks.
func (*webhookShowCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	list, err := st.Notices.Webhooks(ctx)
	if err != nil {
		return err
	}
	out := make([]hook, len(list))
	for i, w := range list {
		out[i] = newHook(w)
	}
	if p.json {
		return p.printJSON(map[string][]hook{"webhooks": out})
	}
	if len(out) == 0 {
		p.printf("notifications are delivered nowhere: `starter notifications webhook set URL`\n")
		return nil
	}
	t := p.table("of", "delivered to", "since", "by")
	for _, h := range out {
		t.AppendRow([]any{h.of(), sentence(h.URL), h.Since.Local().Format(time.DateTime), clean(h.By)})
	}
	t.Render()
	return nil
}

type webhookRemoveCmd struct{ ofConnection }

// Run removes a webhook. That there was none is no failure.
func (c *webhookRemoveCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	removed, err := st.Notices.RemoveWebhook(ctx, c.Connection)
	if err == nil && !removed && c.Connection != "" {
		_, err = known(ctx, st, c.Connection) // a mistyped one must not look like one without a webhook
	}
	if err != nil {
		return err
	}
	if p.json {
		return p.printJSON(map[string]any{"connection": c.Connection, "removed": removed})
	}
	if !removed {
		p.printf("%s had no webhook of its own\n", hook{Connection: c.Connection}.of())
		return nil
	}
	p.printf("the webhook of %s is removed\n", hook{Connection: c.Connection}.of())
	return nil
}
