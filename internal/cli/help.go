package cli

const description = `Causeway's admin CLI.

How Temporal is reached is read from TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and so on, and from Temporal's own
configuration file. Beside a running worker/dev nothing needs to be set.

Exit status: 0 done; 1 the answer is bad (the run failed, the sides do not agree); 2 it could not be done.`
