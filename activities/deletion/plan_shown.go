package deletion

import (
	"context"
	"encoding/json"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// finishPlan counts a plan, and stores it as it is shown.
func (s *Step) finishPlan(ctx context.Context) (contract.PlanDeletionResult, error) {
	out := contract.PlanDeletionResult{Done: true}
	token, err := s.try.Store.Deletions.Token(ctx, s.d.ID)
	if err != nil {
		return out, err
	}
	if s.d.State == deletions.Planning {
		shown, err := s.summary(ctx)
		if err != nil {
			return out, err
		}
		if err := s.try.Store.Deletions.FinishPlan(ctx, s.d, shown, token); err != nil {
			return out, err
		}
		if s.d, err = s.try.Store.Deletions.Get(ctx, s.d.Connection, s.d.ID); err != nil {
			return out, err
		}
	}
	out.Plan, out.Token = &contract.DeletionPlan{}, token
	return out, json.Unmarshal([]byte(s.d.Plan), out.Plan)
}

// summary returns the plan as it is shown.
func (s *Step) summary(ctx context.Context) (string, error) {
	counts, err := s.try.Store.Deletions.CountPlan(ctx, s.d.ID)
	if err != nil {
		return "", err
	}
	plan := contract.DeletionPlan{
		ID: s.d.ID, At: s.d.CreatedAt, Entities: map[string]contract.DeletionCounts{},
		Choices:    map[string]map[string]contract.DeletionOutcome{contract.ChoiceConvertAll: {}, contract.ChoiceConvertWithTransactions: {}},
		CRMMarkers: counts[deletion.PartMarkers].CRM,
	}
	for _, entity := range record.Entities() {
		n := counts[string(entity)]
		plan.Entities[string(entity)] = contract.DeletionCounts{
			Linked: n.Linked, BornCRM: n.BornCRM, BornBilling: n.BornBilling, Duplicates: n.Duplicates, WithTransactions: n.Transactions,
		}
		plan.Choices[contract.ChoiceConvertAll][string(entity)] = outcomes(n.All)
		plan.Choices[contract.ChoiceConvertWithTransactions][string(entity)] = outcomes(n.Some)
	}
	for _, part := range counts {
		for side, n := range part.GivenUp {
			if plan.GivenUp == nil {
				plan.GivenUp = map[string]int{}
			}
			plan.GivenUp[side] += n
		}
	}
	if plan.UnknownWrites, err = s.unknownWrites(ctx); err != nil {
		return "", err
	}
	if s.apps != nil {
		apps, err := s.apps.Of(ctx, s.d.BillingOrg)
		if err != nil {
			return "", err
		}
		plan.Apps = len(apps)
	}
	out, err := json.Marshal(plan)
	return string(out), err
}

func outcomes(n map[string]int) contract.DeletionOutcome {
	return contract.DeletionOutcome{Converted: n[deletion.Converted], Deleted: n[deletion.Deleted], Kept: n[deletion.Kept], Unknown: n[deletion.Unknown]}
}

// unknownWrites counts the writes whose outcomes nobody will know: their sides are given up.
func (s *Step) unknownWrites(ctx context.Context) (n int, err error) {
	parts, err := s.try.Store.Operations.SentParts(ctx, s.d.Connection)
	for _, p := range parts {
		n += p.Sent
	}
	return n, err
}
