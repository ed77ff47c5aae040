package zohocrm_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// attach uploads a file to a record as clients do, and returns the reply.
func (c *crm) attach(path, name, content string) reply {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	require.NoError(c.t, err)
	_, err = part.Write([]byte(content))
	require.NoError(c.t, err)
	require.NoError(c.t, form.Close())
	return c.call(http.MethodPost, path, body.String(), "Content-Type", form.FormDataContentType())
}

func TestFilesAreAttachedListedReadAndDeleted(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	account, other := c.create("Accounts", m{"Account_Name": "Acme"})[0], c.create("Accounts", m{"Account_Name": "Borg"})[0]
	list := "Accounts/" + account + "/Attachments"
	require.Equal(t, http.StatusNoContent, c.get(list+"?fields=id").status)
	re := c.attach(list, "../terms.txt", "thirty days")
	require.Equal(t, http.StatusOK, re.status, re.raw)
	require.Equal(t, "attachment uploaded successfully", re.data()[0]["message"])
	id := re.data()[0]["details"].(map[string]any)["id"].(string)
	link := c.call(http.MethodPost, list+"?attachmentUrl=https%3A%2F%2Fexample.com%2Fa&title=Offer", "")
	require.Equal(t, http.StatusOK, link.status, link.raw)

	c.restart()
	all := c.get(list + "?fields=File_Name,Size,Parent_Id")
	require.Len(t, all.data(), 2)
	require.Equal(t, "Offer|Link URL", all.data()[0]["File_Name"].(string)+"|"+all.data()[0]["$type"].(string), "the newest first")
	file := all.data()[1]
	require.Equal(t, "terms.txt|File|11", file["File_Name"].(string)+"|"+file["$type"].(string)+"|"+file["Size"].(string))
	require.Equal(t, map[string]any{"id": account, "name": "Acme"}, file["Parent_Id"])
	require.NotContains(t, file, "Owner", "what was not asked for is left out")
	require.Equal(t, "thirty days", c.get(list+"/"+id).raw)
	require.Len(t, c.get(list+"?fields=id&per_page=1&page=2").data(), 1)

	require.Equal(t, http.StatusBadRequest, c.get("Accounts/"+other+"/Attachments/"+id).status, "it is another record's")
	require.Equal(t, http.StatusOK, c.call(http.MethodDelete, list+"?ids="+id, "").status)
	require.Equal(t, http.StatusBadRequest, c.call(http.MethodDelete, list+"/"+id, "").status)
	require.Len(t, c.get(list+"?fields=id").data(), 1)
}

func TestAnAttachmentThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	list := "Accounts/" + c.create("Accounts", m{"Account_Name": "Acme"})[0] + "/Attachments"
	re := c.get(list)
	require.Equal(t, "REQUIRED_PARAM_MISSING", re.body["code"], re.raw)
	require.Equal(t, http.StatusRequestEntityTooLarge, c.attach(list, "big.bin", strings.Repeat("x", 20<<20+1)).status)
	re = c.attach(list, "empty.txt", "")
	require.Equal(t, http.StatusBadRequest, re.status)
	require.Equal(t, "INVALID_REQUEST", re.body["code"])
	require.Equal(t, http.StatusBadRequest, c.attach("Accounts/1/Attachments", "a.txt", "x").status)
	c.scopes = []string{"ZohoCRM.modules.accounts.ALL"}
	require.Equal(t, "OAUTH_SCOPE_MISMATCH", c.get(list + "?fields=id").body["code"])
}
