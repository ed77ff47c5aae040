package gateway

import (
	"context"
	"net/http"
	"slices"

	"causeway/internal/record"
	"causeway/internal/store/administration"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

// pushInput is a call: the contract's request and the transaction that it is about. The request's key is in the
// header.
type pushInput struct {
	Connection string `path:"connection" doc:"The connection's id."`
	Key        string `header:"Idempotency-Key" doc:"A key for this request alone, for example a UUID."`
	Body       pushBody
}

type pushBody struct {
	Type        string             `json:"type" enum:"quote,invoice" doc:"The kind of transaction."`
	Transaction string             `json:"transaction" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9_-]+$" doc:"Your own id of the transaction."`
	Action      string             `json:"action,omitempty" doc:"What to do; save by default."`
	User        string             `json:"user" minLength:"1" doc:"The id of the CRM user on whose behalf it is done."`
	Document    *contract.Document `json:"document,omitempty"`
	Email       *contract.Email    `json:"email,omitempty"`
	Payment     *contract.Payment  `json:"payment,omitempty"`
	Comment     string             `json:"comment,omitempty"`
	File        *contract.FileRef  `json:"file,omitempty"`
	Invoice     string             `json:"invoice,omitempty" doc:"Your own id for the invoice that convert creates."`
}

func (b pushBody) request(key string) contract.PushRequest {
	return contract.PushRequest{Key: key, Action: b.Action, User: b.User, Document: b.Document, Email: b.Email, Payment: b.Payment,
		Comment: b.Comment, File: b.File, Invoice: b.Invoice}
}

type pushOutput struct {
	Status int
	Body   contract.PushResult
}

func (g *gateway) push(ctx context.Context, in *pushInput) (*pushOutput, error) {
	if in.Key == "" {
		return nil, problem(http.StatusBadRequest, contract.ErrorInvalid, "IDEMPOTENCY_KEY",
			"the header Idempotency-Key is missing; send a new key with each request, for example a UUID, and the same key when you repeat it")
	}
	request := in.Body.request(in.Key)
	target := contract.PushInput{Connection: in.Connection, Type: in.Body.Type, Transaction: in.Body.Transaction}
	if err := g.checkRights(ctx, callerOf(ctx), target, request); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, g.Wait)
	defer cancel()
	result, err := g.Pusher.Push(ctx, target, request)
	if err != nil {
		if ctx.Err() != nil {
			err = context.DeadlineExceeded // Temporal's client may return another error
		}
		return nil, g.failed(err)
	}
	return answer(result)
}

// checkRights returns why the token, or the CRM user that it names, may not do this. A user that the store does not
// know yet is looked up in the CRM by the push's first activity, which checks everything again.
func (g *gateway) checkRights(ctx context.Context, token administration.APIToken, in contract.PushInput, req contract.PushRequest) error {
	if token.Connection != "" && token.Connection != in.Connection {
		return problem(http.StatusForbidden, contract.ErrorUnauthorized, "TOKEN_CONNECTION", "the token is for another connection; use one for this connection, `starter tokens create` makes one")
	}
	if len(token.Users) > 0 && !slices.Contains(token.Users, req.User) {
		return problem(http.StatusForbidden, contract.ErrorUnauthorized, "TOKEN_USER",
			"the token may not act for this CRM user; `starter tokens create --user` makes one that may")
	}
	standing, err := g.Permissions.PermissionOf(ctx, in.Connection, req.User)
	if err != nil || !standing.Known {
		return g.failed(err)
	}
	edit, send := transaction.Needs(req.Doing())
	return g.failed(standing.MayPush(edit, send, record.TransactionType(in.Type), in.Connection, req.User))
}

// answer returns the HTTP answer to a push.
func answer(r contract.PushResult) (*pushOutput, error) {
	switch r.Status {
	case contract.PushDone:
		return &pushOutput{http.StatusOK, r}, nil
	case contract.PushQueued:
		return &pushOutput{http.StatusAccepted, r}, nil
	}
	failure := contract.Failure{Type: contract.ErrorRefused, Code: contract.CodeState, Reason: "the push was " + r.Status}
	if r.Failure != nil {
		failure = *r.Failure
	}
	p := problemOf(failure)
	p.Result = &r
	return nil, p
}
