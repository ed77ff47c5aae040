package zohobilling_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var longText = strings.Repeat("x", 101)

func TestAContactPersonTouchesItsCustomerWhereTheSettingSaysSo(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	b := openBenchAt(t, t.TempDir(), func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	})
	t.Cleanup(b.stop)
	pass := func() {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Minute)
	}
	id := b.good("POST", "/customers", `{"display_name":"A"}`, "customer")["customer_id"].(string)
	b.good("POST", "/customers", `{"display_name":"B"}`, "customer")
	path := "/customers/" + id + "/contactpersons"
	updated := func() string {
		whole := b.good("GET", "/customers/"+id, "", "customer")["updated_time"].(string)
		require.Contains(t, b.names("/customers", "customers", "updated_time"), whole, "the short form agrees")
		return whole
	}
	first := updated()
	moves := func(change func()) bool {
		before := updated()
		pass()
		change()
		return updated() != before
	}
	var person string
	create := func() {
		person = b.good("POST", path, `{"first_name":"P","email":"p@a.example"}`, "contact_person")["contactperson_id"].(string)
	}
	update := func() { b.good("PUT", path+"/"+person, `{"phone":"1"}`, "contact_person") }
	remove := func() { b.good("DELETE", path+"/"+person, "", "") }
	require.True(t, moves(create))
	require.True(t, moves(update))
	require.Equal(t, []string{"A", "B"}, b.names("/customers?sort_column=last_modified_time&sort_order=D", "customers", "display_name"))
	require.True(t, moves(remove))
	require.NotEqual(t, first, updated())
	require.NoError(t, b.settings.Set("personTouchesCustomer", "off"))
	require.False(t, moves(create))
	require.False(t, moves(update))
	require.False(t, moves(remove))
	require.True(t, moves(func() { b.good("PUT", "/customers/"+id, `{"phone":"2"}`, "customer") }))
	require.True(t, moves(func() { b.good("POST", "/customers/"+id+"/markasinactive", "", "") }))
}

func TestThePrimaryContactPersonAndItsCustomerCarryTheSameNames(t *testing.T) {
	t.Parallel()
	b := newBench(t, "personTouchesCustomer=off")
	c := b.good("POST", "/customers", `{"display_name":"A","first_name":"Ann","email":"a@a.example"}`, "customer")
	path := "/customers/" + c["customer_id"].(string)
	primary := path + "/contactpersons/" + c["primary_contactperson_id"].(string)
	b.good("PUT", primary, `{"first_name":"Anna","email":"anna@a.example"}`, "contact_person")
	led := b.good("GET", path, "", "customer")
	require.Equal(t, "Anna", led["first_name"])
	require.Equal(t, "anna@a.example", led["email"])
	require.Equal(t, []string{"A"}, b.names("/customers?email=anna@a.example", "customers", "display_name"))
	other := b.good("POST", path+"/contactpersons", `{"first_name":"Bo","email":"b@a.example"}`, "contact_person")
	b.good("PUT", path+"/contactpersons/"+other["contactperson_id"].(string), `{"first_name":"Bob"}`, "contact_person")
	require.Equal(t, "Anna", b.good("GET", path, "", "customer")["first_name"], "only the primary one leads")
	b.good("DELETE", primary, "", "")
	require.Equal(t, "", b.good("GET", path, "", "customer")["primary_contactperson_id"])
	b.refused(404, "1002", "DELETE", primary, "")
}

func TestCustomersAreFoundByAPartOfTheirNameInAnyScript(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.good("POST", "/customers", `{"display_name":"ÄPFEL & Öl","company_name":"Ölmühle","email":"oel@x.example","first_name":"Žofia"}`, "customer")
	b.good("POST", "/customers", `{"display_name":"東京商事"}`, "customer")
	b.good("POST", "/customers", `{"display_name":"100% gut"}`, "customer")
	found := func(query string) []string { return b.names("/customers?"+query, "customers", "display_name") }
	require.Equal(t, []string{"ÄPFEL & Öl"}, found("display_name_contains=%C3%A4pfel"))
	require.Equal(t, []string{"ÄPFEL & Öl"}, found("display_name_startswith=%C3%84pf"))
	require.Equal(t, []string{"ÄPFEL & Öl"}, found("company_name_contains=M%C3%9CHLE"))
	require.Equal(t, []string{"ÄPFEL & Öl"}, found("first_name=%C5%BDOFIA"))
	require.Equal(t, []string{"ÄPFEL & Öl"}, found("email_contains=OEL@"))
	require.Equal(t, []string{"ÄPFEL & Öl"}, found("search_text=%C3%B6lm"))
	require.Equal(t, []string{"東京商事"}, found("search_text=%E4%BA%AC%E5%95%86"))
	require.Equal(t, []string{"100% gut"}, found("display_name_contains=0%25"))
	require.Empty(t, found("display_name_contains=_"))
	b.refused(400, "2", "GET", "/customers?search_text="+longText, "")
	b.good("POST", "/items", `{"name":"Öl 5W","rate":1,"description":"Für Motoren"}`, "item")
	require.Equal(t, []string{"Öl 5W"}, b.names("/items?name_contains=%C3%B6l", "items", "name"))
	require.Equal(t, []string{"Öl 5W"}, b.names("/items?search_text=F%C3%9CR", "items", "name"))
	require.Equal(t, []string{"Öl 5W"}, b.names("/items?description_contains=f%C3%BCr", "items", "name"))
}

func TestBillingsClockMayBeOff(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	b := openBenchAt(t, t.TempDir(), func() time.Time { return at }, "billingClockAhead=-10m")
	t.Cleanup(b.stop)
	require.Equal(t, "2026-03-04T04:50:00-0700", b.good("POST", "/customers", `{"display_name":"A"}`, "customer")["updated_time"])
}
