package sandbox

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/sandbox/sample"
)

// fill loads sample data or an export into an empty CRM.
func (s *Sandbox) fill(ctx context.Context, o Options) error {
	if o.Sample == nil && o.CSVDir == "" {
		return nil
	}
	if o.Sample != nil && o.CSVDir != "" {
		return errors.New("start sandbox: both sample data and an import were requested; choose one")
	}
	empty, err := s.crm.Empty(ctx)
	if err != nil {
		return fmt.Errorf("start sandbox: %w", err)
	}
	if !empty {
		return fmt.Errorf("start sandbox: %w; choose another directory with --data-dir", ErrNotEmpty)
	}
	if o.CSVDir != "" {
		err = s.crm.ImportCSV(ctx, o.CSVDir)
	} else {
		err = s.crm.Load(ctx, sample.Generate(o.Sample.Seed, o.Sample.Accounts))
	}
	if err != nil {
		return fmt.Errorf("start sandbox: %w", err)
	}
	return nil
}
