package query

import (
	"fmt"
	"strings"
)

const (
	maxCriteria   = 10
	maxCriteriaIn = 100
)

// ParseCriteria reads the criteria of a search, such as ((Field:comparator:value)and(Field:comparator:value)).
func ParseCriteria(s string) (*Criteria, error) {
	p := &criteriaParser{rest: strings.TrimSpace(s)}
	c, err := p.group()
	if err != nil {
		return nil, err
	}
	if p.rest != "" {
		return nil, fmt.Errorf("unexpected %q", p.rest)
	}
	if p.leaves > maxCriteria {
		return nil, fmt.Errorf("more than %d conditions", maxCriteria)
	}
	return c, nil
}

type criteriaParser struct {
	rest   string
	leaves int
	depth  int
}

func (p *criteriaParser) accept(prefix string) bool {
	p.rest = strings.TrimLeft(p.rest, " ")
	if len(p.rest) < len(prefix) || !strings.EqualFold(p.rest[:len(prefix)], prefix) {
		return false
	}
	p.rest = p.rest[len(prefix):]
	return true
}

// group reads conditions that are joined by and, or by or. The two must not be mixed on one level.
func (p *criteriaParser) group() (*Criteria, error) {
	first, err := p.term()
	if err != nil {
		return nil, err
	}
	c := &Criteria{Group: []Criteria{*first}}
	for {
		join := ""
		switch {
		case p.accept("and"):
			join = "and"
		case p.accept("or"):
			join = "or"
		}
		if join == "" {
			break
		}
		if c.GroupOperator != "" && c.GroupOperator != join {
			return nil, fmt.Errorf("and and or on one level need brackets")
		}
		c.GroupOperator = join
		next, err := p.term()
		if err != nil {
			return nil, err
		}
		c.Group = append(c.Group, *next)
	}
	if len(c.Group) == 1 {
		return first, nil
	}
	return c, nil
}

func (p *criteriaParser) term() (*Criteria, error) {
	if p.depth++; p.depth > 20 {
		return nil, fmt.Errorf("nested too deeply")
	}
	defer func() { p.depth-- }()
	if !p.accept("(") {
		return nil, fmt.Errorf("expected ( at %q", p.rest)
	}
	if strings.HasPrefix(strings.TrimLeft(p.rest, " "), "(") {
		c, err := p.group()
		if err == nil && !p.accept(")") {
			err = fmt.Errorf("expected ) at %q", p.rest)
		}
		return c, err
	}
	return p.leaf()
}

// leaf reads Field:comparator:value up to its closing bracket. A backslash before a bracket makes it a part of the value.
func (p *criteriaParser) leaf() (*Criteria, error) {
	var text strings.Builder
	for i := 0; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '\\':
			if i++; i < len(p.rest) {
				text.WriteByte(p.rest[i])
			}
		case ')':
			p.rest = p.rest[i+1:]
			p.leaves++
			return leafCriteria(text.String())
		default:
			text.WriteByte(p.rest[i])
		}
	}
	return nil, fmt.Errorf("a bracket is left open")
}

func leafCriteria(text string) (*Criteria, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%q is not Field:comparator:value", text)
	}
	c := &Criteria{Field: strings.TrimSpace(parts[0]), Comparator: strings.TrimSpace(parts[1]), Value: parts[2]}
	if c.Comparator == "in" || c.Comparator == "not_in" || c.Comparator == "between" {
		var list []any
		for _, v := range strings.Split(parts[2], ",") {
			list = append(list, v)
		}
		if len(list) > maxCriteriaIn {
			return nil, fmt.Errorf("more than %d values of %s", maxCriteriaIn, c.Field)
		}
		c.Value = list
	}
	return c, nil
}
