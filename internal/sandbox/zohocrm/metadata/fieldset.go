package metadata

// FieldSet is the fields of a module, in order and by API name.
type FieldSet struct {
	Module *Module
	List   []*Field
	ByAPI  map[string]*Field
}

// NewFieldSet returns the module's standard fields and the fields that the organisation's settings add: the currency
// fields if there are currencies, and the marker field unless marker is "absent".
func NewFieldSet(m *Module, currencies []string, marker string) *FieldSet {
	set := &FieldSet{Module: m, ByAPI: map[string]*Field{}}
	for i := range m.fields {
		set.Add(&m.fields[i])
	}
	if len(currencies) > 0 {
		for i, f := range currencyFields(currencies) {
			f.ID = FormatID(int64(idFields + m.Number*1000 + 900 + i))
			set.Add(&f)
		}
	}
	if marker != "absent" {
		f := text(MarkerField, 255)
		f.Label, f.Custom, f.Unique = "Causeway ID", true, marker == "unique"
		f.ID = FormatID(int64(idFields + m.Number*1000 + 990))
		set.Add(&f)
	}
	return set
}

// Add appends a field. It does nothing if the set has a field of that API name.
func (s *FieldSet) Add(f *Field) {
	if s.ByAPI[f.API] == nil {
		s.List = append(s.List, f)
		s.ByAPI[f.API] = f
	}
}
