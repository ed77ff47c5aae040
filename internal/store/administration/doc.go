// Package administration keeps what people who run an installation set up: API tokens, finance applications,
// notifications, webhooks, and what profiles may do. It must never store a secret in clear.
//
//   - tokens.go: tokens of applications that call the gateway
//   - apps.go: other finance applications of a billing organisation
//   - notices.go: notifications and the webhooks for them
//   - webhooks.go: where notices are sent
//   - permissions.go: users and profiles of the CRM, and what each profile may do
package administration
