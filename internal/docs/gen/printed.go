package main

import (
	"causeway/internal/cli/docs"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/verify"
)

// printed is what each command prints with --output json. A test checks that no type of internal/report is missing.
var printed = []shape{
	{"connect", report.Connected{}},
	{"configure, map set, map remove, figures map, figures unmap", report.Configured{}},
	{"map list", report.FieldMaps{}},
	{"map try", report.Tried{}},
	{"map fields", report.FieldLists{}},
	{"sync, retry, resync, import, conflicts resolve, map apply", report.Started{}},
	{"a run: sync --wait, retry --wait and so on, worker/dev", report.Run{}},
	{"status", report.Status{}},
	{"doctor", report.Checkup{}},
	{"version", report.Version{}},
	{"pause, resume", report.Controlled{}},
	{"disable", report.Disabling{}},
	{"enable", report.Enabled{}},
	{"reauthorize", report.Reauthorized{}},
	{"history", report.Runs{}},
	{"history show", report.RunShown{}},
	{"history records", report.Standings{}},
	{"search", report.Found{}},
	{"customers", report.Customers{}},
	{"conflicts", report.Conflicts{}},
	{"explain", report.Explanation{}},
	{"verify", verify.Report{}},
	{"quotes and invoices: save, email, mark-sent, accept, decline, convert, void, pay, comment, attach", report.Pushed{}},
	{"quotes list", report.Quotes{}},
	{"invoices list", report.Invoices{}},
	{"quotes show, invoices show", record.Transaction{}},
	{"quotes print, invoices print", report.Printed{}},
	{"permissions, permissions set, permissions refresh", report.Profiles{}},
	{"permissions users", report.Members{}},
	{"figures", report.Figures{}},
	{"timeline", report.Timeline{}},
	{"delete --plan-only", report.DeletionPlanned{}},
	{"delete", report.Deletion{}},
	{"export-deletion", report.ExportHead{}},
	{"export-deletion --file", report.Exported{}},
	{"notifications", report.Notifications{}},
	{"notifications read", report.NotificationsRead{}},
	{"notifications webhook", report.Webhooks{}},
	{"notifications webhook set", report.Webhook{}},
	{"notifications webhook remove", report.WebhookRemoved{}},
	{"apps", report.Applications{}},
	{"apps add", report.Application{}},
	{"apps remove", report.ApplicationRemoved{}},
	{"tokens", report.Tokens{}},
	{"tokens create", report.TokenMade{}},
	{"tokens revoke", report.TokensRevoked{}},
	{"serve", report.Serving{}},
	{"docs", docs.Index{}},
	{"docs TOPIC", docs.Page{}},
	{"docs --search", docs.Hits{}},
}

// shapes is the reference of the JSON output.
func shapes(root string) (string, error) { return shapesTables(printed, commentsOf(root)), nil }
