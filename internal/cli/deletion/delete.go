package deletion

import (
	"context"
	"errors"
	"fmt"
	"io"
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

type Delete struct {
	session.Selection
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

// Run plans a deletion, carries a plan out, or goes on with what has stopped. Without a word of which, it leads
// whoever sits at the terminal through it.
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
			return fmt.Errorf("nobody is there to choose: make a plan with `starter delete %s --plan-only`, and carry it out with --plan, --choice and --token", id)
		}
		return c.lead(ctx, p, st, t, id)
	})
}

// plan asks for a plan, which changes nothing.
func plan(ctx context.Context, p *session.Session, t session.Temporal, id string, giveUp []string) (report.DeletionPlanned, error) {
	p.Note("planning: everything that is linked is looked at, which may take minutes; nothing is changed")
	got, err := session.AnswerWithin(ctx, p, session.PlanWait, func(ctx context.Context) (contract.PlanDeletionResult, error) {
		return t.PlanDelete(ctx, id, contract.PlanDeleteRequest{Who: p.Who, GiveUp: giveUp})
	})
	if err == nil && got.Plan == nil {
		err = fmt.Errorf("plan the deletion of %s: the answer holds no plan: is the worker of another version?", id)
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
	choice, err := p.Prompt(fmt.Sprintf("What is done (%s)?", strings.Join(choiceWords, ", ")))
	if err != nil {
		return err
	}
	if choice == "" {
		return errors.New("nothing was deleted")
	}
	if err := arguments.CheckWords(arguments.NewWord("choice", choice, choiceWords)); err != nil {
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
		verdict = session.Bad("the deletion of %s has stopped at the step %s: %s; nothing was skipped: mend that, and go on with `starter delete %s --resume` (where a side is gone for good, with `--give-up crm` or `--give-up billing`)",
			out.Connection, s.Step, s, out.Connection)
	}
	if p.JSON {
		return errors.Join(p.PrintJSON(out), verdict)
	}
	switch {
	case verdict != nil:
	case out.State == contract.StateDeleted:
		p.Printf("%s is deleted; what became of each record: `starter export-deletion %s`\n", out.Connection, out.Connection)
	default:
		p.Printf("%s is %s (workflow %s): see `starter status %s`\n", out.Connection, out.State, out.WorkflowID, out.Connection)
	}
	return verdict
}
