package administration

import "causeway/workflows/contract"

// ofConnection names a connection, also one that is deleted, or none.
type ofConnection struct {
	Connection string `short:"c" placeholder:"ID" help:"Only those of this connection. Default: all."`
}

// Validate refuses an id that no connection can have.
func (o ofConnection) Validate() error {
	if o.Connection == "" {
		return nil
	}
	return contract.CheckConnectionID(o.Connection)
}
