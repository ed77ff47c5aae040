package describe

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// Routes returns the calls about the organisation itself, by their path.
func (h *Handlers) Routes() map[string]wire.Methods {
	get := func(scope string, h wire.Handler) wire.Methods { return wire.Methods{"GET": wire.Scoped(scope, h)} }
	return map[string]wire.Methods{
		"org":                         get("ZohoCRM.org.READ", h.getOrg),
		"org/currencies":              get("ZohoCRM.settings.currencies.READ", h.listCurrencies),
		"users":                       get("ZohoCRM.users.READ", h.listUsers),
		"settings/profiles":           get("ZohoCRM.settings.profiles.READ", h.listProfiles),
		"settings/profiles/{id}":      get("ZohoCRM.settings.profiles.READ", h.getProfile),
		"settings/modules":            get("ZohoCRM.settings.modules.READ", h.listModules),
		"settings/modules/{name}":     get("ZohoCRM.settings.modules.READ", h.getModule),
		"settings/fields":             get("ZohoCRM.settings.fields.READ", h.onMetadata(h.listFields)),
		"settings/fields/{id}":        get("ZohoCRM.settings.fields.READ", h.onMetadata(h.getField)),
		"settings/custom_views":       get("ZohoCRM.settings.custom_views.READ", h.onMetadata(h.listViews)),
		"settings/custom_views/{id}":  get("ZohoCRM.settings.custom_views.READ", h.onMetadata(h.getView)),
		"settings/related_lists":      get("ZohoCRM.settings.related_lists.READ", h.onMetadata(h.listRelatedLists)),
		"settings/related_lists/{id}": get("ZohoCRM.settings.related_lists.READ", h.onMetadata(h.listRelatedLists)),
		"settings/layouts":            get("ZohoCRM.settings.layouts.READ", h.onMetadata(h.listLayouts)),
		"settings/layouts/{id}":       get("ZohoCRM.settings.layouts.READ", h.onMetadata(h.getLayout)),
	}
}

// onMetadata returns a handler that finds the module which the parameter module names.
func (h *Handlers) onMetadata(serve func(http.ResponseWriter, *http.Request, *metadata.FieldSet) error) wire.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		name := r.URL.Query().Get("module")
		if name == "" {
			return wire.ErrMissingParam("module")
		}
		m := metadata.ModuleNamed(name)
		if m == nil {
			return wire.BadRequest("INVALID_MODULE", "the module name given seems to be invalid", map[string]any{"param_name": "module"})
		}
		return serve(w, r, h.defs.Fields(m))
	}
}
