package zohobilling

import "encoding/json"

// transactionRoutes answer what a connection asks about transactions before any exists: whether their marker field
// is there, and whether a customer has some.
func (o *Org) transactionRoutes(rt *router) {
	rt.add("PUT", "/estimates", "quotes.UPDATE", probe("estimates"))
	rt.add("PUT", "/invoices", "invoices.UPDATE", probe("invoices"))
	rt.add("GET", "/transactions", "customers.READ", func(*call) (reply, error) {
		return ok(part{"transactions", json.RawMessage("[]")}), nil
	})
}

// probe answers an update by unique field of a module that holds no records: the field is checked, and no value found.
func probe(module string) handler {
	return func(c *call) (reply, error) {
		u, err := c.uniqueHeaders(module)
		if err != nil {
			return reply{}, err
		}
		if u.upsert {
			return reply{}, invalid("customer_id") // the sandbox knows no customer that could get one
		}
		return reply{}, errNoSuchValue(u)
	}
}
