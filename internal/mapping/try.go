package mapping

import "causeway/internal/record"

// Try applies one map to a record, so that an admin sees the result before saving the map. The value is nil if the map sets
// nothing.
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
