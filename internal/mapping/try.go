package mapping

import "causeway/internal/record"

// Try gives what one map makes of a record, to look at before it is saved: nil where it says nothing.
func Try(m record.FieldMap, rec record.Record) (any, []Problem) {
	value, keep, reason := valueOf(m, rec.Values, nil)
	switch {
	case reason != "":
		return nil, []Problem{{Field: m.Source, Target: m.Target, Reason: reason}}
	case !keep:
		return nil, nil
	default:
		return value, nil
	}
}
