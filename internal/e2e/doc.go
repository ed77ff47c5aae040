// Package e2e tests the whole over real processes: the two sandbox organisations, Temporal, workers and the command
// line are programs of their own, which a test starts, kills, freezes and looks at from outside. It holds tests only.
// It must never be imported, nor import the embedded server, so that its test binary links quickly.
//
// What the tests share:
//
//   - main_test.go: the size of the tests, from the environment.
//   - deployment_test.go: what a company runs, and how to start each part.
//   - starter_test.go: runs commands of the command line.
//   - selling_test.go: a deployment that pushes quotes and invoices.
//   - outside_test.go: reads and controls the two organisations through their own APIs.
//   - compare_test.go: compares what both sides hold.
//   - force_test.go, blows_test.go, dice_test.go: an admin's work, ways to hit a deployment, and seeded moments.
//
// record_test.go records the histories that workflows replays. The benchmarks stand in bench_*_test.go.
package e2e
