package transform

import (
	"errors"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/govalues/decimal"
)

// maxText bounds the length of texts and lists inside a transform. Without it a few doublings would take all memory, at the
// cost of a few calls.
const maxText = 100_000

var errTooLong = errors.New("makes a text or a list that is too long")

// replaced are the operators for which CEL's own library uses floats. Here they are exact, and mix whole numbers with
// decimals.
var replaced = []string{
	operators.Add, operators.Subtract, operators.Multiply, operators.Divide, operators.Negate,
	operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals,
}

func library() []cel.EnvOption {
	subset := &env.LibrarySubset{}
	for _, name := range replaced {
		subset.ExcludeFunctions = append(subset.ExcludeFunctions, env.NewFunction(name))
	}
	out := []cel.EnvOption{cel.StdLib(cel.StdLibSubset(subset)), cel.CustomTypeAdapter(adapter{})}
	out = append(out, arithmetic()...)
	out = append(out, ordering()...)
	return append(out, texts()...)
}

// mixed are the overloads of an operator on numbers of both kinds, whole and decimal.
func mixed(id string, result func(whole bool) *cel.Type) []cel.FunctionOpt {
	var out []cel.FunctionOpt
	for _, args := range [][]*cel.Type{{cel.IntType, cel.IntType}, {cel.DoubleType, cel.DoubleType}, {cel.IntType, cel.DoubleType}, {cel.DoubleType, cel.IntType}} {
		whole := args[0] == cel.IntType && args[1] == cel.IntType
		out = append(out, cel.Overload(id+"_"+args[0].String()+"_"+args[1].String(), args, result(whole)))
	}
	return out
}

func sameNumber(whole bool) *cel.Type {
	if whole {
		return cel.IntType
	}
	return cel.DoubleType
}

func pair(id string, a, b, result *cel.Type) cel.FunctionOpt {
	return cel.Overload(id, []*cel.Type{a, b}, result)
}

func arithmetic() []cel.EnvOption {
	list := cel.ListType(cel.TypeParamType("A"))
	plus := append(mixed("add", sameNumber),
		pair(overloads.AddString, cel.StringType, cel.StringType, cel.StringType),
		pair(overloads.AddList, list, list, list),
		pair(overloads.AddTimestampDuration, cel.TimestampType, cel.DurationType, cel.TimestampType),
		cel.SingletonBinaryBinding(add))
	minus := append(mixed("subtract", sameNumber),
		pair(overloads.SubtractTimestampTimestamp, cel.TimestampType, cel.TimestampType, cel.DurationType),
		pair(overloads.SubtractTimestampDuration, cel.TimestampType, cel.DurationType, cel.TimestampType),
		cel.SingletonBinaryBinding(onNumbers(exactly(decimal.Decimal.Sub), func(a, b ref.Val) ref.Val {
			if s, ok := a.(traits.Subtractor); ok {
				return s.Subtract(b)
			}
			return types.MaybeNoSuchOverloadErr(a)
		})))
	times := append(mixed("multiply", sameNumber), cel.SingletonBinaryBinding(onNumbers(exactly(decimal.Decimal.Mul), func(a, b ref.Val) ref.Val {
		if m, ok := a.(traits.Multiplier); ok {
			return m.Multiply(b)
		}
		return types.MaybeNoSuchOverloadErr(a)
	})))
	by := append(mixed("divide", sameNumber), cel.SingletonBinaryBinding(onNumbers(divide, func(a, b ref.Val) ref.Val {
		if d, ok := a.(traits.Divider); ok {
			return d.Divide(b)
		}
		return types.MaybeNoSuchOverloadErr(a)
	})))
	return []cel.EnvOption{
		cel.Function(operators.Add, plus...), cel.Function(operators.Subtract, minus...),
		cel.Function(operators.Multiply, times...), cel.Function(operators.Divide, by...),
		cel.Function(operators.Negate,
			cel.Overload(overloads.NegateInt64, []*cel.Type{cel.IntType}, cel.IntType),
			cel.Overload(overloads.NegateDouble, []*cel.Type{cel.DoubleType}, cel.DoubleType),
			cel.SingletonUnaryBinding(negate)),
		cel.Function("round",
			pair("round_double_int", cel.DoubleType, cel.IntType, cel.DoubleType),
			pair("round_int_int", cel.IntType, cel.IntType, cel.DoubleType),
			cel.SingletonBinaryBinding(round)),
	}
}

// onNumbers promotes two numbers to decimals unless both are whole. Other values go to the other function.
func onNumbers(exact func(a, b number) ref.Val, other func(a, b ref.Val) ref.Val) func(a, b ref.Val) ref.Val {
	return func(a, b ref.Val) ref.Val {
		if types.IsError(a) || types.IsError(b) {
			return types.MaybeNoSuchOverloadErr(a)
		}
		_, wholeA := a.(types.Int)
		_, wholeB := b.(types.Int)
		x, okA := asNumber(a)
		y, okB := asNumber(b)
		if okA && okB && !(wholeA && wholeB) {
			return exact(x, y)
		}
		return other(a, b)
	}
}

// add joins texts and lists within bounds. An unset field next to a text counts as an empty text.
func add(a, b ref.Val) ref.Val {
	if s, ok := a.(types.String); ok && b == types.NullValue {
		return s
	}
	if s, ok := b.(types.String); ok && a == types.NullValue {
		return s
	}
	if sizeOf(a)+sizeOf(b) > maxText {
		return types.WrapErr(errTooLong)
	}
	return onNumbers(exactly(decimal.Decimal.Add), func(a, b ref.Val) ref.Val {
		if adder, ok := a.(traits.Adder); ok {
			return adder.Add(b)
		}
		return types.MaybeNoSuchOverloadErr(a)
	})(a, b)
}

func sizeOf(v ref.Val) int {
	switch x := v.(type) {
	case types.String:
		return len(x)
	case traits.Lister:
		n, _ := x.Size().(types.Int)
		return int(n)
	default:
		return 0
	}
}

func negate(v ref.Val) ref.Val {
	switch x := v.(type) {
	case types.Int:
		return x.Negate()
	case types.Double:
		return x.Negate()
	case number:
		return number{x.Neg()}
	default:
		return types.MaybeNoSuchOverloadErr(v)
	}
}

// round rounds half away from zero, as invoices do.
func round(v, digits ref.Val) ref.Val {
	n, ok := asNumber(v)
	places, whole := digits.(types.Int)
	if !ok || !whole || places < 0 || places > decimal.MaxScale {
		return types.MaybeNoSuchOverloadErr(v)
	}
	half := decimal.MustNew(5, int(places)+1)
	if int(places)+1 > decimal.MaxScale || n.Scale() <= int(places) {
		return number{n.Round(int(places))}
	}
	sum, err := n.Add(half.CopySign(n.Decimal))
	if err != nil {
		return types.WrapErr(errNumberRange)
	}
	return number{sum.Trunc(int(places))}
}

func ordering() []cel.EnvOption {
	isBool := func(bool) *cel.Type { return cel.BoolType }
	var out []cel.EnvOption
	for name, holds := range map[string]func(c types.Int) bool{
		operators.Less: func(c types.Int) bool { return c < 0 }, operators.LessEquals: func(c types.Int) bool { return c <= 0 },
		operators.Greater: func(c types.Int) bool { return c > 0 }, operators.GreaterEquals: func(c types.Int) bool { return c >= 0 },
	} {
		opts := append(mixed("order"+name, isBool),
			pair("order"+name+"string", cel.StringType, cel.StringType, cel.BoolType),
			pair("order"+name+"timestamp", cel.TimestampType, cel.TimestampType, cel.BoolType),
			pair("order"+name+"duration", cel.DurationType, cel.DurationType, cel.BoolType),
			cel.SingletonBinaryBinding(func(a, b ref.Val) ref.Val {
				if n, ok := asNumber(a); ok {
					a = n
				}
				c, ok := a.(traits.Comparer)
				if !ok {
					return types.MaybeNoSuchOverloadErr(a)
				}
				result := c.Compare(b)
				if order, ok := result.(types.Int); ok {
					return types.Bool(holds(order))
				}
				return result
			}))
		out = append(out, cel.Function(name, opts...))
	}
	return out
}

// texts are functions on texts. Each bounds its result.
func texts() []cel.EnvOption {
	s, list := cel.StringType, cel.ListType(cel.StringType)
	unary := func(name string, f func(string) string) cel.EnvOption {
		return cel.Function(name, cel.MemberOverload("string_"+name, []*cel.Type{s}, s, cel.UnaryBinding(func(v ref.Val) ref.Val {
			text, ok := v.(types.String)
			if !ok {
				return types.MaybeNoSuchOverloadErr(v)
			}
			return types.String(f(string(text)))
		})))
	}
	return []cel.EnvOption{
		unary("upper", strings.ToUpper), unary("lower", strings.ToLower), unary("trim", strings.TrimSpace),
		cel.Function("replace", cel.MemberOverload("string_replace", []*cel.Type{s, s, s}, s, cel.FunctionBinding(replace))),
		cel.Function("split", cel.MemberOverload("string_split", []*cel.Type{s, s}, list, cel.BinaryBinding(split))),
		cel.Function("join", cel.MemberOverload("list_join", []*cel.Type{list, s}, s, cel.BinaryBinding(join))),
		cel.Function("substring", cel.MemberOverload("string_substring", []*cel.Type{s, cel.IntType, cel.IntType}, s, cel.FunctionBinding(substring))),
	}
}

func replace(args ...ref.Val) ref.Val {
	text, old, with := string(args[0].(types.String)), string(args[1].(types.String)), string(args[2].(types.String))
	if len(text)+strings.Count(text, old)*len(with) > maxText {
		return types.WrapErr(errTooLong)
	}
	return types.String(strings.ReplaceAll(text, old, with))
}

func split(text, by ref.Val) ref.Val {
	if sizeOf(text) > maxText {
		return types.WrapErr(errTooLong)
	}
	return types.DefaultTypeAdapter.NativeToValue(strings.Split(string(text.(types.String)), string(by.(types.String))))
}

func join(list, with ref.Val) ref.Val {
	var parts []string
	size := 0
	for it := list.(traits.Lister).Iterator(); it.HasNext() == types.True; {
		part, ok := it.Next().(types.String)
		if !ok {
			return types.MaybeNoSuchOverloadErr(list)
		}
		if size += len(part) + sizeOf(with); size > maxText {
			return types.WrapErr(errTooLong)
		}
		parts = append(parts, string(part))
	}
	return types.String(strings.Join(parts, string(with.(types.String))))
}

// substring counts characters. Positions outside the text are ignored.
func substring(args ...ref.Val) ref.Val {
	runes := []rune(string(args[0].(types.String)))
	from, to := args[1].(types.Int), args[2].(types.Int)
	size := types.Int(len(runes))
	from, to = max(0, min(from, size)), max(0, min(to, size))
	return types.String(string(runes[from:max(from, to)]))
}
