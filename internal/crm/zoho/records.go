package zoho

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// markerField holds our marker on records that we created.
const markerField = crm.MarkerField

// needed returns the columns that every Record of a module needs, besides id and times.
func needed(module record.Module) []string {
	switch module {
	case record.Accounts:
		return []string{"Account_Name"}
	case record.Contacts:
		return []string{"First_Name", "Last_Name", "Full_Name", "Email", "Account_Name"}
	case record.Products:
		return []string{"Product_Name", "Product_Code"}
	default:
		return nil
	}
}

// toRecord reads a row of a query or a record call. Values get every field that is set, except id and times.
func toRecord(module record.Module, row map[string]any) (record.Record, error) {
	out := record.Record{Side: record.CRM, Module: module, Whole: true, Values: record.Values{}}
	var err error
	if out.ID, err = zohoapi.ID(row, "id"); err != nil {
		return out, err
	}
	if out.Created, err = instant(row, "Created_Time"); err != nil {
		return out, err
	}
	if out.Modified, err = instant(row, "Modified_Time"); err != nil {
		return out, err
	}
	for name, v := range row {
		if v == nil || name == "id" || name == "Created_Time" || name == "Modified_Time" || strings.HasPrefix(name, "$") {
			continue
		}
		out.Values[name] = v
	}
	return out, identify(module, row, &out)
}

// identify fills the fields that matching needs.
func identify(module record.Module, row map[string]any, out *record.Record) (err error) {
	texts := map[string]*string{markerField: &out.Marker}
	switch module {
	case record.Accounts:
		texts["Account_Name"] = &out.Name
	case record.Contacts:
		texts["Full_Name"], texts["Email"] = &out.Name, &out.Email
	case record.Products:
		texts["Product_Name"], texts["Product_Code"] = &out.Name, &out.SKU
	default: // matching needs no name of other modules
	}
	for name, into := range texts {
		if *into, err = zohoapi.Text(row, name); err != nil {
			return err
		}
	}
	if module != record.Contacts {
		return nil
	}
	if out.Name == "" {
		first, _ := row["First_Name"].(string)
		last, _ := row["Last_Name"].(string)
		out.Name = strings.TrimSpace(first + " " + last)
	}
	switch account := row["Account_Name"].(type) {
	case nil:
	case map[string]any:
		out.ParentID, err = zohoapi.ID(account, "id")
	default:
		err = fmt.Errorf("%q is not a lookup", "Account_Name")
	}
	return err
}

// instant reads a time with its offset; an unset one is zero.
func instant(row map[string]any, name string) (time.Time, error) {
	text, err := zohoapi.Text(row, name)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a time", name)
	}
	return t, nil
}

func number(object map[string]any, key string) (int, error) {
	n, ok := object[key].(json.Number)
	if !ok {
		return 0, fmt.Errorf("%q is not a number", key)
	}
	i, err := strconv.Atoi(n.String())
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", key)
	}
	return i, nil
}

// text returns a field that is only shown. Any other type is returned as empty.
func text(row map[string]any, key string) string {
	s, _ := row[key].(string)
	return s
}
