package activities

import (
	"context"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// Conversion holds the activities of a deletion.
type Conversion struct{}

var errNoDeletion = &record.Error{Kind: record.Invalid, Op: "delete", Code: "NOT_OFFERED", Message: "this worker cannot delete connections"}

// PlanDeletion looks at everything that is linked, in parts.
func (*Conversion) PlanDeletion(context.Context, contract.PlanDeletionInput) (contract.PlanDeletionResult, error) {
	return contract.PlanDeletionResult{}, fail("plan the deletion", errNoDeletion)
}

// ConfirmDeletion uses up the token of a plan.
func (*Conversion) ConfirmDeletion(context.Context, contract.ConfirmDeletionInput) error {
	return fail("confirm the deletion", errNoDeletion)
}

// ExportDeletion keeps links and plan.
func (*Conversion) ExportDeletion(context.Context, contract.DeletionInput) error {
	return fail("export the deletion", errNoDeletion)
}

// ConvertPage carries the next part of a step out.
func (*Conversion) ConvertPage(context.Context, contract.DeletionPartInput) (contract.DeletionPartResult, error) {
	return contract.DeletionPartResult{}, fail("convert", errNoDeletion)
}

// VerifyDeletion compares the next part with the live sides.
func (*Conversion) VerifyDeletion(context.Context, contract.DeletionPartInput) (contract.DeletionPartResult, error) {
	return contract.DeletionPartResult{}, fail("verify the deletion", errNoDeletion)
}

// DisconnectApps tells the other finance applications.
func (*Conversion) DisconnectApps(context.Context, contract.DeletionInput) error {
	return fail("disconnect applications", errNoDeletion)
}

// RemoveConnection forgets the connection.
func (*Conversion) RemoveConnection(context.Context, contract.DeletionInput) error {
	return fail("remove the connection", errNoDeletion)
}
