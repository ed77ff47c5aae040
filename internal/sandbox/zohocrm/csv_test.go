package zohocrm_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/sample"
)

// export writes files into a directory: name, content, name, content...
func export(t testing.TB, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600))
	}
	return dir
}

func TestImportTakesAnExportAsItIs(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	dir := export(t,
		"Accounts.csv", "\uFEFFid,Account_Name,Parent_Account.id,Kundenart,Owner.id,Owner\r\n11,\"Müller, \"\"Söhne\"\"\",12,A,99,Somebody\r\n12,,,,,\r\n",
		"Contacts.csv", "id,Last_Name,Account_Name.id,Account_Name,Email\n21,Ōta,11,another name,not an e-mail\n",
		"Products.csv", "id,Product_Name,Unit_Price,Product_Active\n11,Chai,21.3500004,false\n12,Chang,-3,\n")
	require.NoError(t, c.org.ImportCSV(context.Background(), dir))
	re := c.get("Accounts?fields=Account_Name,Parent_Account,Kundenart&sort_order=asc")
	require.Equal(t, []map[string]any{
		{"id": "11", "Account_Name": `Müller, "Söhne"`, "Parent_Account": m{"id": "12", "name": ""}, "Kundenart": "A"},
		{"id": "12", "Account_Name": nil, "Parent_Account": nil, "Kundenart": nil},
	}, re.data(), "an empty name is loaded, a lookup may point forward, an unknown column is a custom field")
	re = c.get("Contacts/21?fields=Account_Name,Email")
	require.Equal(t, m{"id": "21", "Account_Name": m{"id": "11", "name": `Müller, "Söhne"`}, "Email": "not an e-mail"}, re.data()[0])
	re = c.get("Products/11")
	require.Contains(t, re.raw, `"Unit_Price":21.3500004`, "numbers keep their digits")
	require.Equal(t, false, re.data()[0]["Product_Active"])
	custom := c.get("settings/fields?module=Accounts")
	require.Contains(t, custom.raw, `"api_name":"Kundenart"`)
	require.NoError(t, c.org.ImportCSV(context.Background(), export(t, "Products.csv", "id,Product_Name\n7820000000000000,High\n")))
	require.Equal(t, "7820000000000001", c.create("Accounts", m{"Account_Name": "new"})[0], "new ids are above imported ones, so that reads by key meet them")
}

func TestImportRefusesABrokenExportAndLoadsNothing(t *testing.T) {
	t.Parallel()
	good := "id,Account_Name\n1,One\n2,Two\n"
	for name, tc := range map[string]struct {
		files []string
		says  []string
	}{
		"no file":             {[]string{"Deals.csv", "id"}, []string{"Accounts.csv", "name the directory"}},
		"no id":               {[]string{"Accounts.csv", "Account_Name\nOne\n"}, []string{"Accounts.csv, line 1", "column id is missing"}},
		"no name":             {[]string{"Contacts.csv", "id,First_Name\n1,One\n"}, []string{"Contacts.csv, line 1", "Last_Name is missing"}},
		"empty file":          {[]string{"Products.csv", ""}, []string{"Products.csv is empty", "Product_Name"}},
		"bad UTF-8":           {[]string{"Accounts.csv", "id,Account_Name\n1,One\n2,M\xfcller\n"}, []string{"Accounts.csv, line 3", "not valid UTF-8", "save"}},
		"UTF-16":              {[]string{"Accounts.csv", "\xff\xfei\x00d\x00"}, []string{"UTF-16", "save it as UTF-8"}},
		"open quote":          {[]string{"Accounts.csv", "id,Account_Name\n1,\"One\n2,Two\n"}, []string{"Accounts.csv, line 2", "quote", "close it"}},
		"bare quote":          {[]string{"Accounts.csv", "id,Account_Name\n1,O\"ne\n"}, []string{"Accounts.csv, line 2", "quote"}},
		"too few columns":     {[]string{"Accounts.csv", "id,Account_Name,Phone\n1,One\n"}, []string{"line 2", "2 columns where the first row has 3"}},
		"too many columns":    {[]string{"Accounts.csv", "id,Account_Name\n1,One, Inc\n"}, []string{"line 2", "3 columns", "quotes"}},
		"column twice":        {[]string{"Accounts.csv", "id,Account_Name,id\n"}, []string{"line 1", "column id appears twice"}},
		"duplicate id":        {[]string{"Accounts.csv", good + "1,Three\n"}, []string{"Accounts.csv, line 4", "id 1 is on line 2 too", "remove"}},
		"id not of digits":    {[]string{"Accounts.csv", good + "x3,Three\n"}, []string{"line 4", `id "x3"`, "digits"}},
		"lookup to nowhere":   {[]string{"Accounts.csv", good, "Contacts.csv", "id,Last_Name,Account_Name.id\n5,A,1\n6,B,77\n"}, []string{"Contacts.csv, line 3", "points at 77", "Accounts.csv"}},
		"lookup without file": {[]string{"Contacts.csv", "id,Last_Name,Account_Name.id\n5,A,1\n"}, []string{"Contacts.csv, line 2", "points at 1"}},
		"lookup by name":      {[]string{"Contacts.csv", "id,Last_Name,Account_Name\n5,A,One\n"}, []string{"Contacts.csv, line 1", "Account_Name.id"}},
		"not a number":        {[]string{"Products.csv", "id,Product_Name,Unit_Price\n5,A,cheap\n"}, []string{"Products.csv, line 2", "Unit_Price must be a number", `"cheap"`}},
		"not a truth":         {[]string{"Products.csv", "id,Product_Name,Product_Active\n5,A,maybe\n"}, []string{"line 2", "Product_Active must be true or false"}},
		"marker twice":        {[]string{"Accounts.csv", "id,Account_Name,Causeway_ID\n1,A,x\n2,B,X\n"}, []string{"Accounts.csv, line 3", "Causeway_ID", "line 2"}},
		"last file wrong":     {[]string{"Accounts.csv", "id,Account_Name,Extra\n1,A,x\n", "Products.csv", "id\n"}, []string{"Products.csv, line 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCRM(t)
			err := c.org.ImportCSV(context.Background(), export(t, tc.files...))
			require.Error(t, err)
			for _, s := range tc.says {
				require.ErrorContains(t, err, s)
			}
			empty, err := c.org.Empty(context.Background())
			require.NoError(t, err)
			require.True(t, empty)
			require.NotContains(t, c.get("settings/fields?module=Accounts").raw, `"Extra"`)
		})
	}
}

func TestExportedRecordsComeBackTheSame(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c, other := newCRM(t), newCRM(t)
	require.NoError(t, c.org.Load(ctx, sample.Generate(5, 400)))
	_, err := c.org.Put(ctx, "Accounts", 0, m{"Account_Name": "quotes \" and\nlines, 'n' all", "Causeway_ID": "abc"})
	require.NoError(t, err)
	first, second := t.TempDir(), t.TempDir()
	require.NoError(t, c.org.ExportCSV(ctx, first))
	require.NoError(t, other.org.ImportCSV(ctx, first))
	require.NoError(t, other.org.ExportCSV(ctx, second))
	for _, name := range []string{"Accounts.csv", "Contacts.csv", "Products.csv"} {
		a, err := os.ReadFile(filepath.Join(first, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(second, name))
		require.NoError(t, err)
		require.Equal(t, string(a), string(b))
		require.Greater(t, len(a), 1000)
	}
}

func TestImportOfTheSharedExportKeepsEveryRecord(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "..", "..", "..", "shared", "data", "northwind")
	if _, err := os.Stat(dir); err != nil || os.Getenv("CAUSEWAY_CI") != "" || os.Getenv("CI") != "" {
		t.Skip("the export under ../shared is not here")
	}
	ctx := context.Background()
	c := newCRM(t)
	require.NoError(t, c.org.ImportCSV(ctx, dir))
	for module, n := range map[string]int{"Accounts": 91, "Contacts": 91, "Products": 77} {
		got, err := c.org.Count(ctx, module)
		require.NoError(t, err)
		require.Equal(t, n, got)
	}
	out := t.TempDir()
	require.NoError(t, c.org.ExportCSV(ctx, out))
	again := newCRM(t)
	require.NoError(t, again.org.ImportCSV(ctx, out))
}

func TestCustomFieldsComeBackFromAnExportWithTheirTypes(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	addOfEveryType(t, c)
	product := c.create("Products", m{"Product_Name": "P"})[0]
	id := c.create("Accounts", m{"Account_Name": "A", "F_Text": "x", "F_Pick": "Goods", "F_Many": []any{"A", "B"}, "F_Money": 1.5, "F_Bool": true,
		"F_Date": "2024-02-29", "F_Time": "2026-03-01T10:00:00+05:30", "F_Lookup": m{"id": product}, "F_Owner": m{"id": "5820000000090002"}})[0]
	dir := t.TempDir()
	require.NoError(t, c.org.ExportCSV(t.Context(), dir))
	again := newCRM(t)
	require.NoError(t, again.org.ImportCSV(t.Context(), dir))
	want, got := c.get("Accounts/" + id).data()[0], again.get("Accounts/" + id).data()[0]
	require.Equal(t, want, got)
	for _, name := range []string{"F_Many", "F_Money", "F_Lookup", "F_Formula"} {
		require.Equal(t, c.fieldNamed(name)["data_type"], again.fieldNamed(name)["data_type"])
	}
	require.Len(t, again.fieldNamed("F_Many")["pick_list_values"], 3)
}

func TestAFieldsFileThatIsWrongSaysWhere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{`:                                   "fields.json",
		`[{"module":"Deals","api_name":"X"}]`: "unknown",
		`[{"module":"Accounts","api_name":"Phone"}]`:                                         "already",
		`[{"module":"Accounts","api_name":"X","type":"odd"}]`:                                "multiselectpicklist",
		`[{"module":"Accounts","api_name":"X"},{"module":"Accounts","api_name":"X"}]`:        "already",
		`[{"module":"Accounts","api_name":"X","type":"lookup","lookup":"Deals","label":""}]`: "points into",
	} {
		c := newCRM(t)
		err := c.org.ImportCSV(t.Context(), export(t, "Accounts.csv", "id,Account_Name\n11,A\n", "fields.json", text))
		require.ErrorContains(t, err, want)
		require.Nil(t, c.fieldNamed("X"), "all or nothing")
	}
}
