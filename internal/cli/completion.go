package cli

import (
	"fmt"
	"os"

	"causeway/internal/cli/session"
)

type completion struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"Your shell: bash, zsh or fish."`
}

// Help says where the printed lines go.
func (*completion) Help() string {
	return "bash and zsh: add `source <(starter completion bash)`, or the same with zsh, to ~/.bashrc or ~/.zshrc. " +
		"fish: add `starter completion fish | source` to ~/.config/fish/config.fish."
}

// Completion scripts. Each has the shell call the program with COMP_LINE set, which answers what may stand next.
const (
	bashScript = "complete -o default -o bashdefault -C %[1]q starter\n"
	zshScript  = "autoload -U +X bashcompinit && bashcompinit\n" + bashScript
	fishScript = `function __complete_starter
    set -lx COMP_LINE (commandline -cp)
    test -z (commandline -ct)
    and set COMP_LINE "$COMP_LINE "
    %[1]q
end
complete -f -c starter -a "(__complete_starter)"
`
)

// Run prints the script of a shell.
func (c *completion) Run(p *session.Session) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	script := map[string]string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[c.Shell]
	p.Printf(script, program)
	return nil
}
