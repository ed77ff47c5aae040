// Package csvfiles exports the records of an organisation to CSV files, and imports them. It must never load a part of
// an import: a mistake in one line leaves the organisation as it was.
//
//   - `files.go`: what export and import need
//   - `export.go`: writes the files
//   - `import.go`, `importer.go`: reads the files, and checks lookups between them; the state of an import
//   - `cells.go`: reads a cell as its field has it
//   - `columns.go`: what the columns of a file set
//   - `fields.go`: `fields.json`, the types of custom fields
//   - `read.go`: reads a CSV file row by row
package csvfiles
