package zoho

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// codeItemGone refuses a line of an item that was deleted, or is inactive.
const codeItemGone = "2007"

// refusedTransaction says of a write that billing refused what is wrong with it, in words that callers tell apart.
func (c *Client) refusedTransaction(ctx context.Context, k kind, tr record.Transaction, err error) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return err
	}
	said := strings.ToLower(e.Message)
	switch {
	case e.Kind == record.Conflict:
		return taken(e, tr, said)
	case e.Code == codeNoItem, e.Code == codeItemGone, e.Kind == record.Invalid && namesItem(said):
		return c.refusedItem(ctx, k, tr, e)
	case e.Kind == record.Invalid && tr.Marker != "" && strings.Contains(said, "custom_field"):
		// Without the upsert nothing could ask for the field before: its absence shows here first.
		return markerError(k.module, e)
	default:
		return err
	}
}

// taken tells a number that another has from a marker that another has: billing has one code for both, and words.
func taken(e *record.Error, tr record.Transaction, said string) error {
	out := *e
	out.Message += " [" + e.Code + "]"
	byMarker := strings.Contains(said, strings.ToLower(markerLabel)) || strings.Contains(said, markerField)
	switch {
	case byMarker, tr.Marker != "" && tr.Number == "" && !strings.Contains(said, "number"):
		out.Code = billing.CodeMarkerTaken
		out.Remedy = "find the one that has the marker, and use it"
	case tr.Number != "":
		out.Code = billing.CodeNumberTaken
		out.Remedy = "give another number than " + tr.Number + ", or none: billing gives the next one"
	default:
		out.Code = billing.CodeNumberTaken
		out.Remedy = "billing's next number is taken already: set the next number in its settings"
	}
	return &out
}

// namesItem says that billing took offence at the item of a line, and named no code of its own.
func namesItem(said string) bool {
	return strings.Contains(said, "product_id") || strings.Contains(said, "item_id")
}

// itemsLooked is how many items are looked up to name the line that was refused.
const itemsLooked = 25

// refusedItem names the line that billing refused, which billing does not.
func (c *Client) refusedItem(ctx context.Context, k kind, tr record.Transaction, e *record.Error) error {
	out := *e
	out.Kind = record.Invalid
	out.Remedy = "take an item that is there and active"
	seen := map[string]bool{}
	for i, l := range tr.Lines {
		if l.ItemID == "" {
			if !namesItem(strings.ToLower(e.Message)) {
				continue
			}
			out.Code, out.Message = billing.CodeNotOffered, fmt.Sprintf("line %d is free text, which this billing system does not take in %s: %s [%s]",
				i+1, k.module, e.Message, e.Code)
			out.Remedy = "give it an item, or name an item for free text in the preferences"
			return &out
		}
		if seen[l.ItemID] || len(seen) == itemsLooked {
			continue
		}
		seen[l.ItemID] = true
		is, err := c.Get(ctx, record.Items, l.ItemID)
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

// refusedAsNotOffered says that billing has no such call, where that is what its answer means.
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
