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

// OpenExistingStore opens a store that exists and has tables of this version. It never creates or migrates a store,
// because a mistyped path must not look like an empty one.
func (c Config) OpenExistingStore(ctx context.Context) (*store.Store, error) {
	dsn := c.storeDSN()
	if !strings.Contains(dsn, "://") {
		path := strings.TrimPrefix(dsn, "sqlite:")
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("open the store: there is no store at %s: name another with --store or CAUSEWAY_STORE, "+
				"create one with `worker migrate`, or start `worker/dev`, which creates its own", path)
		}
	}
	st, err := c.OpenStore(ctx)
	if err != nil {
		return nil, err
	}
	if err := st.CheckVersion(ctx); err != nil {
		_ = st.Close() // nothing was written, and the first error matters more
		return nil, err
	}
	return st, nil
}
