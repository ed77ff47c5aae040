package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"causeway/internal/store"
)

// OpenExistingStore opens a store that exists and whose tables are of this version. It makes and migrates
// none: a mistyped path must not look like an empty store.
func (c Config) OpenExistingStore(ctx context.Context) (*store.Store, error) {
	dsn := c.storeDSN()
	if !strings.Contains(dsn, "://") {
		path := strings.TrimPrefix(dsn, "sqlite:")
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("open the store: there is none at %s: name it with --store or CAUSEWAY_STORE, "+
				"make one with `worker migrate`, or start `worker/dev`, which makes its own", path)
		}
	}
	st, err := c.OpenStore(ctx)
	if err != nil {
		return nil, err
	}
	if err := st.CheckVersion(ctx); err != nil {
		_ = st.Close() // nothing was written, and the first error is the one to show
		return nil, err
	}
	return st, nil
}
