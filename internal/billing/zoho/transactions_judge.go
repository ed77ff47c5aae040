package zoho

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// codeItemGone refuses a line whose item was deleted or is inactive.
const codeItemGone = "2007"

// explainTransaction explains why billing refused to write a transaction, with codes that callers distinguish.
func (c *transactions) explainTransaction(ctx context.Context, k kind, tr record.Transaction, err error) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return err
	}
	said := strings.ToLower(e.Message)
	switch {
	case e.Kind == record.Conflict:
		return taken(e, tr, said)
	case e.Code == codeNoItem, e.Code == codeItemGone, e.Kind == record.Invalid && namesItem(said):
		return c.explainItem(ctx, k, tr, e)
	case e.Kind == record.Invalid && tr.Marker != "" && strings.Contains(said, "custom_field"):
		// Without upsert, no probe can check the field. A missing one is noticed here first.
		return markerError(k.module, e)
	default:
		return err
	}
}

// taken decides by billing's words whether another transaction has the number or the marker. Both have the same code.
func taken(e *record.Error, tr record.Transaction, said string) error {
	out := *e
	out.Message += " [" + e.Code + "]"
	byMarker := strings.Contains(said, strings.ToLower(markerLabel)) || strings.Contains(said, markerField)
	switch {
	case byMarker, tr.Marker != "" && tr.Number == "" && !strings.Contains(said, "number"):
		out.Code = billing.CodeMarkerTaken
		out.Remedy = "use the transaction that has the marker"
	case tr.Number != "":
		out.Code = billing.CodeNumberTaken
		out.Remedy = "use another number than " + tr.Number + ", or none: billing then assigns the next one"
	default:
		out.Code = billing.CodeNumberTaken
		out.Remedy = "billing's next number is already used: set the next number in billing's settings"
	}
	return &out
}

// namesItem reports whether a refusal without a code of its own is about the item of a line.
func namesItem(said string) bool {
	return strings.Contains(said, "product_id") || strings.Contains(said, "item_id")
}

// itemsLooked is how many items are looked up to name the line that was refused.
const itemsLooked = 25

// explainItem adds which line was refused. Billing does not say it.
func (c *transactions) explainItem(ctx context.Context, k kind, tr record.Transaction, e *record.Error) error {
	out := *e
	out.Kind = record.Invalid
	out.Remedy = "use an item that exists and is active"
	seen := map[string]bool{}
	for i, l := range tr.Lines {
		if l.ItemID == "" {
			if !namesItem(strings.ToLower(e.Message)) {
				continue
			}
			out.Code, out.Message = billing.CodeNotOffered, fmt.Sprintf("line %d has no item, and this billing system does not accept that in %s: %s [%s]",
				i+1, k.module, e.Message, e.Code)
			out.Remedy = "give the line an item, or set an item for free text in the preferences"
			return &out
		}
		if seen[l.ItemID] || len(seen) == itemsLooked {
			continue
		}
		seen[l.ItemID] = true
		is, err := c.get(ctx, record.Items, "", l.ItemID)
		if record.IsKind(err, record.NotFound) || err == nil && is.Values["status"] == "inactive" {
			was := "was deleted"
			if err == nil {
				was = "is inactive"
			}
			out.Message = fmt.Sprintf("line %d: item %s %s: %s", i+1, l.ItemID, was, e.Message)
			return &out
		}
	}
	return &out
}

// refusedAsNotOffered turns a failure into CodeNotOffered if it means that billing has no such call.
func refusedAsNotOffered(err error, what string) error {
	var e *record.Error
	if !errors.As(err, &e) || !notOffered(err) {
		return err
	}
	return notOfferedError(e.Op, e.RecordID, what, e.Message+" ["+e.Code+"]")
}

func notOfferedError(op, id, what, said string) error {
	return &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: billing.CodeNotOffered, RecordID: id,
		Message: "this billing system does not offer " + what + ": " + said, Remedy: "do it in billing itself"}
}
