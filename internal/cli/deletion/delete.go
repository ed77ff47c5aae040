package deletion

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"causeway/internal/cli/arguments"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/secrets"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Delete ends a disabled connection for good.
type Delete struct {
	session.Selection
	PlanOnly bool     `help:"Make a plan and show what each choice would do. Nothing is changed."`
	Plan     string   `placeholder:"ID" help:"Carry out this plan, with --choice and its token."`
	Choice   string   `placeholder:"CHOICE" help:"convert_all: every synced record stays, as a plain one. convert_with_transactions: of those that Causeway created in billing, the ones without transactions are deleted."`
	Token    string   `placeholder:"TOKEN" help:"The token that was shown with the plan. It works once. - reads it from standard input. Default: CAUSEWAY_DELETE_TOKEN."`
	Resume   bool     `help:"Continue a deletion that stopped."`
	GiveUp   []string `placeholder:"SIDE" help:"With a new plan or with --resume: this side, crm or billing, is gone for good. Its records are not checked, and the export says so. It cannot be undone."`
	Wait     bool     `help:"Wait until the connection is deleted, or the deletion has stopped."`
}

// sideWords are the sides that can be given up.
var sideWords = []string{string(record.CRM), string(record.Billing)}

// Validate refuses what belongs to no way of deleting.
func (c *Delete) Validate() error {
	if err := c.Selection.Validate(); err != nil {
		return err
	}
	if err := arguments.CheckWords(arguments.NewWord("choice", c.Choice, choiceWords)); err != nil {
		return err
	}
	for _, side := range c.GiveUp {
		if err := arguments.CheckWords(arguments.NewWord("give-up", side, sideWords)); err != nil {
			return err
		}
	}
	parts := c.Plan != "" || c.Choice != "" || c.Token != ""
	switch {
	case len(c.GiveUp) > 0 && parts:
		return errors.New("--give-up goes with a new plan (--plan-only) or with --resume: a plan is carried out as it was shown")
	case c.Resume && (c.PlanOnly || parts):
		return errors.New("--resume continues the deletion as it was confirmed: leave out --plan-only, --plan, --choice and --token")
	case c.PlanOnly && (parts || c.Wait):
		return errors.New("--plan-only makes a new plan and changes nothing: leave out --plan, --choice, --token and --wait")
	case c.Plan == "" && parts, c.Plan != "" && c.Choice == "":
		return errors.New("--plan, --choice and --token belong together: `starter delete --plan-only` makes the plan and shows its token")
	}
	return nil
}

// Run plans a deletion, carries a plan out, or continues one that stopped. Without a flag it asks step by step at the
// terminal.
func (c *Delete) Run(ctx context.Context, p *session.Session) error {
	return p.Steer(ctx, c.Selection, func(st *store.Store, t session.Temporal, id string) error {
		switch {
		case c.Resume:
			return c.begin(ctx, p, st, t, report.Deletion{Connection: id}, func(ctx context.Context) (contract.DeleteAnswer, error) {
				return t.ResumeDelete(ctx, id, contract.ResumeDeleteRequest{Who: p.Who, GiveUp: c.GiveUp})
			})
		case c.PlanOnly:
			plan, err := plan(ctx, p, t, id, c.GiveUp)
			if err != nil {
				return err
			}
			return printPlanned(p, plan)
		case c.Plan != "":
			token, err := c.token(p)
			if err != nil {
				return err
			}
			return c.carryOut(ctx, p, st, t, id, contract.DeleteRequest{Plan: c.Plan, Choice: c.Choice, Token: token, Who: p.Who})
		case !p.Attended():
			return fmt.Errorf("this is no terminal, so nobody can choose: make a plan with `starter delete %s --plan-only`, then carry it out with --plan, --choice and --token", id)
		}
		return c.lead(ctx, p, st, t, id)
	})
}

// plan asks for a plan, which changes nothing.
func plan(ctx context.Context, p *session.Session, t session.Temporal, id string, giveUp []string) (report.DeletionPlanned, error) {
	p.Note("Planning: every linked record is read. This may take minutes. Nothing is changed.")
	got, err := session.AnswerWithin(ctx, p, session.PlanWait, func(ctx context.Context) (contract.PlanDeletionResult, error) {
		return t.PlanDelete(ctx, id, contract.PlanDeleteRequest{Who: p.Who, GiveUp: giveUp})
	})
	if err == nil && got.Plan == nil {
		err = fmt.Errorf("plan the deletion of %s: the worker answered without a plan: start a worker of this version", id)
	}
	return report.DeletionPlanned{Connection: id, Plan: got.Plan, Token: got.Token}, err
}

// token is the confirmation, from wherever it was given.
func (c *Delete) token(p *session.Session) (string, error) {
	token := c.Token
	if token == "" {
		token = p.Getenv("CAUSEWAY_DELETE_TOKEN")
	}
	if token == "-" {
		data, err := io.ReadAll(io.LimitReader(p.In, secrets.MostCredentials))
		if err != nil {
			return "", fmt.Errorf("read the token from standard input: %w", err)
		}
		token = string(data)
	}
	if token = strings.TrimSpace(token); token == "" {
		return "", fmt.Errorf("the token of plan %s is missing: give it with --token (- is standard input) or CAUSEWAY_DELETE_TOKEN", screen.Clean(c.Plan))
	}
	return token, nil
}

// lead shows a plan, and asks what to do and whether that is really wanted.
func (c *Delete) lead(ctx context.Context, p *session.Session, st *store.Store, t session.Temporal, id string) error {
	plan, err := plan(ctx, p, t, id, c.GiveUp)
	if err != nil {
		return err
	}
	printPlan(p, p.Err, plan)
	choice, err := p.Prompt("1 Keep every record  2 Keep records with transactions, delete the rest. Choose:")
	if err != nil {
		return err
	}
	if choice, err = chosen(choice); err != nil {
		return fmt.Errorf("nothing was deleted: %w", err)
	}
	typed, err := p.Prompt(fmt.Sprintf("This cannot be undone. Type the connection's id, %s, to delete it for good:", id))
	if err != nil {
		return err
	}
	if typed != id {
		return errors.New("nothing was deleted: that is not the connection's id")
	}
	return c.carryOut(ctx, p, st, t, id, contract.DeleteRequest{Plan: plan.Plan.ID, Choice: choice, Token: plan.Token, Who: p.Who})
}

// chosen is the choice that was typed: its number or its name.
func chosen(typed string) (string, error) {
	for i, choice := range choiceWords {
		if typed == strconv.Itoa(i+1) || typed == choice {
			return choice, nil
		}
	}
	if typed == "" {
		return "", errors.New("nothing was chosen")
	}
	return "", fmt.Errorf("%q is no choice: type 1 or 2", screen.Clean(typed))
}

func (c *Delete) carryOut(ctx context.Context, p *session.Session, st *store.Store, t session.Temporal, id string, req contract.DeleteRequest) error {
	out := report.Deletion{Connection: id, Choice: req.Choice}
	return c.begin(ctx, p, st, t, out, func(ctx context.Context) (contract.DeleteAnswer, error) { return t.Delete(ctx, id, req) })
}

// begin has the deletion begun or resumed, and waits for its end if that is wanted.
func (c *Delete) begin(ctx context.Context, p *session.Session, st *store.Store, t session.Temporal, out report.Deletion, ask func(context.Context) (contract.DeleteAnswer, error)) error {
	got, err := session.Answer(ctx, p, ask)
	if err != nil {
		return err
	}
	out.State, out.Plan, out.WorkflowID = got.State, got.Plan, got.WorkflowID
	if out.Choice == "" {
		if status, err := p.Look(ctx, t, out.Connection); err == nil && status.Deletion != nil {
			out.Choice = status.Deletion.Choice
		}
	}
	if c.Wait {
		if err := untilDeleted(ctx, p, st, t, &out); err != nil {
			return err
		}
	}
	return printDeleted(p, out)
}

// untilDeleted waits for the end of a deletion, or for what stops it.
func untilDeleted(ctx context.Context, p *session.Session, st *store.Store, t session.Temporal, out *report.Deletion) error {
	status, err := p.Until(ctx, t, out.Connection, func(s contract.Status) bool {
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

func printDeleted(p *session.Session, out report.Deletion) error {
	var verdict error
	if s := out.Stopped; s != nil {
		verdict = session.Bad("the deletion of %s stopped at the step %s: %s. Correct that, then run `starter delete %s --resume`; "+
			"if a side is gone for good, add --give-up crm or --give-up billing",
			out.Connection, s.Step, s, out.Connection)
	}
	if p.JSON {
		return errors.Join(p.PrintJSON(out), verdict)
	}
	switch {
	case verdict != nil:
	case out.State == contract.StateDeleted:
		p.Printf("%s is deleted. `starter export-deletion %s` shows what became of each record.\n", out.Connection, out.Connection)
	default:
		p.Printf("%s is %s (workflow %s): see `starter status %s`\n", out.Connection, out.State, out.WorkflowID, out.Connection)
	}
	return verdict
}
