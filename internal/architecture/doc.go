// Package architecture checks that the tree keeps its shape: who may import whom, what stands at the top
// level, how long a file may be. It holds tests only, and must never be imported.
package architecture
