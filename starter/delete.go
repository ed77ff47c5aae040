package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type deleteCmd struct {
	selection
	PlanOnly bool     `help:"Make a plan, show what each choice would do, and end. Nothing is changed."`
	Plan     string   `placeholder:"ID" help:"Carry out this plan, with --choice and its token."`
	Choice   string   `placeholder:"CHOICE" help:"convert_all: every synced record stays, as a plain one. convert_with_transactions: of those that Causeway created in billing, the ones without transactions are deleted."`
	Token    string   `placeholder:"TOKEN" help:"The token that the plan was shown with; it serves once. - reads it from standard input. Default: from CAUSEWAY_DELETE_TOKEN."`
	Resume   bool     `help:"Go on with a deletion that has stopped."`
	GiveUp   []string `placeholder:"SIDE" help:"With a new plan, or with --resume: crm or billing is gone for good, so that nobody looks there. Each of its records is told in the export as one that nobody could look at. It cannot be taken back."`
	Wait     bool     `help:"Wait until the connection is deleted, or the deletion has stopped."`
}

var (
	choiceWords = []string{contract.ChoiceConvertAll, contract.ChoiceConvertWithTransactions}
	sideWords   = []string{string(record.CRM), string(record.Billing)}
)

// Validate refuses what belongs to no way of deleting.
func (c *deleteCmd) Validate() error {
	if err := c.selection.Validate(); err != nil {
		return err
	}
	if err := checkWords(word{"choice", c.Choice, choiceWords}); err != nil {
		return err
	}
	for _, side := range c.GiveUp {
		if err := checkWords(word{"give-up", side, sideWords}); err != nil {
			return err
		}
	}
	parts := c.Plan != "" || c.Choice != "" || c.Token != ""
	switch {
	case len(c.GiveUp) > 0 && parts:
		return errors.New("--give-up goes with a new plan (--plan-only) or with --resume: a plan that was made is carried out as it was shown")
	case c.Resume && (c.PlanOnly || parts):
		return errors.New("--resume goes on with the deletion as it was begun: it takes no --plan-only, --plan, --choice and --token")
	case c.PlanOnly && (parts || c.Wait):
		return errors.New("--plan-only makes a new plan and changes nothing: it takes no --plan, --choice, --token and --wait")
	case c.Plan == "" && parts, c.Plan != "" && c.Choice == "":
		return errors.New("--plan, --choice and --token belong together: `starter delete --plan-only` makes the plan and shows its token")
	}
	return nil
}

// deletionShown is what delete prints.
type deletionShown struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	Plan       string `json:"plan"`
	// Choice is empty where a deletion was resumed and no worker answers.
	Choice     string `json:"choice"`
	WorkflowID string `json:"workflow_id"`
	// Stopped is the step that failed, with --wait.
	Stopped *contract.Stopped `json:"stopped"`
}

// planned is what delete --plan-only prints.
type planned struct {
	Connection string                 `json:"connection"`
	Plan       *contract.DeletionPlan `json:"plan"`
	// Token confirms this plan, once.
	Token string `json:"token"`
}

// Run plans a deletion, carries a plan out, or goes on with what has stopped. Without a word of which, it leads
// whoever sits at the terminal through it.
func (c *deleteCmd) Run(ctx context.Context, p *program) error {
	return p.steer(ctx, c.selection, func(st *store.Store, t temporal, id string) error {
		switch {
		case c.Resume:
			return c.begin(ctx, p, st, t, deletionShown{Connection: id}, func(ctx context.Context) (contract.DeleteAnswer, error) {
				return t.ResumeDelete(ctx, id, contract.ResumeDeleteRequest{Who: p.who, GiveUp: c.GiveUp})
			})
		case c.PlanOnly:
			plan, err := p.plan(ctx, t, id, c.GiveUp)
			if err != nil {
				return err
			}
			return p.printPlanned(plan)
		case c.Plan != "":
			token, err := c.token(p)
			if err != nil {
				return err
			}
			return c.carryOut(ctx, p, st, t, id, contract.DeleteRequest{Plan: c.Plan, Choice: c.Choice, Token: token, Who: p.who})
		case !p.attended():
			return fmt.Errorf("nobody is there to choose: make a plan with `starter delete %s --plan-only`, and carry it out with --plan, --choice and --token", id)
		}
		return c.lead(ctx, p, st, t, id)
	})
}

// plan asks for a plan, which changes nothing.
func (p *program) plan(ctx context.Context, t temporal, id string, giveUp []string) (planned, error) {
	p.note("planning: everything that is linked is looked at, which may take minutes; nothing is changed")
	got, err := answerWithin(ctx, p, planWait, func(ctx context.Context) (contract.PlanDeletionResult, error) {
		return t.PlanDelete(ctx, id, contract.PlanDeleteRequest{Who: p.who, GiveUp: giveUp})
	})
	if err == nil && got.Plan == nil {
		err = fmt.Errorf("plan the deletion of %s: the answer holds no plan: is the worker of another version?", id)
	}
	return planned{Connection: id, Plan: got.Plan, Token: got.Token}, err
}

// token is the confirmation, from wherever it was given.
func (c *deleteCmd) token(p *program) (string, error) {
	token := c.Token
	if token == "" {
		token = p.getenv("CAUSEWAY_DELETE_TOKEN")
	}
	if token == "-" {
		data, err := io.ReadAll(io.LimitReader(p.in, mostCredentials))
		if err != nil {
			return "", fmt.Errorf("read the token from standard input: %w", err)
		}
		token = string(data)
	}
	if token = strings.TrimSpace(token); token == "" {
		return "", fmt.Errorf("the token of plan %s is missing: give it with --token (- is standard input) or CAUSEWAY_DELETE_TOKEN", clean(c.Plan))
	}
	return token, nil
}

// lead shows a plan, and asks what to do and whether that is really wanted.
func (c *deleteCmd) lead(ctx context.Context, p *program, st *store.Store, t temporal, id string) error {
	plan, err := p.plan(ctx, t, id, c.GiveUp)
	if err != nil {
		return err
	}
	p.printPlan(p.err, plan)
	choice, err := p.prompt(fmt.Sprintf("What is done (%s)?", strings.Join(choiceWords, ", ")))
	if err != nil {
		return err
	}
	if choice == "" {
		return errors.New("nothing was deleted")
	}
	if err := checkWords(word{"choice", choice, choiceWords}); err != nil {
		return fmt.Errorf("nothing was deleted: %w", err)
	}
	typed, err := p.prompt(fmt.Sprintf("This cannot be undone. Type the connection's id, %s, to delete it for good:", id))
	if err != nil {
		return err
	}
	if typed != id {
		return errors.New("nothing was deleted: that is not the connection's id")
	}
	return c.carryOut(ctx, p, st, t, id, contract.DeleteRequest{Plan: plan.Plan.ID, Choice: choice, Token: plan.Token, Who: p.who})
}

func (c *deleteCmd) carryOut(ctx context.Context, p *program, st *store.Store, t temporal, id string, req contract.DeleteRequest) error {
	out := deletionShown{Connection: id, Choice: req.Choice}
	return c.begin(ctx, p, st, t, out, func(ctx context.Context) (contract.DeleteAnswer, error) { return t.Delete(ctx, id, req) })
}

// begin has the deletion begun or resumed, and waits for its end if that is wanted.
func (c *deleteCmd) begin(ctx context.Context, p *program, st *store.Store, t temporal, out deletionShown, ask func(context.Context) (contract.DeleteAnswer, error)) error {
	got, err := answer(ctx, p, ask)
	if err != nil {
		return err
	}
	out.State, out.Plan, out.WorkflowID = got.State, got.Plan, got.WorkflowID
	if out.Choice == "" {
		if status, err := p.look(ctx, t, out.Connection); err == nil && status.Deletion != nil {
			out.Choice = status.Deletion.Choice
		}
	}
	if c.Wait {
		if err := p.untilDeleted(ctx, st, t, &out); err != nil {
			return err
		}
	}
	return p.printDeleted(out)
}

// untilDeleted waits for the end of a deletion, or for what stops it.
func (p *program) untilDeleted(ctx context.Context, st *store.Store, t temporal, out *deletionShown) error {
	status, err := p.until(ctx, t, out.Connection, func(s contract.Status) bool {
		return s.State == contract.StateDeleted || s.Deletion != nil && s.Deletion.Stopped != nil
	})
	if errors.Is(err, contract.ErrDeleted) || errors.Is(err, contract.ErrNotConnected) {
		// Its workflow has ended, and Temporal keeps none for ever: a connection that was not deleted is in the store.
		if _, findErr := st.Connections.Get(ctx, out.Connection); record.IsKind(findErr, record.NotFound) {
			out.State = contract.StateDeleted
			return nil
		}
	}
	if err != nil {
		return err
	}
	out.State = status.State
	if status.Deletion != nil {
		out.Stopped, out.Choice = status.Deletion.Stopped, status.Deletion.Choice
	}
	return nil
}

func (p *program) printDeleted(out deletionShown) error {
	var verdict error
	if s := out.Stopped; s != nil {
		verdict = badAnswer{fmt.Sprintf("the deletion of %s has stopped at the step %s: %s; nothing was skipped: mend that, and go on with `starter delete %s --resume` (where a side is gone for good, with `--give-up crm` or `--give-up billing`)",
			out.Connection, s.Step, s, out.Connection)}
	}
	if p.json {
		return errors.Join(p.printJSON(out), verdict)
	}
	switch {
	case verdict != nil:
	case out.State == contract.StateDeleted:
		p.printf("%s is deleted; what became of each record: `starter export-deletion %s`\n", out.Connection, out.Connection)
	default:
		p.printf("%s is %s (workflow %s): see `starter status %s`\n", out.Connection, out.State, out.WorkflowID, out.Connection)
	}
	return verdict
}
