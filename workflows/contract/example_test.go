package contract_test

import (
	"context"
	"errors"
	"fmt"

	"causeway/workflows/contract"
)

// A backend service steers a connection with a Temporal client and this package alone.
func Example() {
	ctx := context.Background()
	temporal := dial() // in a service: client.Dial(client.Options{})
	causeway := contract.NewClient(temporal)

	// A record of the CRM is wanted in billing at once.
	run, err := causeway.ImportRecord(ctx, "demo", contract.ImportRecordRequest{
		Side: "crm", Module: "Accounts", ID: "5820000100000042", Who: "billing-backend",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("asked for:", run.WorkflowID, run.Trigger)
	result, err := causeway.Wait(ctx, run.RunRef)
	var failed *contract.RunError
	switch {
	case errors.As(err, &failed):
		fmt.Println("the run failed:", failed.Failure.Reason)
		return
	case err != nil:
		fmt.Println(err)
		return
	}
	fmt.Println("it is", result.Status, "with", result.Failed, "failed")

	// Everything that changed: a sync that runs already is joined.
	sync, err := causeway.SyncNow(ctx, "demo", contract.SyncNowRequest{Who: "billing-backend"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("sync:", sync.WorkflowID, "joined:", sync.Joined)

	// Output:
	// asked for: periodic-sync/demo/2 import
	// it is completed with 0 failed
	// sync: periodic-sync/demo/3 joined: true
}

// An edit of preferences stands in the store, as a draft, and is adopted with a verdict.
func ExampleClient_Configure() {
	causeway := contract.NewClient(dial())
	verdict, err := causeway.Configure(context.Background(), "demo", contract.ConfigureRequest{Draft: "draft-1", Sync: true})
	switch {
	case contract.FailureOf(err).Type == contract.ErrorConflict:
		fmt.Println("somebody else was faster: read the preferences again")
	case err != nil:
		fmt.Println(err)
	case len(verdict.Problems) > 0:
		for _, problem := range verdict.Problems {
			fmt.Println(problem)
		}
	default:
		fmt.Println("saved as version", verdict.Version)
	}

	// Output:
	// map of accounts: Description is mapped as decimal from a text into a number of billing; choose another field
}

// What fails as a whole, or is refused, is known by its type.
func ExampleFailureOf() {
	causeway := contract.NewClient(dial())
	_, err := causeway.Retry(context.Background(), "demo", contract.RetryRequest{Run: "9a1c", Code: "DUPLICATE_DATA"})
	switch failure := contract.FailureOf(err); failure.Type {
	case contract.ErrorNotFound:
		fmt.Println("nothing to do:", failure.Reason)
	case contract.ErrorRefused:
		fmt.Println("not now:", failure.Reason)
	case contract.ErrorRateLimited, contract.ErrorUnavailable:
		fmt.Println("try again later")
	}

	// Output:
	// nothing to do: run 9a1c has no failed record with the code DUPLICATE_DATA
}

// Stopping a connection is a signal, and its status tells when it has stopped. A deletion is planned first, and its
// token confirms that plan alone.
func ExampleClient_Delete() {
	ctx := context.Background()
	causeway := contract.NewClient(dial())
	if err := causeway.Pause(ctx, "demo", contract.ControlRequest{Who: "billing-backend", Why: "month end"}); err != nil {
		fmt.Println(err)
		return
	}
	status, err := causeway.Status(ctx, "demo")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status.State, "by", status.Paused.Who)

	answer, err := causeway.Disable(ctx, "demo", contract.DisableRequest{Who: "billing-backend"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(answer.State)

	planned, err := causeway.PlanDelete(ctx, "demo", contract.PlanDeleteRequest{Who: "billing-backend"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("customers that would be deleted:", planned.Plan.Choices[contract.ChoiceConvertWithTransactions]["customers"].Deleted)

	_, err = causeway.Delete(ctx, "demo", contract.DeleteRequest{Plan: planned.Plan.ID, Choice: contract.ChoiceConvertAll, Token: "another plan's"})
	fmt.Println(contract.FailureOf(err).Code)

	// Output:
	// paused by billing-backend
	// disabling
	// customers that would be deleted: 180
	// TOKEN_OTHER_PLAN
}
