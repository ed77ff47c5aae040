package transform

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"causeway/internal/mapping/value"
	"causeway/internal/record"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"
)

// The bounds of one transform. The cost is CEL's own count of steps, the same on every machine. The time covers what the
// cost might miss. It is generous, because a busy machine must not fail a record.
const (
	maxExpression = 4000 // characters
	maxNesting    = 3    // loops within and after loops
	maxCost       = 200_000
	maxTime       = 2 * time.Second
	checkEvery    = 100 // iterations between two looks at the clock
)

// recordVar is the name of the CRM record in an expression.
const recordVar = "record"

// Transform is a compiled expression.
type Transform struct {
	program cel.Program
	Fields  []string  // the CRM fields that it reads, each once, sorted
	result  *cel.Type // dyn where that depends on the record
	least   uint64    // what a run costs at least
	reason  string    // why it cannot be used; empty where it can
}

// Set holds the compiled expressions of the maps of one connection. Each is compiled when it is first used.
type Set struct {
	mu   sync.Mutex
	done map[string]*Transform
}

// NewSet returns an empty set.
func NewSet() *Set { return &Set{done: map[string]*Transform{}} }

// Get returns the compiled expression, and compiles it the first time. A nil set compiles each time.
func (c *Set) Get(expression string) *Transform {
	if c == nil {
		return Compile(expression)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.done[expression]
	if !ok {
		t = Compile(expression)
		c.done[expression] = t
	}
	return t
}

var baseEnv = sync.OnceValues(func() (*cel.Env, error) {
	options := append(library(),
		cel.Variable(recordVar, cel.MapType(cel.StringType, cel.DynType)),
		cel.ParserExpressionSizeLimit(maxExpression),
		cel.ASTValidators(cel.ValidateComprehensionNestingLimit(maxNesting), cel.ValidateRegexLiterals()))
	return cel.NewCustomEnv(options...)
})

// Compile compiles an expression. Every free name in it is a CRM field, of any type.
func Compile(expression string) *Transform { return compileWith(expression, nil) }

// compileWith compiles an expression on CRM records with typed fields. A field that is not among the types is an error.
// Without types every name is a field.
func compileWith(expression string, fields map[string]*cel.Type) *Transform {
	t := &Transform{}
	base, err := baseEnv()
	if err != nil {
		t.reason = "cannot be compiled: " + err.Error()
		return t
	}
	parsed, issues := base.Parse(expression)
	if issues.Err() != nil {
		t.reason = doesNotCompile(issues)
		return t
	}
	used, reason := namesIn(parsed.NativeRep())
	if reason != "" {
		t.reason = reason
		return t
	}
	var options []cel.EnvOption
	for _, name := range used {
		field := strings.TrimPrefix(name, recordVar+".")
		fieldType, known := fields[field]
		if head, _, dotted := strings.Cut(field, "."); !known && dotted && fields[head] != nil {
			fieldType, known = cel.DynType, true // a field of the record that a lookup points to
		}
		switch {
		case known:
		case fields != nil:
			t.reason = "has a transform that reads " + value.Quoted(field) + ", which is no field of this CRM module; use the API name of one that is"
			return t
		default:
			fieldType = cel.DynType
		}
		if simple.MatchString(field) {
			options = append(options, cel.Variable(name, fieldType))
		}
		if !slices.Contains(t.Fields, field) {
			t.Fields = append(t.Fields, field)
		}
	}
	slices.Sort(t.Fields)
	t.finish(base, parsed, options)
	return t
}

func (t *Transform) finish(base *cel.Env, parsed *cel.Ast, options []cel.EnvOption) {
	env, err := base.Extend(options...)
	if err != nil {
		t.reason = "has a transform that cannot be compiled: " + err.Error()
		return
	}
	checked, issues := env.Check(parsed)
	if issues.Err() != nil {
		t.reason = doesNotCompile(issues)
		return
	}
	t.result = checked.OutputType()
	if cost, err := env.EstimateCost(checked, noSizes{}); err == nil {
		t.least = cost.Min
	}
	t.program, err = env.Program(checked, cel.CostLimit(maxCost), cel.InterruptCheckFrequency(checkEvery), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		t.reason = "has a transform that cannot be compiled: " + err.Error()
	}
}

func doesNotCompile(issues *cel.Issues) string {
	first := issues.Errors()[0]
	message := strings.ReplaceAll(strings.TrimSpace(first.Message), "\n", " ")
	at := ""
	if first.Location.Line() > 0 {
		at = fmt.Sprintf(", at line %d, character %d", first.Location.Line(), first.Location.Column()+1)
	}
	return "has a transform that does not compile" + at + ": " + message + "; correct the expression"
}

// simple matches field names that an expression can use directly.
var simple = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// namesIn returns the fields that the expression reads: "Name", "record.Name", or "record.Other.Name" for a field whose
// name is not simple. An expression that uses the record without a field's name is refused, because the fields to read
// from the CRM would be unknown.
func namesIn(tree *ast.AST) (names []string, reason string) {
	seen := map[string]bool{}
	byField := map[int64]bool{} // uses of the record that name a field
	var whole []int64
	visitor := ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() { //nolint:exhaustive // the others name no field
		case ast.SelectKind:
			if operand := e.AsSelect().Operand(); isRecord(operand) {
				seen[recordVar+"."+e.AsSelect().FieldName()], byField[operand.ID()] = true, true
			}
		case ast.CallKind:
			call := e.AsCall()
			if call.FunctionName() == operators.Index && isRecord(call.Args()[0]) && call.Args()[1].Kind() == ast.LiteralKind {
				if name, ok := call.Args()[1].AsLiteral().(types.String); ok {
					seen[recordVar+"."+string(name)], byField[call.Args()[0].ID()] = true, true
				}
			}
		case ast.IdentKind:
			switch name := e.AsIdent(); {
			case name == recordVar:
				whole = append(whole, e.ID())
			case simple.MatchString(name) && !notFields[name] && !strings.HasPrefix(name, "__"):
				seen[name] = true
			}
		}
	})
	ast.PostOrderVisit(tree.Expr(), visitor)
	for name := range loopVariables(tree) {
		delete(seen, name)
	}
	for _, id := range whole {
		if !byField[id] {
			return nil, "has a transform that uses the record as a whole; name its fields, as in record.Account_Name"
		}
	}
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, ""
}

func isRecord(e ast.Expr) bool { return e.Kind() == ast.IdentKind && e.AsIdent() == recordVar }

// notFields are CEL's own type names.
var notFields = map[string]bool{
	"bool": true, "bytes": true, "double": true, "int": true, "list": true, "map": true, "null_type": true, "string": true,
	"type": true, "uint": true,
}

func loopVariables(tree *ast.AST) map[string]bool {
	out := map[string]bool{}
	ast.PostOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.ComprehensionKind {
			c := e.AsComprehension()
			out[c.IterVar()], out[c.IterVar2()], out[c.AccuVar()] = true, true, true
		}
	}))
	return out
}

// values makes a CRM record available to an expression. An unset field is null.
type values struct{ record.Values }

// ResolveName implements interpreter.Activation.
func (v values) ResolveName(name string) (any, bool) {
	if name == recordVar {
		return map[string]any(v.Values), true
	}
	name = strings.TrimPrefix(name, recordVar+".")
	if !simple.MatchString(name) {
		return nil, false
	}
	value, ok := v.Values[name]
	if !ok || value == nil {
		return types.NullValue, true
	}
	return value, true
}

// Parent implements interpreter.Activation.
func (values) Parent() interpreter.Activation { return nil }

// Run evaluates the expression on a record, within its bounds.
func (t *Transform) Run(v record.Values) (result any, reason string) {
	ctx, cancel := context.WithTimeout(context.Background(), maxTime)
	defer cancel()
	return t.RunWithin(ctx, v)
}

// RunWithin evaluates the expression on the fields of a record until ctx ends. A reason reports why there is no result.
func (t *Transform) RunWithin(ctx context.Context, v record.Values) (result any, reason string) {
	if t.reason != "" {
		return nil, t.reason
	}
	out, _, err := t.program.ContextEval(ctx, values{v})
	if err != nil {
		return nil, whyNot(err)
	}
	return native(out)
}

// noSizes lets CEL use its own estimates of sizes.
type noSizes struct{}

// EstimateCallCost implements cost.Estimator.
func (noSizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// EstimateSize implements cost.Estimator.
func (noSizes) EstimateSize(cost.AstNode) *cost.SizeEstimate { return nil }
