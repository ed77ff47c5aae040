package zohocrm

// fieldSet are the fields of a module as the settings have them now.
type fieldSet struct {
	module *module
	list   []*field
	byAPI  map[string]*field
}

// newFieldSet returns the module's standard fields, and the fields that the organisation's settings add: the currency
// fields where there are currencies, and the marker unless marker is "absent".
func newFieldSet(m *module, currencies []string, marker string) *fieldSet {
	set := &fieldSet{module: m, byAPI: map[string]*field{}}
	for i := range m.fields {
		set.add(&m.fields[i])
	}
	if len(currencies) > 0 {
		for i, f := range currencyFields(currencies) {
			f.ID = digits(int64(idFields + m.number*1000 + 900 + i))
			set.add(&f)
		}
	}
	if marker != "absent" {
		f := text(markerField, 255)
		f.Label, f.Custom, f.Unique = "Causeway ID", true, marker == "unique"
		f.ID = digits(int64(idFields + m.number*1000 + 990))
		set.add(&f)
	}
	return set
}

// add puts a field at the end of the set. A field whose API name the set has already is left out.
func (s *fieldSet) add(f *field) {
	if s.byAPI[f.API] == nil {
		s.list = append(s.list, f)
		s.byAPI[f.API] = f
	}
}
