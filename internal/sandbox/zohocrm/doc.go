// Package zohocrm is a local Zoho CRM: an HTTP server that speaks the part of the v8 API which
// clients of accounts, contacts and products use, and keeps its records in an SQLite file.
// It must never answer before what it answers is committed, and never hold all records in memory.
//
// The order of reading: module.go and fields_*.go (what exists), value.go (what may be stored in it),
// record.go (how a record is kept), query.go (how records are found), then the handlers: list.go, related.go,
// search_api.go, write.go, upsert.go, remove.go, coql.go, bulk.go, meta_*.go. CSV import and export stand in csv_*.go;
// bin.go, custom_fields.go and control.go are what people do in the CRM's own pages.
package zohocrm
