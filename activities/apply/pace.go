package apply

import (
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// chainsOf keeps the order. Operations with one parent form one chain. Those to the CRM go many to a call.
func (c *chunk) chainsOf(ops []record.Operation) [][]record.Operation {
	if c.toCRM() {
		return batchesOf(ops, max(c.crm.Capabilities().MaxWrites, 1))
	}
	var out [][]record.Operation
	at := map[string]int{}
	for _, op := range ops {
		if op.TargetParentID == "" {
			out = append(out, []record.Operation{op})
			continue
		}
		i, ok := at[op.TargetParentID]
		if !ok {
			at[op.TargetParentID] = len(out)
			out = append(out, []record.Operation{op})
			continue
		}
		out[i] = append(out[i], op)
	}
	return out
}

func nextBatch(chains [][]record.Operation, size int) (batch [][]record.Operation, ids []string) {
	for _, chain := range chains {
		if len(ids) > 0 && len(ids)+len(chain) > size {
			break
		}
		for _, op := range chain {
			ids = append(ids, op.ID)
		}
		batch = append(batch, chain)
	}
	return batch, ids
}

// batchesOf keeps the order, and puts operations together that one call to the CRM can carry: of one kind, and no more
// than it takes at once.
func batchesOf(ops []record.Operation, size int) [][]record.Operation {
	var out [][]record.Operation
	for _, op := range ops {
		last := len(out) - 1
		if last < 0 || len(out[last]) >= size || !together(out[last][0], op) {
			out = append(out, nil)
			last++
		}
		out[last] = append(out[last], op)
	}
	return out
}

func together(a, b record.Operation) bool {
	return reconcile.Creates(a) == reconcile.Creates(b) && hasFields(a) == hasFields(b) && a.TargetModule == b.TargetModule
}
