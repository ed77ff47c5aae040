package budget

import "context"

func WithPriority(ctx context.Context) context.Context { return ctx }
