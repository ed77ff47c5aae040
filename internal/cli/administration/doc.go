// Package administration holds the commands about what surrounds connections: notifications, webhooks, other finance
// applications and API tokens. It must never show a secret that is stored.
//
// connection.go: the connection that a command is about, if any
// notifications.go: lists notifications and marks them as read
// webhook.go: where notifications are delivered
// apps.go: other finance applications of a billing organisation
// tokens.go: the tokens by which applications call the gateway
package administration
