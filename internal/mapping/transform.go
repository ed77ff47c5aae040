package mapping

import (
	"causeway/internal/record"
)

// transform is an expression that takes a source's place.
type transform struct {
	fields []string // the CRM fields that it reads
	reason string   // why it cannot be used
}

// transforms are the compiled expressions of one Maps.
type transforms struct{}

func newTransforms() *transforms { return &transforms{} }

func (*transforms) of(expression string) *transform { return compile(expression) }

// compile refuses every expression: this build has no language for them.
func compile(string) *transform {
	return &transform{reason: "has a transform, which this build cannot evaluate; remove it, or map the field as it is"}
}

func (t *transform) run(record.Values) (result any, reason string) { return nil, t.reason }

func checkTransform(m record.FieldMap, _ []record.Field) (reason string) {
	return compile(m.Transform).reason
}
