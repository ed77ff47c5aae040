package zohobilling

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/govalues/decimal"
)

// documentSchema holds estimates and invoices, and which customers and items they use.
const documentSchema = `
CREATE TABLE IF NOT EXISTS estimates (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, customer_id INTEGER NOT NULL, created_us INTEGER NOT NULL,
	updated_us INTEGER NOT NULL, short TEXT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS invoices (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, customer_id INTEGER NOT NULL, created_us INTEGER NOT NULL,
	updated_us INTEGER NOT NULL, short TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS estimates_by_customer ON estimates (customer_id);
CREATE INDEX IF NOT EXISTS invoices_by_customer ON invoices (customer_id);
CREATE TABLE IF NOT EXISTS document_items (item_id INTEGER NOT NULL, module TEXT NOT NULL, document_id INTEGER NOT NULL,
	PRIMARY KEY (item_id, module, document_id));
CREATE INDEX IF NOT EXISTS document_items_of ON document_items (document_id, module);`

// kind is one kind of transaction, in its own words: the two modules name things differently.
type kind struct {
	table, one, scope string
	lines, item, rate string // of a line
	number, date      string
	prefix            string
	first             string // its status when it is made
}

var (
	estimates = kind{"estimates", "estimate", "quotes", "line_items", "item_id", "rate", "estimate_number", "date", "EST-", "draft"}
	invoices  = kind{"invoices", "invoice", "invoices", "invoice_items", "product_id", "price", "number", "invoice_date", "INV-", "draft"}
)

// documentBody is what a creation sends; the lines of either kind.
type documentBody struct {
	CustomerID   string            `json:"customer_id"`
	Date         string            `json:"date"`
	Reference    string            `json:"reference_number"`
	LineItems    []documentLine    `json:"line_items"`
	InvoiceItems []documentLine    `json:"invoice_items"`
	CustomFields []json.RawMessage `json:"custom_fields"`
}

type documentLine struct {
	ItemID      string      `json:"item_id"`
	ProductID   string      `json:"product_id"`
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Rate        json.Number `json:"rate"`
	Price       json.Number `json:"price"`
	Quantity    json.Number `json:"quantity"`
}

// itemID is the line's item by either of its names.
func (l documentLine) itemID() string {
	if l.ItemID != "" {
		return l.ItemID
	}
	return l.ProductID
}

func (o *Org) createDocument(k kind) handler {
	return func(c *call) (reply, error) {
		var body documentBody
		if err := c.decode(&body); err != nil {
			return reply{}, err
		}
		var doc json.RawMessage
		err := o.write(c.r.Context(), func(t txn) (err error) {
			doc, err = o.insertDocument(t, c.org, k, body)
			return err
		})
		return created("The "+k.one+" has been created.", part{k.one, doc}), err
	}
}

// insertDocument makes one, whose customer and items must exist.
func (o *Org) insertDocument(t txn, org string, k kind, body documentBody) (json.RawMessage, error) {
	var raw []byte
	found, err := t.get(`SELECT doc FROM customers WHERE org = ? AND id = ?`, []any{org, body.CustomerID}, &raw)
	if err != nil || !found {
		return nil, orMissing(err, invalid("customer_id"))
	}
	var cu customer
	if err := json.Unmarshal(raw, &cu); err != nil {
		return nil, err
	}
	given := body.LineItems
	if len(body.InvoiceItems) > 0 {
		given = body.InvoiceItems
	}
	lines, total, err := linesOf(t, org, k, given)
	if err != nil {
		return nil, err
	}
	now, id := o.now(), o.newID(k.table)
	number := fmt.Sprintf("%s%06d", k.prefix, id-firstIDs[k.table])
	date := body.Date
	if date == "" {
		date = wireTime(now)[:len("2006-01-02")]
	}
	short := map[string]any{
		k.one + "_id": strconv.FormatInt(id, 10), "customer_id": body.CustomerID, "customer_name": cu.DisplayName, "status": k.first,
		k.number: number, k.date: date, "currency_code": cu.CurrencyCode, "total": json.Number(total.String()),
		"created_time": wireTime(now),
	}
	if k.one == "estimate" {
		short["last_modified_time"], short["reference_number"] = wireTime(now), body.Reference
	} else {
		short["updated_time"], short["balance"] = wireTime(now), json.Number(total.String())
	}
	doc := map[string]any{k.lines: lines, "custom_fields": []any{}}
	for name, v := range short {
		doc[name] = v
	}
	short["has_attachment"] = false // in lists alone
	whole := partOf("", doc).value
	_, err = t.exec(`INSERT INTO `+k.table+` (id, org, customer_id, created_us, updated_us, short, doc) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		id, org, body.CustomerID, now, now, string(partOf("", short).value), string(whole))
	if err != nil {
		return nil, fmt.Errorf("insert %s: %w", k.one, err)
	}
	for _, l := range given {
		if _, err := t.exec(`INSERT INTO document_items (item_id, module, document_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, l.itemID(), k.table, id); err != nil {
			return nil, fmt.Errorf("insert %s: %w", k.one, err)
		}
	}
	o.generation[k.table].Add(1)
	return whole, nil
}

// linesOf completes the lines from their items, and adds them up, exactly.
func linesOf(t txn, org string, k kind, given []documentLine) ([]map[string]any, decimal.Decimal, error) {
	total := decimal.Zero
	if len(given) == 0 {
		return nil, total, invalid(k.lines)
	}
	out := make([]map[string]any, 0, len(given))
	for _, l := range given {
		var raw []byte
		found, err := t.get(`SELECT doc FROM items WHERE org = ? AND id = ?`, []any{org, l.itemID()}, &raw)
		if err != nil || !found {
			return nil, total, orMissing(err, invalid(k.item))
		}
		it, _, err := loadItem(raw)
		if err != nil {
			return nil, total, err
		}
		amount, rate, quantity, err := l.amount(it)
		if err != nil {
			return nil, total, invalid(k.lines)
		}
		if total, err = total.Add(amount); err != nil {
			return nil, total, invalid(k.lines)
		}
		name := l.Name
		if name == "" {
			name = it.Name
		}
		out = append(out, map[string]any{
			k.item: l.itemID(), "name": name, "description": l.Description,
			k.rate: json.Number(rate.String()), "quantity": json.Number(quantity.String()), "item_total": json.Number(amount.String()),
		})
	}
	return out, total, nil
}

// amount is what a line comes to: the item's rate where it names none, and one of it.
func (l documentLine) amount(it item) (amount, rate, quantity decimal.Decimal, err error) {
	given := l.Rate
	if given == "" {
		given = l.Price
	}
	if given == "" {
		given = json.Number(it.Rate.String())
	}
	if l.Quantity == "" {
		l.Quantity = "1"
	}
	rate, rateErr := decimal.Parse(given.String())
	quantity, quantityErr := decimal.Parse(l.Quantity.String())
	if err = errors.Join(rateErr, quantityErr); err != nil {
		return
	}
	if quantity.Sign() <= 0 || rate.Sign() < 0 {
		return amount, rate, quantity, errors.New("a quantity is positive, and a rate not negative")
	}
	amount, err = rate.Mul(quantity)
	return
}
