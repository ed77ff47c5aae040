// Package bulk runs and serves bulk read jobs. A client creates a job, polls it until it is done, and downloads a zip
// with one CSV file. The result of a job must never change once somebody has seen it.
//
//   - `jobs.go`: what the jobs need
//   - `calls.go`: the calls: creates a job, and answers with its state and its file
//   - `request.go`: reads and checks the request for a job
//   - `keep.go`: stores jobs
//   - `query.go`: what a job reads
//   - `run.go`: runs a job
//   - `downloads.go`: limits downloads by the minute
package bulk
