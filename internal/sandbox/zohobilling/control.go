package zohobilling

import (
	"context"
	"net/http"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/documents"
	"causeway/internal/sandbox/zohobilling/fields"
)

// The types of the methods below.
type (
	// CustomField is a field that an administrator adds.
	CustomField = fields.CustomField
	// SampleTransactions asks for sample invoices.
	SampleTransactions = documents.Sample
	// SampledTransactions counts what was made.
	SampledTransactions = documents.Sampled
	// Mail is an e-mail that billing sent.
	Mail = documents.Mail
)

// ErrNoField is returned for a custom field that does not exist.
var ErrNoField = fields.ErrNoField

// SetField adds or changes a custom field. Values that the changed field does not accept are dropped. No record counts as
// changed.
func (o *Org) SetField(ctx context.Context, f CustomField) error { return o.fields.Set(ctx, f) }

// DropField deletes a custom field and its values. No record counts as changed.
func (o *Org) DropField(ctx context.Context, module, apiName string) error {
	return o.fields.Drop(ctx, module, apiName)
}

// SeedTransactions makes sample invoices for some customers of the default organisation. Faults and limits do not apply.
func (o *Org) SeedTransactions(ctx context.Context, in SampleTransactions) (SampledTransactions, error) {
	return o.documents.AddSample(ctx, o.ID(), o.settings.Get(), in)
}

// Mails returns the e-mails that billing sent, the oldest first. Faults and limits do not apply.
func (o *Org) Mails(ctx context.Context) ([]Mail, error) { return o.documents.Mails(ctx) }

// Control serves /sandbox/v1/billing/: what an administrator does in billing's own pages. It needs no token, and only
// the sandbox has it.
func (o *Org) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sandbox/v1/billing/fields", platform.Admin(func(ctx context.Context, in CustomField) (any, error) {
		return struct{}{}, o.SetField(ctx, in)
	}))
	mux.HandleFunc("POST /sandbox/v1/billing/transactions", platform.Admin(func(ctx context.Context, in SampleTransactions) (any, error) {
		return o.SeedTransactions(ctx, in)
	}))
	mux.HandleFunc("GET /sandbox/v1/billing/mails", func(w http.ResponseWriter, r *http.Request) {
		all, err := o.Mails(r.Context())
		platform.AnswerAdmin(w, all, err)
	})
	mux.HandleFunc("DELETE /sandbox/v1/billing/fields/{module}/{name}", func(w http.ResponseWriter, r *http.Request) {
		platform.AnswerAdmin(w, struct{}{}, o.DropField(r.Context(), r.PathValue("module"), r.PathValue("name")))
	})
	mux.HandleFunc("GET /sandbox/v1/billing/fields/{module}", func(w http.ResponseWriter, r *http.Request) {
		platform.WriteJSON(w, http.StatusOK, o.fields.List(r.PathValue("module")))
	})
	return mux
}
