// Package admin does what people do on the CRM's own pages and no call of the API does: merge records, restore them,
// empty the bin, change fields and views. It must never be reachable through /crm/.
//
//   - `actions.go`: what the actions need
//   - `records.go`: deletes, merges and restores records
//   - `put.go`: stores a record without the API's checks
//   - `fields.go`: changes and deletes custom fields
//   - `control.go`: the actions as paths of /sandbox/v1/crm/
package admin
